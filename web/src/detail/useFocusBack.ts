import { useEffect, useRef, type RefObject } from 'react';

/** When a field gives way to what it edited, and took the focus with it, the focus goes to `target`. */
export function useFocusBack(isEditing: boolean, target: RefObject<HTMLElement | null>): void {
  const wasEditing = useRef(false);
  useEffect(() => {
    const isLost = wasEditing.current && !isEditing && document.activeElement === document.body;
    if (isLost) target.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing, target]);
}

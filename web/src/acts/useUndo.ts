import { useEffect } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { UndoStore } from './undoStore.js';

/** Where an act is offered to be taken back: `useUndo().offer({ text, undo, explain })`. */
export const useUndo = (): UndoStore => useBoardTools().actions.undo;

/** Ctrl or ⌘ and Z take the latest act back; in a text field they stay the browser's. */
export function useUndoKeys(): void {
  const undo = useUndo();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (!isUndo || event.defaultPrevented || isTyping(event.target)) return;
      if (undo.undoLatest()) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [undo]);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null;

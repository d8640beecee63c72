import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Icon } from './Icon.js';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: 'narrow' | 'wide';
  readonly children: ReactNode;
}

/** A modal over the board. The browser keeps the focus inside; afterwards it returns to where it was. */
export function Dialog({ title, onClose, size = 'narrow', children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const isFilledIn = useRef(false);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The browser would choose the close button, which comes first.
    element?.querySelector<HTMLElement>('input, textarea, select')?.focus();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      className={`dialog dialog-${size}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // A browser may close it without asking, as when Escape is pressed twice with nothing in between.
      onClose={() => {
        if (dialog.current?.open === false) onClose();
      }}
      onInput={() => {
        isFilledIn.current = true;
      }}
      // A click beside it may be a slip: it is not to cost what was typed.
      onMouseDown={(event) => {
        if (event.target === dialog.current && !isFilledIn.current) onClose();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

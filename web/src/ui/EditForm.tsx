import type { KeyboardEvent, ReactNode } from 'react';

/** Which Enter in its text saves it; any other begins a line. */
const saveKeys = {
  enter: ({ shiftKey }: KeyboardEvent) => !shiftKey,
  'control enter': ({ ctrlKey, metaKey }: KeyboardEvent) => ctrlKey || metaKey,
} as const;

interface Props {
  readonly className: string;
  readonly saveKey: keyof typeof saveKeys;
  readonly isBusy?: boolean;
  readonly onSave: () => void;
  readonly onCancel: () => void;
  /** The text area, and what belongs to it. */
  readonly children: ReactNode;
}

/** A text that is edited in the place where it stands. Escape leaves it as it was. */
export function EditForm({ className, saveKey, isBusy = false, onSave, onCancel, children }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter and Escape then end a word of Japanese, say, and not the text.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      onCancel();
    }
    // On a button it presses that.
    if (event.key !== 'Enter' || !(event.target instanceof HTMLTextAreaElement) || !saveKeys[saveKey](event)) return;
    event.preventDefault();
    onSave();
  };
  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
      onKeyDown={onKeyDown}
    >
      {children}
      <div className="form-buttons">
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          Save
        </button>
      </div>
    </form>
  );
}

import { useState } from 'react';

interface Props {
  readonly label: string;
  readonly type: 'date' | 'number' | 'text';
  /** Of a number; whole ones from 0 on without it. */
  readonly step?: 'any' | number;
  readonly maxLength?: number;
  /** As it is now; shown while nobody types. */
  readonly value: string;
  readonly onCommit: (value: string) => void;
}

/** A field whose text counts when it is left or Enter is pressed: half a date is no date. Escape forgets it. */
export function InlineInput({ label, type, value, step = 1, maxLength, onCommit }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (input: HTMLInputElement) => {
    if (draft !== null && draft !== value && input.validity.valid) onCommit(draft);
    setDraft(null);
  };
  return (
    <input
      className="inline-field"
      aria-label={label}
      type={type}
      {...(type === 'number' ? { step, ...(step === 'any' ? {} : { min: 0, max: 999 }) } : {})}
      {...(type === 'date' ? {} : { placeholder: '–', maxLength })}
      data-empty={(draft ?? value) === '' || undefined}
      value={draft ?? value}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={(event) => commit(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') commit(event.currentTarget);
        if (event.key !== 'Escape' || draft === null) return;
        event.preventDefault();
        setDraft(null);
      }}
    />
  );
}

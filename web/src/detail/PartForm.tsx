import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  /** What its button does. */
  readonly verb: string;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
  readonly onDone: () => void;
  readonly children: ReactNode;
}

/** A small form inside the panel, in the place of the button that opened it. Escape gives up. */
export function PartForm({ verb, isBusy, onSubmit, onDone, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('select, input')?.focus(), []);
  return (
    <form
      ref={form}
      className="part-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onDone();
      }}
    >
      {children}
      <button type="submit" className="button button-primary" disabled={isBusy}>
        {verb}
      </button>
      <button type="button" className="button" onClick={onDone}>
        Cancel
      </button>
    </form>
  );
}

import { useState, type ReactNode } from 'react';
import { explain } from '../board/explain.js';
import { Dialog } from './Dialog.js';

interface Props {
  readonly title: string;
  readonly size?: 'narrow' | 'wide';
  /** What the button does, in one or two words. */
  readonly verb: string;
  readonly look?: 'primary' | 'danger';
  /** Whether it can be submitted. */
  readonly isReady?: boolean;
  /** Why it failed; empty as long as it has not. */
  readonly problem?: string;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Fields in a modal, with a button that does it and one that does not; Enter does it too. */
export function FormDialog(props: Props) {
  const { title, size, verb, look = 'primary', isReady = true, problem = '', onSubmit, onClose, children } = props;
  return (
    <Dialog title={title} {...(size && { size })} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onSubmit();
        }}
      >
        {children}
        <p className="form-problem" role="alert">
          {problem}
        </p>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className={`button button-${look}`} disabled={!isReady}>
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Does one thing at a time, and tells inside the form what failed, with nothing typed lost. */
export function useSubmit(onDone: () => void) {
  const [problem, setProblem] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  /** @param subject what it is about, as a ticket's key. */
  const submit = (work: () => Promise<unknown>, subject?: string) => {
    setIsBusy(true);
    setProblem('');
    work().then(onDone, (error: unknown) => {
      setProblem(explain(error, subject));
      setIsBusy(false);
    });
  };
  return { problem, isBusy, submit };
}

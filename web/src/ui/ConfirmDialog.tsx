import type { ReactNode } from 'react';
import { FormDialog, useSubmit } from './FormDialog.js';

interface Props {
  readonly title: string;
  /** What the button does, in one or two words. */
  readonly verb: string;
  readonly look?: 'primary' | 'danger';
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
  /** What becomes of it. */
  readonly children: ReactNode;
}

/** Asks once more before something cannot be had back; tells inside why it was not done. */
export function ConfirmDialog({ title, verb, look = 'danger', onConfirm, onClose, children }: Props) {
  const { problem, isBusy, submit } = useSubmit(onClose);
  return (
    <FormDialog
      title={title}
      verb={verb}
      look={look}
      isReady={!isBusy}
      problem={problem}
      onSubmit={() => submit(onConfirm)}
      onClose={onClose}
    >
      <p className="form-subject">{children}</p>
    </FormDialog>
  );
}

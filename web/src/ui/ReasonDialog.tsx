import { useState } from 'react';
import { FormDialog } from './FormDialog.js';
import { ReasonField } from './ReasonField.js';

interface Props {
  readonly title: string;
  readonly text: string;
  /** What the button does, in one or two words. */
  readonly verb: string;
  /** Nothing is done without one. */
  readonly isRequired?: boolean;
  /** Done when it answers true; else it stays open. */
  readonly onSubmit: (reason: string) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Asks once more before something is taken away, and why; Enter is enough. */
export function ReasonDialog({ title, text, verb, isRequired = false, onSubmit, onClose }: Props) {
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const submit = async () => {
    setIsBusy(true);
    if (await onSubmit(reason)) onClose();
    else setIsBusy(false);
  };
  return (
    <FormDialog
      title={title}
      verb={verb}
      look="danger"
      isReady={!isBusy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className="form-subject">{text}</p>
      <ReasonField value={reason} isRequired={isRequired} onChange={setReason} />
    </FormDialog>
  );
}

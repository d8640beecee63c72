import { useState } from 'react';
import { limits } from '../sdk.js';
import { Dialog } from './Dialog.js';

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
    <Dialog title={title} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p className="form-subject">{text}</p>
        <label className="field">
          <span>
            Reason <span className="form-hint">{isRequired ? '' : 'optional, '}everybody in the team can read it</span>
          </span>
          <input
            required={isRequired}
            value={reason}
            maxLength={limits.reasonLength}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <div className="form-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-danger" disabled={isBusy}>
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

import { useState } from 'react';
import { limits, type IncomingWebhook } from '../sdk.js';
import { FormDialog, useSubmit } from '../ui/FormDialog.js';

interface Props {
  /** The one that is changed; null for a new one. */
  readonly webhook: IncomingWebhook | null;
  readonly onSave: (name: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** What it is called: as the one by whom things are done here. */
export function IncomingForm({ webhook, onSave, onClose }: Props) {
  const [name, setName] = useState(webhook?.name ?? 'GitHub');
  const { problem, isBusy, submit } = useSubmit(onClose);
  return (
    <FormDialog
      title={webhook ? 'Change the repository’s name' : 'New repository'}
      verb={webhook ? 'Save' : 'Create'}
      isReady={name.trim() !== '' && !isBusy}
      problem={problem}
      onSubmit={() => submit(() => onSave(name.trim()))}
      onClose={onClose}
    >
      <label className="field">
        Name
        <input required maxLength={limits.nameLength} value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <p className="form-hint">
        {webhook
          ? 'Whatever came from there is still said to be done by the name it began with.'
          : 'What comes from there is said to be done by it, as in “GitHub closed SUP-12”.'}
      </p>
    </FormDialog>
  );
}

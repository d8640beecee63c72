import { useState } from 'react';
import type { WebhookWithSecret } from '../sdk.js';
import { Dialog } from '../ui/Dialog.js';

interface Props {
  readonly webhook: WebhookWithSecret;
  readonly onClose: () => void;
}

/** The one time that a secret is told. */
export function SecretDialog({ webhook: { secret, url, previousSecretUntil }, onClose }: Props) {
  const [told, setTold] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => setTold('Copied.'),
      () => setTold('The browser did not allow copying: select it and copy it by hand.'),
    );
  return (
    <Dialog title="The secret" onClose={onClose}>
      <div className="form">
        <p className="form-subject">
          What is sent to {url} is signed with it, in <code>Baton-Signature</code>. It is shown this once: give it to
          the receiver now.
          {previousSecretUntil === null ? '' : ' The one before stays good beside it for a day.'}
        </p>
        <label className="field">
          Secret
          <input readOnly className="secret" value={secret} onFocus={(event) => event.currentTarget.select()} />
        </label>
        <p className="form-hint" role="status">
          {told}
        </p>
        <div className="form-buttons">
          <button type="button" className="button" onClick={() => void copy()}>
            Copy
          </button>
          <button type="button" className="button button-primary" onClick={onClose}>
            I have it
          </button>
        </div>
      </div>
    </Dialog>
  );
}

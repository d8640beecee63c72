import { useState, type ReactNode } from 'react';
import { Dialog } from '../ui/Dialog.js';

interface Props {
  /** What is to be carried elsewhere, by its name. */
  readonly values: Readonly<Record<string, string>>;
  readonly onClose: () => void;
  /** Where it belongs. */
  readonly children: ReactNode;
}

/** The one time that a secret is told. */
export function SecretDialog({ values, onClose, children }: Props) {
  const [told, setTold] = useState('');
  const copy = (name: string, value: string) =>
    navigator.clipboard.writeText(value).then(
      () => setTold(`${name} copied.`),
      () => setTold('The browser did not allow copying: select it and copy it by hand.'),
    );
  return (
    <Dialog title="The secret" size="wide" onClose={onClose}>
      <div className="form">
        <div className="form-subject">{children}</div>
        {Object.entries(values).map(([name, value]) => (
          <div key={name} className="secret-line">
            <label className="field">
              {name}
              <input readOnly className="secret" value={value} onFocus={(event) => event.currentTarget.select()} />
            </label>
            <button
              type="button"
              className="button"
              aria-label={`Copy ${name.toLowerCase()}`}
              onClick={() => void copy(name, value)}
            >
              Copy
            </button>
          </div>
        ))}
        <p className="form-hint" role="status">
          {told}
        </p>
        <div className="form-buttons">
          <button type="button" className="button button-primary" onClick={onClose}>
            I have it
          </button>
        </div>
      </div>
    </Dialog>
  );
}

import { useState } from 'react';
import type { BatonClient } from '../sdk.js';
import { explain } from '../board/explain.js';
import { Logo } from '../ui/Logo.js';

/** For people who were given a password that somebody else knows. */
export function ChangePasswordPage({ client, onDone }: { client: BatonClient; onDone: () => void }) {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const [problem, setProblem] = useState('');
  const submit = () => {
    setProblem('');
    client.auth
      .changePassword({ currentPassword, newPassword })
      .then(onDone, (error: unknown) => setProblem(explain(error)));
  };
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <header>
          <Logo />
          <h1>Choose a password</h1>
          <p>The one you were given works this once.</p>
        </header>
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <PasswordField
            label="Password you were given"
            autoComplete="current-password"
            value={currentPassword}
            onChange={setCurrent}
          />
          <PasswordField
            label="New password"
            hint="at least 8 characters"
            autoComplete="new-password"
            minLength={8}
            value={newPassword}
            onChange={setNew}
          />
          <p className="form-problem" role="alert">
            {problem}
          </p>
          <button type="submit" className="button button-primary button-wide">
            Change password
          </button>
          {/* Without a new password there is nothing else to do here, least of all for whoever was signed in by mistake. */}
          <button type="button" className="button button-wide" onClick={() => void client.logout()}>
            Sign out
          </button>
        </form>
      </div>
    </main>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly autoComplete: 'current-password' | 'new-password';
  readonly minLength?: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function PasswordField({ label, hint, onChange, ...input }: FieldProps) {
  return (
    <label className="field">
      <span>
        {label} {hint ? <span className="form-hint">{hint}</span> : null}
      </span>
      <input type="password" required {...input} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

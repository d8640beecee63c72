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
          <label className="field">
            <span>Password you were given</span>
            <input
              type="password"
              autoComplete="current-password"
              required
              value={currentPassword}
              onChange={(event) => setCurrent(event.target.value)}
            />
          </label>
          <label className="field">
            <span>
              New password <span className="form-hint">at least 8 characters</span>
            </span>
            <input
              type="password"
              autoComplete="new-password"
              required
              minLength={8}
              value={newPassword}
              onChange={(event) => setNew(event.target.value)}
            />
          </label>
          <p className="form-problem" role="alert">
            {problem}
          </p>
          <button type="submit" className="button button-primary button-wide">
            Change password
          </button>
        </form>
      </div>
    </main>
  );
}

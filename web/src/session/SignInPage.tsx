import { useEffect, useRef, useState } from 'react';
import type { BatonClient } from '../sdk.js';
import { explain } from '../board/explain.js';
import { Logo } from '../ui/Logo.js';
import { DemoLogins } from './DemoLogins.js';

interface Login {
  readonly email: string;
  readonly password: string;
}

/** `notice` says why a session that was there has ended. */
export function SignInPage({ client, notice }: { client: BatonClient; notice: string | null }) {
  const [problem, setProblem] = useState('');
  const [isBusy, setIsBusy] = useState(false);

  const signIn = async (login: Login) => {
    setIsBusy(true);
    setProblem('');
    try {
      await client.login(login);
    } catch (error) {
      setProblem(explain(error));
      setIsBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <header>
          <Logo />
          <h1>Baton</h1>
          <p>Who holds which ticket, as it changes.</p>
        </header>
        {notice ? <SessionEnded why={notice} /> : null}
        <Credentials isBusy={isBusy} problem={problem} onSubmit={signIn} />
        <DemoLogins isBusy={isBusy} onChoose={(address) => void signIn({ email: address, password: 'password' })} />
      </div>
    </main>
  );
}

const SessionEnded = ({ why }: { why: string }) => (
  <p className="session-ended" role="alert">
    <strong>Your session has ended.</strong> {why} Sign in to go on where you were.
  </p>
);

interface CredentialsProps {
  readonly isBusy: boolean;
  readonly problem: string;
  readonly onSubmit: (login: Login) => Promise<void>;
}

function Credentials({ isBusy, problem, onSubmit }: CredentialsProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // The button that was pressed is off while one waits, and loses the focus.
  useEffect(() => {
    if (problem !== '' && document.activeElement === document.body) field.current?.focus();
  }, [problem]);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit({ email, password });
      }}
    >
      <label className="field">
        <span>Email</span>
        <input
          // A browser's own "email" knows ASCII alone.
          type="text"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </label>
      <label className="field">
        <span>Password</span>
        <input
          ref={field}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <p className="form-problem" role="alert">
        {problem}
      </p>
      <button type="submit" className="button button-primary button-wide" disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}

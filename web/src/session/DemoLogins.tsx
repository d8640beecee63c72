import { useEffect, useState } from 'react';
import { Avatar } from '../ui/Avatar.js';

const people = [
  { email: 'admin@company.com', part: 'Administrator' },
  { email: 'lead@company.com', part: 'Project lead' },
  { email: 'agent@company.com', part: 'Agent' },
  { email: 'agent2@company.com', part: 'Second agent' },
  { email: 'customer@company.com', part: 'Customer' },
];

/** One click each, only where the server says that it was filled with demo data. */
export function DemoLogins({ isBusy, onChoose }: { isBusy: boolean; onChoose: (email: string) => void }) {
  if (!useIsDemo()) return null;
  return (
    <section className="demo" aria-labelledby="demo-title">
      <h2 id="demo-title">Demo logins</h2>
      <p className="form-hint">This server holds demo data. Take two windows and two people.</p>
      <ul>
        {people.map(({ email, part }) => (
          <li key={email}>
            <button type="button" disabled={isBusy} onClick={() => onChoose(email)}>
              <Avatar id={email} name={part} size="medium" />
              <span>
                {part}
                <span className="form-hint">{email}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useIsDemo(): boolean {
  const [isDemo, setIsDemo] = useState(false);
  useEffect(() => {
    const asking = new AbortController();
    fetch('/healthz', { signal: asking.signal })
      .then((response) => response.json() as Promise<{ demo?: unknown }>)
      .then(({ demo }) => setIsDemo(demo === true))
      .catch(() => undefined);
    return () => asking.abort();
  }, []);
  return isDemo;
}

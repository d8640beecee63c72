import { useId, type ReactNode } from 'react';
import { explain } from '../board/explain.js';
import { formatClock } from '../ui/dates.js';
import type { Polled } from './usePolled.js';

interface Props {
  readonly title: string;
  readonly polled: Polled<unknown>;
  /** Why the last thing that was tried was not done; empty when it was. */
  readonly problem?: string;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the page with when it was read, what went wrong, and a button to read it now. */
export function AdminSection({ title, polled, problem = '', tools, children }: Props) {
  const titleId = useId();
  const { data, error, at, refresh } = polled;
  return (
    <section className="admin-section" aria-labelledby={titleId}>
      <header className="admin-head">
        <h2 id={titleId}>{title}</h2>
        {tools}
        <span className="form-hint">{at === null ? '' : `as of ${formatClock(at)}`}</span>
        <button type="button" className="button button-quiet" aria-label={`Refresh ${title}`} onClick={refresh}>
          Refresh
        </button>
      </header>
      {error === null ? null : (
        <p className="form-problem" role="alert">
          {explain(error, title)} {data === null ? '' : 'What stands below was read earlier.'}
        </p>
      )}
      <p className="form-problem" role="alert">
        {problem}
      </p>
      {data === null && error === null ? <p className="form-hint">Loading…</p> : null}
      {data === null ? null : children}
    </section>
  );
}

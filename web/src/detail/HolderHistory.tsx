import { useEffect, useMemo, useState } from 'react';
import type { AssignmentHistoryEntry, Page, Ticket } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { Avatar } from '../ui/Avatar.js';
import { formatMoment } from '../ui/dates.js';
import { holderSpans } from './holderSpans.js';

/** Who held the ticket when; read when it is unfolded, and again when the ticket changes. */
export function HolderHistory({ ticket }: { ticket: Ticket }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="holder-history" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>Who held it when</summary>
      {isOpen ? <Spans ticket={ticket} /> : null}
    </details>
  );
}

function Spans({ ticket }: { ticket: Ticket }) {
  const entries = useHandHistory(ticket.id);
  const spans = useMemo(() => entries && holderSpans(entries), [entries]);
  if (!spans) return <p className="form-hint">Loading…</p>;
  if (spans.length === 0) return <p className="form-hint">Nobody has held it yet.</p>;
  return (
    <ol>
      {spans.map((span) => (
        <li key={span.id}>
          <Avatar id={span.userId} name={span.name} />
          <span>
            <strong>{span.name}</strong>{' '}
            <span className="form-hint">
              {formatMoment(span.from)} – {span.to ? formatMoment(span.to) : 'now'}
            </span>
            {span.reason ? <span className="history-note">“{span.reason}”</span> : null}
          </span>
        </li>
      ))}
    </ol>
  );
}

const PAGE = 200;
const PAGES_MAX = 5;

function useHandHistory(ticketId: string): readonly AssignmentHistoryEntry[] | null {
  const { client, store } = useBoardTools();
  const [entries, setEntries] = useState<readonly AssignmentHistoryEntry[] | null>(null);
  useEffect(() => {
    const reading = new AbortController();
    const read = async () => {
      const all: AssignmentHistoryEntry[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < PAGES_MAX; pages++) {
        const from: { cursor?: string } = cursor === null ? {} : { cursor };
        const input = { ticketId, limit: PAGE, ...from };
        const page: Page<AssignmentHistoryEntry> = await client.assignments.history(input, { signal: reading.signal });
        all.push(...page.items);
        cursor = page.nextCursor;
        if (cursor === null) break;
      }
      setEntries(all);
    };
    const readAgain = () => void read().catch(() => undefined);
    const endWatch = store.watch((event) => {
      if (event.ticketId === ticketId && /assigned$|updated$/.test(event.type)) readAgain();
    });
    readAgain();
    return () => {
      endWatch();
      reading.abort();
    };
  }, [client, store, ticketId]);
  return entries;
}

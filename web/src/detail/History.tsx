import { useEffect, useState, useSyncExternalStore } from 'react';
import type { BatonClient, Page, TimelineItem } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { formatAgo, formatMoment } from '../ui/dates.js';
import { useNow } from '../ui/useNow.js';
import { historyLines } from './historyLines.js';

/** Everything that happened to a ticket, newest first; read anew when something happens to it. */
export function History({ ticketId }: { ticketId: string }) {
  const { store, viewer } = useBoardTools();
  const items = useTimeline(ticketId);
  const members = useSyncExternalStore(store.subscribe, store.get).state?.members ?? [];
  const now = useNow(30_000);
  if (!items) return <p className="form-hint">Loading…</p>;
  const nameOf = (userId: string) =>
    userId === viewer.user.id ? viewer.user.name : members.find((member) => member.userId === userId)?.name;
  return (
    <ol className="history" aria-label="History">
      {historyLines(items, nameOf).map((line) => (
        <li key={line.id}>
          <p>
            <strong>{line.who}</strong> {line.text}
          </p>
          {line.note ? <p className="history-note">“{line.note}”</p> : null}
          <time dateTime={line.at} title={formatMoment(line.at)}>
            {formatAgo(line.at, now)}
          </time>
        </li>
      ))}
    </ol>
  );
}

function useTimeline(ticketId: string): readonly TimelineItem[] | null {
  const { client, store, toasts } = useBoardTools();
  const [items, setItems] = useState<readonly TimelineItem[] | null>(null);
  useEffect(() => {
    let reading = new AbortController();
    const read = () => {
      reading.abort();
      const { signal } = (reading = new AbortController());
      readTimeline(client, ticketId, signal).then(setItems, (error: unknown) => {
        if (!signal.aborted) toasts.show('error', explain(error, 'History'));
      });
    };
    read();
    const endWatch = store.watch((event) => {
      if (event.ticketId === ticketId) read();
    });
    return () => {
      endWatch();
      reading.abort();
    };
  }, [client, store, toasts, ticketId]);
  return items;
}

const PAGE = 200;
const PAGES_MAX = 10;

async function readTimeline(client: BatonClient, ticketId: string, signal: AbortSignal): Promise<TimelineItem[]> {
  const items: TimelineItem[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const from: { cursor?: string } = cursor === null ? {} : { cursor };
    const page: Page<TimelineItem> = await client.tickets.timeline({ ticketId, limit: PAGE, ...from }, { signal });
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return items;
}

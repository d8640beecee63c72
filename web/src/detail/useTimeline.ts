import { useCallback, useEffect, useState } from 'react';
import type { Comment, Page, ProjectEvent, TimelineItem } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { explain } from '../board/explain.js';
import { asItem, withItems } from './timelineEntries.js';

const PAGE = 60;
/** Events come in bursts: what they changed is read once they pause. */
const READ_AGAIN_MS = 120;

interface Timeline {
  readonly items: readonly TimelineItem[];
  readonly isLoading: boolean;
  /** Where older items go on; null when all are here. */
  readonly older: string | null;
}
const unread: Timeline = { items: [], isLoading: true, older: null };

/**
 * What happened to a ticket, the newest page first. Watching begins before reading, so nothing is lost: comments are taken from
 * their events at once, and what else happened is read again, for only the server's history has all of it.
 */
export function useTimeline(ticketId: string) {
  const { client, store, toasts } = useBoardTools();
  const [timeline, setTimeline] = useState(unread);
  const fold = useCallback(
    (items: readonly TimelineItem[], rest: Partial<Timeline> = {}) =>
      setTimeline((now) => ({ ...now, ...rest, items: withItems(now.items, items) })),
    [],
  );
  const read = useCallback(
    async (cursor: string | null, signal?: AbortSignal) => {
      try {
        const from = cursor === null ? {} : { cursor };
        const input = { ticketId, sort: { by: 'at', dir: 'desc' }, limit: PAGE, ...from } as const;
        return await client.tickets.timeline(input, signal ? { signal } : {});
      } catch (error) {
        if (!signal?.aborted) toasts.show('error', explain(error, 'Timeline'));
        return null;
      }
    },
    [client, ticketId, toasts],
  );

  useEffect(() => {
    const reading = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readNewest = async () => {
      const page = await read(null, reading.signal);
      if (page) setTimeline((now) => withNewest(now, page));
    };
    const endConnection = client.connection.subscribe(({ state }) => {
      if (state === 'online') void readNewest();
    });
    const endWatch = store.watch((event) => {
      if (event.ticketId !== ticketId) return;
      const comment = commentOf(event);
      if (comment) return fold([asItem(comment)]);
      clearTimeout(timer);
      timer = setTimeout(() => void readNewest(), READ_AGAIN_MS);
    });
    void readNewest();
    return () => {
      endWatch();
      endConnection();
      clearTimeout(timer);
      reading.abort();
    };
  }, [client, store, ticketId, fold, read]);

  const loadOlder = async () => {
    const page = await read(timeline.older);
    if (page) fold(page.items, { older: page.nextCursor });
  };
  return { ...timeline, loadOlder, add: (comment: Comment) => fold([asItem(comment)]) };
}

/** When it does not reach back to what is known, what lies between is read like anything older. */
function withNewest(now: Timeline, page: Page<TimelineItem>): Timeline {
  const known = new Set(now.items.map((item) => item.entry.id));
  const reaches = page.items.some((item) => known.has(item.entry.id)) && !now.isLoading;
  return { items: withItems(now.items, page.items), isLoading: false, older: reaches ? now.older : page.nextCursor };
}

function commentOf(event: ProjectEvent): Comment | null {
  switch (event.type) {
    case 'comment.created':
    case 'comment.updated':
    case 'comment.deleted':
      return event.payload.comment;
    default:
      return null;
  }
}

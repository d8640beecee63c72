import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { isBatonError, type BatonError, type ProjectEvent, type Ticket, type TicketDetail } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { overlaid } from '../board/boardView.js';
import { goInstead, pathToTicket } from '../ui/useRoute.js';

export interface ShownTicket {
  /** As it is now: the board's copy follows the events. Null while it loads. */
  readonly ticket: Ticket | null;
  /** What only the full read gives: names of reporter, department, skill. */
  readonly detail: TicketDetail | null;
  readonly error: BatonError | null;
  /** It was here, and somebody took it away. */
  readonly isGone: boolean;
  readonly readAgain: () => void;
}

interface Read {
  readonly detail: TicketDetail | null;
  readonly error: BatonError | null;
}

/** The ticket of an open panel; one panel never changes its ticket. */
export function useTicket(ticketKey: string): ShownTicket {
  const { client, store } = useBoardTools();
  const { state, overlays } = useSyncExternalStore(store.subscribe, store.get);
  const [read, setRead] = useState<Read>({ detail: null, error: null });
  const readIt = useCallback(
    (signal?: AbortSignal) =>
      client.tickets.get({ key: ticketKey }, signal ? { signal } : {}).then(
        (detail) => {
          // A link by hand, or one from before it was moved: its own board follows it.
          if (detail.projectId !== store.projectId) return goInstead(pathToTicket(detail.key));
          store.admit([detail]);
          setRead({ detail, error: null });
        },
        (error: unknown) => {
          // What was read before is better than nothing.
          if (isBatonError(error))
            setRead((now) => (now.detail && error.code === 'UNAVAILABLE' ? now : { ...now, error }));
        },
      ),
    [client, store, ticketKey],
  );
  useEffect(() => {
    const reading = new AbortController();
    void readIt(reading.signal);
    return () => reading.abort();
  }, [readIt]);
  useDetailAgain(read.detail?.id, readIt);

  const { detail, error } = read;
  const id = detail?.id ?? findByKey(state?.tickets, ticketKey)?.id;
  const known =
    id === undefined
      ? undefined
      : (state?.tickets.get(id) ?? (state?.gone.has(id) ? undefined : (detail ?? undefined)));
  const isGone = id !== undefined && known === undefined;
  return { ticket: known ? overlaid(known, overlays) : null, detail, error, isGone, readAgain: () => void readIt() };
}

/** Links and watching are no fields of the ticket: when they change, and after a cut, they are read again. */
function useDetailAgain(ticketId: string | undefined, readIt: () => Promise<void>): void {
  const { client, store } = useBoardTools();
  useEffect(() => {
    if (ticketId === undefined) return;
    const endWatch = store.watch((event) => {
      const link = linkIn(event);
      if (link && (event.ticketId === ticketId || link.ticketId === ticketId)) void readIt();
    });
    const feed = client.live.me(
      {},
      {
        onResync: () => void readIt(),
        onEvent: ({ type, payload }) => {
          if ((type === 'ticket.watched' || type === 'ticket.unwatched') && payload.ticket.id === ticketId)
            void readIt();
        },
      },
    );
    return () => {
      endWatch();
      feed.stop();
    };
  }, [client, store, ticketId, readIt]);
}

function linkIn(event: ProjectEvent) {
  switch (event.type) {
    case 'ticket.created':
    case 'ticket.linked':
    case 'ticket.unlinked':
    case 'ticket.merged':
    case 'ticket.unmerged':
      return event.payload.link;
    default:
      return undefined;
  }
}

function findByKey(tickets: ReadonlyMap<string, Ticket> | undefined, key: string): Ticket | undefined {
  for (const ticket of tickets?.values() ?? []) if (ticket.key === key) return ticket;
  return undefined;
}

import { useEffect, useState, useSyncExternalStore } from 'react';
import { isBatonError, type BatonError, type Ticket, type TicketDetail } from '../sdk.js';
import { useBoardTools } from '../board/boardContext.js';
import { overlaid } from '../board/boardView.js';

export interface ShownTicket {
  /** As it is now: the board's copy follows the events. Null while it loads. */
  readonly ticket: Ticket | null;
  /** What only the full read gives: names of reporter, department, skill. */
  readonly detail: TicketDetail | null;
  readonly error: BatonError | null;
  /** It was here, and somebody took it away. */
  readonly isGone: boolean;
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
  useEffect(() => {
    const reading = new AbortController();
    client.tickets.get({ key: ticketKey }, { signal: reading.signal }).then(
      (detail) => {
        store.admit([detail]);
        setRead({ detail, error: null });
      },
      (error: unknown) => {
        if (isBatonError(error)) setRead({ detail: null, error });
      },
    );
    return () => reading.abort();
  }, [client, store, ticketKey]);

  const { detail, error } = read;
  const id = detail?.id ?? findByKey(state?.tickets, ticketKey)?.id;
  const known =
    id === undefined
      ? undefined
      : (state?.tickets.get(id) ?? (state?.gone.has(id) ? undefined : (detail ?? undefined)));
  const isGone = id !== undefined && known === undefined;
  return { ticket: known ? overlaid(known, overlays) : null, detail, error, isGone };
}

function findByKey(tickets: ReadonlyMap<string, Ticket> | undefined, key: string): Ticket | undefined {
  for (const ticket of tickets?.values() ?? []) if (ticket.key === key) return ticket;
  return undefined;
}

import { useEffect, useMemo } from 'react';
import { useBoardTools } from '../board/boardContext.js';
import type { BoardState } from '../board/boardState.js';
import type { Discrepancy } from '../sdk.js';

/** The keys of the tickets that were made of them, once they are known: the board has the first of each column, the others are read. */
export function useTicketKeys(discrepancies: readonly Discrepancy[], tickets: BoardState['tickets']) {
  const { client, store } = useBoardTools();
  const missing = useMemo(
    () => [...new Set(discrepancies.flatMap(({ ticketId }) => (ticketId && !tickets.has(ticketId) ? ticketId : [])))],
    [discrepancies, tickets],
  );
  const wanted = missing.join(' ');
  useEffect(() => {
    if (wanted === '') return;
    const reading = new AbortController();
    for (const ticketId of wanted.split(' '))
      client.tickets
        .get({ ticketId }, { signal: reading.signal })
        .then((ticket) => store.admit([ticket]))
        // One that was deleted, or moved away, has no key to show.
        .catch(() => undefined);
    return () => reading.abort();
  }, [client, store, wanted]);
  return (ticketId: string | null) => (ticketId === null ? undefined : tickets.get(ticketId)?.key);
}

import { useSyncExternalStore } from 'react';
import { noTickets } from '../../../contract/foldTickets.js';
import type { TicketListState, TicketsQuery } from '../index.js';
import { useBaton } from './BatonProvider.js';

/** What a list shows before it is followed: a server follows none. */
const nothing: TicketListState = {
  items: noTickets.items,
  counts: noTickets.counts,
  status: 'loading',
  error: null,
  pendingIds: new Set(),
};

/**
 * The list that `client.tickets.live(query)` keeps true, followed while the component is there. All who ask the same share one
 * list and one stream, so a query may be written in place. Rows that stayed as they were are the same objects.
 */
export function useTickets(query: TicketsQuery = {}): TicketListState {
  const { subscribe, getSnapshot } = useBaton().tickets.live(query);
  return useSyncExternalStore(subscribe, getSnapshot, () => nothing);
}

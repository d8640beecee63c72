import type { Query, QueryClient, QueryFunctionContext } from '@tanstack/react-query';
import type { TicketList, TicketListState } from '../index.js';

/** What is kept in which cache by which list. */
const kept = new WeakMap<Query, Promise<TicketListState>>();

/**
 * Options of a query whose data a list writes. The query is answered when the list has something to show, and from then on the list
 * is followed while the query is observed. So nothing has to be fetched again, and rows keep their identity without being compared.
 */
export const keepingList = (list: TicketList) => ({
  queryFn: ({ client, queryKey }: QueryFunctionContext): Promise<TicketListState> => {
    const query = client.getQueryCache().find<TicketListState>({ queryKey, exact: true });
    if (!query) return Promise.reject(new Error('This query is in no cache.'));
    const known = kept.get(query as Query);
    if (known && list.status !== 'loading') return Promise.resolve(list.getSnapshot());
    if (known) return known;
    const first = keep(list, client, query as Query);
    kept.set(query as Query, first);
    return first;
  },
  staleTime: Infinity,
  // A page that was drawn by a server has the data, but nobody yet who keeps it.
  refetchOnMount: 'always' as const,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
  networkMode: 'always' as const,
  structuralSharing: false,
});

/** Resolves with the first that there is to show. */
function keep(list: TicketList, client: QueryClient, query: Query): Promise<TicketListState> {
  return new Promise((resolve) => {
    let end: (() => void) | null = null;
    const tell = () => {
      const state = list.getSnapshot();
      if (state.status === 'loading') return;
      if (query.state.data !== state) client.setQueryData(query.queryKey, state);
      resolve(state);
      if (query.getObserversCount() === 0) leave();
    };
    const follow = () => {
      end ??= list.subscribe(tell);
      tell();
    };
    const leave = () => {
      end?.();
      end = null;
    };
    /** What stays in the cache is shown first when somebody comes back, and is not known to be true then. */
    const rest = () => {
      leave();
      client.setQueryData<TicketListState>(query.queryKey, (state) => state && { ...state, status: 'stale' });
    };
    const forget = client.getQueryCache().subscribe((event) => {
      if (event.query !== query) return;
      if (event.type === 'observerAdded' || event.type === 'observerRemoved') {
        if (query.getObserversCount() > 0) follow();
        else rest();
      } else if (event.type === 'removed') {
        leave();
        forget();
        kept.delete(query);
        resolve(list.getSnapshot());
      }
    });
    follow();
  });
}

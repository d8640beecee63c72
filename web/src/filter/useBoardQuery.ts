import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { queryFrom, searchOf, type BoardQuery } from './boardFilter.js';

export type SetQuery = (change: Partial<BoardQuery>) => void;

/**
 * How the board is looked at, kept in the address before the `#`, where links from ticket to ticket leave it alone. Each change can
 * be gone back from; what is typed letter by letter is one change.
 */
export function useBoardQuery(): readonly [BoardQuery, SetQuery] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const query = useMemo(() => queryFrom(search), [search]);
  const setQuery = useCallback((change: Partial<BoardQuery>) => {
    const before = queryFrom(location.search);
    const after = { ...before, ...change };
    const next = searchOf(after, location.search);
    if (next === location.search) return;
    const isTyping = before.filter.text !== '' && after.filter.text !== '' && before.filter.text !== after.filter.text;
    history[isTyping ? 'replaceState' : 'pushState'](history.state, '', `${location.pathname}${next}${location.hash}`);
    for (const listener of listeners) listener();
  }, []);
  return [query, setQuery];
}

/** The browser tells of going back and forth, and not of what the page itself pushes. */
const listeners = new Set<() => void>();
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

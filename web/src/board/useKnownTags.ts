import { useMemo, useSyncExternalStore } from 'react';
import { tagsOf } from '../model.js';
import { useBoardTools } from './boardContext.js';

/** The tags of the tickets that are here, in the order of the alphabet. */
export function useKnownTags(): readonly string[] {
  const { store } = useBoardTools();
  const tickets = useSyncExternalStore(store.subscribe, store.get).state?.tickets;
  return useMemo(() => {
    const tags = new Set([...(tickets?.values() ?? [])].flatMap(tagsOf));
    return [...tags].toSorted((a, b) => a.localeCompare(b));
  }, [tickets]);
}

import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { BoardQuery } from '../filter/boardFilter.js';
import { statuses } from '../model.js';
import { isoDay } from '../ui/dates.js';
import { useNow } from '../ui/useNow.js';
import type { BoardTools } from './boardContext.js';
import type { BoardState } from './boardState.js';
import type { BoardView } from './boardStore.js';
import { LaneReader } from './laneReader.js';
import { laneQueries, lanesOf } from './lanes.js';

const TYPING_MS = 180;

/** The lanes of the board as it is looked at, and what reads on in one of them. */
export function useLanes(tools: BoardTools, view: BoardView, state: BoardState, query: BoardQuery) {
  const { client, store, actions, viewer } = tools;
  const today = isoDay(new Date(useNow(60_000)));
  const reader = useMemo(() => ({ userId: viewer.user.id, today }), [viewer, today]);
  const queries = laneQueries(state, query, reader);
  // A new object at each event, the same words as long as the same is asked.
  const asked = JSON.stringify([...queries]) + view.epoch;
  // oxlint-disable-next-line react/exhaustive-deps
  const pages = useMemo(() => new LaneReader(client, store, queries), [client, store, asked]);
  const isSearch = query.filter.text !== '';
  useEffect(() => {
    const timer = setTimeout(() => pages.start(), isSearch ? TYPING_MS : 0);
    return () => {
      clearTimeout(timer);
      pages.stop();
    };
  }, [pages, isSearch]);

  const read = useSyncExternalStore(pages.subscribe, pages.get);
  const lanes = useMemo(() => lanesOf(view, state, query, reader, read), [view, state, query, reader, read]);
  const readOn = useCallback(
    (id: string) => {
      const status = statuses.find((one) => one === id);
      if (pages.get().has(id)) pages.more(id);
      else if (status) void actions.loadMore(status);
    },
    [pages, actions],
  );
  return { lanes, readOn };
}

export type ReadOn = (laneId: string) => void;

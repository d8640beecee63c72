import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useState, type FocusEvent } from 'react';
import type { Lane } from './lanes.js';
import type { Reveal } from './useReveal.js';
import type { ReadOn } from './useLanes.js';

interface Options {
  readonly lane: Lane;
  readonly readOn: ReadOn;
  readonly reveal: Reveal;
  /** What a row is high before it has been measured, and what lies between two. */
  readonly size: number;
  readonly gap?: number;
}

/** So many rows before the end the next page is asked for. */
const NEAR_END = 20;
const OVERSCAN = 6;

/** The part of a lane that can be seen, with a little more around it; the rest is room above and below. */
export function useVirtualLane({ lane, readOn, reveal, size, gap = 0 }: Options) {
  const { id, tickets, hasMore, isReading, error } = lane;
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  // Its functions are the same for good while what they answer changes: nothing here is memoised by them.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: tickets.length,
    getScrollElement: () => scroller,
    estimateSize: () => size,
    getItemKey: (index) => tickets[index]?.id ?? index,
    overscan: OVERSCAN,
    gap,
    useFlushSync: false,
  });
  const rows = virtual.getVirtualItems();
  const shown = rows.flatMap(({ index }) => tickets[index] ?? []);
  const [first, last] = [rows[0], rows.at(-1)];

  const isNearEnd = (last?.index ?? -1) >= tickets.length - NEAR_END;
  useEffect(() => {
    if (isNearEnd && hasMore && !isReading && !error) readOn(id);
  }, [isNearEnd, hasMore, isReading, error, readOn, id]);
  useEffect(() => reveal.register(id, (index) => virtual.scrollToIndex(index)), [reveal, id, virtual]);

  return {
    setScroller,
    shown: shown.map((ticket, at) => ({ ticket, index: rows[at]?.index ?? at })),
    measure: virtual.measureElement,
    before: first?.start ?? 0,
    after: virtual.getTotalSize() - (last?.end ?? 0),
    /** Exactly one of a lane is in the tab order; arrows go from there. */
    tabStopId: (shown.find((ticket) => ticket.id === focusedId) ?? shown[0])?.id ?? null,
    onFocus: (event: FocusEvent) => {
      const row = event.target.closest<HTMLElement>('[data-ticket]');
      if (row) setFocusedId(row.dataset['ticket'] ?? null);
    },
  };
}

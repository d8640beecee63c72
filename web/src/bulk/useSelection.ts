import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Lane } from '../board/lanes.js';
import type { Ticket } from '../sdk.js';
import { allOf, extended, noSelection, toggled } from './selection.js';

export interface Selected {
  /** Those that are chosen and shown, in the order in which they are shown: nothing is done to what one cannot see. */
  readonly tickets: readonly Ticket[];
  readonly ids: ReadonlySet<string>;
  /** Chooses one or takes it back; `isRange` takes all from the last one to here. */
  readonly pick: (ticketId: string, isRange: boolean) => void;
  readonly pickAll: () => void;
  readonly clear: () => void;
}

export function useSelection(lanes: readonly Lane[]): Selected {
  const [selection, setSelection] = useState(noSelection);
  const tickets = useMemo(() => lanes.flatMap((lane) => lane.tickets), [lanes]);
  const shown = useRef(tickets);
  useLayoutEffect(() => {
    shown.current = tickets;
  }, [tickets]);
  const idsShown = useCallback(() => shown.current.map(({ id }) => id), []);
  const pick = useCallback(
    (id: string, isRange: boolean) =>
      setSelection((now) => (isRange ? extended(now, idsShown(), id) : toggled(now, id))),
    [idsShown],
  );
  const pickAll = useCallback(() => setSelection(allOf(idsShown())), [idsShown]);
  const clear = useCallback(() => setSelection(noSelection), []);
  return useMemo(() => {
    const chosen = selection.ids.size === 0 ? [] : tickets.filter(({ id }) => selection.ids.has(id));
    return { tickets: chosen, ids: new Set(chosen.map(({ id }) => id)), pick, pickAll, clear };
  }, [selection, tickets, pick, pickAll, clear]);
}

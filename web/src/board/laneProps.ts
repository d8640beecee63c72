import type { Selected } from '../bulk/useSelection.js';
import type { BoardQuery } from '../filter/boardFilter.js';
import type { SetQuery } from '../filter/useBoardQuery.js';
import type { BoardState } from './boardState.js';
import type { Lane } from './lanes.js';
import type { ReadOn } from './useLanes.js';
import type { Reveal } from './useReveal.js';

/** What both ways to look at a board are given. */
export interface LaneViewProps {
  readonly lanes: readonly Lane[];
  readonly query: BoardQuery;
  readonly setQuery: SetQuery;
  readonly readOn: ReadOn;
  readonly reveal: Reveal;
  readonly selected: Selected;
  readonly pendingIds: ReadonlySet<string>;
  readonly proposed: BoardState['proposed'];
  readonly openKey: string | null;
}

/** A ticket as one of a lane, drawn as a card or as a row. */
export interface LaneTicketProps {
  readonly isTabStop: boolean;
  readonly isOpen: boolean;
  /** Shown as done, not yet told by the server. */
  readonly isPending: boolean;
  readonly isSelected: boolean;
  readonly onPick: Selected['pick'];
  /** Its place in the whole lane, of which only a part is drawn. */
  readonly index: number;
  readonly measure?: (element: Element | null) => void;
}

import { compareTickets } from '../../../contract/ticketOrder.js';
import { isFiltering, plainQuery, type BoardQuery } from '../filter/boardFilter.js';
import { serverFilter, textTest, ticketTest, type Reader } from '../filter/filterTests.js';
import { statuses } from '../model.js';
import type { BatonError, Ticket, TicketStatus } from '../sdk.js';
import { columnCount, type BoardState } from './boardState.js';
import type { BoardView } from './boardStore.js';
import { overlaid } from './boardView.js';
import type { LanePages, Lanes, ListQuery } from './laneReader.js';

/** One list of tickets in order: a column of the board, or the whole of the list view. */
export interface Lane {
  readonly id: string;
  readonly status: TicketStatus | null;
  readonly tickets: readonly Ticket[];
  /** Of all that belong here, also those not read yet; `+` when only so much is known. */
  readonly count: string;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly error: BatonError | null;
}

export const LIST = 'list';
const isWhole = (state: BoardState) => statuses.every((status) => state.nextPages[status] === null);
const isPlain = ({ filter, sort, layout }: BoardQuery) =>
  layout === 'columns' && !isFiltering(filter) && sort.by === plainQuery.sort.by && sort.dir === plainQuery.sort.dir;

/** What to ask the server for, per lane; nothing where all of it is here, or comes with the board itself. */
export function laneQueries(state: BoardState, query: BoardQuery, reader: Reader): ReadonlyMap<string, ListQuery> {
  const wanted = serverFilter(query.filter, reader);
  const isHere = isWhole(state) && query.filter.text.trim() === '';
  if (wanted === null || isHere || isPlain(query)) return new Map();
  const asked = { ...wanted, projectId: state.project.id, sort: query.sort };
  if (query.layout === 'list') return new Map([[LIST, asked]]);
  const shown = wanted.status ?? statuses;
  return new Map(shown.map((status) => [status, { ...asked, status: [status] }]));
}

/** The lanes of a board, from what is here: at once when the filter changes, more when the server has answered. Pure. */
export function lanesOf(view: BoardView, state: BoardState, query: BoardQuery, reader: Reader, pages: Lanes): Lane[] {
  const ids: readonly (TicketStatus | typeof LIST)[] = query.layout === 'list' ? [LIST] : statuses;
  const tickets = new Map(ids.map((id) => [id, [] as Ticket[]]));
  const passes = passing(query, reader, pages);
  const compare = compareTickets(query.sort);
  for (const known of state.tickets.values()) {
    const ticket = overlaid(known, view.overlays);
    const id = query.layout === 'list' ? LIST : ticket.status;
    if (passes(ticket, pages.get(id))) tickets.get(id)?.push(ticket);
  }
  return ids.map((id) => {
    const shown = (tickets.get(id) ?? []).toSorted(compare);
    const status = id === LIST ? null : id;
    const progress = progressOf(view, state, status, pages.get(id), query);
    return {
      id,
      status,
      tickets: shown,
      count: countOf(state, status, shown.length, progress.hasMore, query),
      ...progress,
    };
  });
}

function passing(query: BoardQuery, reader: Reader, pages: Lanes) {
  const test = ticketTest(query.filter, reader);
  const hasWords = textTest(query.filter.text);
  const compare = compareTickets(query.sort);
  const isSearch = query.filter.text.trim() !== '';
  const hits = new Set(isSearch ? [...pages.values()].flatMap((page) => [...page.hits]) : []);
  return (ticket: Ticket, page: LanePages | undefined): boolean => {
    if (!test(ticket) || !(hasWords(ticket) || hits.has(ticket.id))) return false;
    // Behind the edge others may be missing. A search shows what it has.
    return isSearch || !page?.edge || page.next === null || compare(ticket, page.edge) <= 0;
  };
}

function progressOf(
  view: BoardView,
  state: BoardState,
  status: TicketStatus | null,
  pages: LanePages | undefined,
  query: BoardQuery,
): Pick<Lane, 'hasMore' | 'isReading' | 'error'> {
  if (pages) return { hasMore: pages.next !== null, isReading: pages.isReading, error: pages.error };
  const hasMore = status !== null && isPlain(query) && state.nextPages[status] !== null;
  return { hasMore, isReading: view.loadingMore !== null && view.loadingMore === status, error: null };
}

function countOf(
  state: BoardState,
  status: TicketStatus | null,
  shown: number,
  hasMore: boolean,
  { filter }: BoardQuery,
): string {
  if (isFiltering(filter)) return hasMore ? `${shown}+` : String(shown);
  if (status !== null) return String(columnCount(state, status, shown));
  const counted = statuses.reduce((sum, one) => sum + state.counts[one], 0);
  return String(isWhole(state) ? shown : Math.max(shown, counted));
}

type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

/** Where an arrow leads from a ticket: along the lane, or to the nearest lane with tickets, at the same height. */
export function neighbour(lanes: readonly Lane[], ticketId: string | null, arrow: Arrow): Ticket | undefined {
  const at = lanes.findIndex((lane) => lane.tickets.some(({ id }) => id === ticketId));
  const lane = lanes[at];
  if (!lane) return lanes.find(({ tickets }) => tickets.length > 0)?.tickets[0];
  const row = lane.tickets.findIndex(({ id }) => id === ticketId);
  if (arrow === 'ArrowUp') return lane.tickets[row - 1];
  if (arrow === 'ArrowDown') return lane.tickets[row + 1];
  const beside = arrow === 'ArrowRight' ? lanes.slice(at + 1) : lanes.slice(0, at).toReversed();
  const next = beside.find(({ tickets }) => tickets.length > 0)?.tickets;
  return next?.[Math.min(row, next.length - 1)];
}

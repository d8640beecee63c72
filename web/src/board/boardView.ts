import { priorityRank, statuses } from '../model.js';
import type { Ticket, TicketStatus } from '../sdk.js';
import { everyStatus, type BoardState } from './boardState.js';

/** What this person did and the server has not yet told as an event; shown as if done. */
export interface Overlay {
  readonly id: number;
  readonly ticketId: string;
  readonly patch: Partial<Ticket>;
  /** The event that makes it real; null while the call is on its way. */
  readonly seq: number | null;
}

export type Holder = 'anyone' | 'me' | 'nobody';
export type SortBy = 'updatedAt' | 'priority' | 'dueDate';

export interface BoardFilter {
  readonly text: string;
  readonly holder: Holder;
  readonly sortBy: SortBy;
}
export const noFilter: BoardFilter = { text: '', holder: 'anyone', sortBy: 'updatedAt' };
export const isFiltering = (filter: BoardFilter): boolean => filter.text.trim() !== '' || filter.holder !== 'anyone';

export type Columns = Readonly<Record<TicketStatus, readonly Ticket[]>>;

/** The tickets of each column in their order. `hits` are tickets that the server found for the text, e.g. by their description. */
export function columnsOf(
  state: BoardState,
  overlays: readonly Overlay[],
  filter: BoardFilter,
  viewerId: string,
  hits: ReadonlySet<string>,
): Columns {
  const columns = everyStatus<Ticket[]>(() => []);
  for (const known of state.tickets.values()) {
    const ticket = overlaid(known, overlays);
    if (matches(ticket, filter, viewerId, hits)) columns[ticket.status].push(ticket);
  }
  for (const status of statuses) columns[status].sort(orders[filter.sortBy]);
  return columns;
}

export function overlaid(ticket: Ticket, overlays: readonly Overlay[]): Ticket {
  const mine = overlays.filter((overlay) => overlay.ticketId === ticket.id);
  return mine.length === 0 ? ticket : Object.assign({}, ticket, ...mine.map((overlay) => overlay.patch));
}

function matches(ticket: Ticket, filter: BoardFilter, viewerId: string, hits: ReadonlySet<string>): boolean {
  if (filter.holder === 'me' && !ticket.assignees.some((a) => a.userId === viewerId)) return false;
  // Nobody holds a closed ticket: those that wait for somebody are meant.
  if (filter.holder === 'nobody' && (ticket.assignees.length > 0 || ticket.status === 'CLOSED')) return false;
  const words = plain(filter.text).split(/\s+/).filter(Boolean);
  if (words.length === 0 || hits.has(ticket.id)) return true;
  const text = plain([ticket.key, ticket.title, ...ticket.assignees.map((a) => a.name)].join(' '));
  return words.every((word) => text.includes(word));
}

/** Lower case without accents, so that `zoe` finds Zoë. */
const plain = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

type Order = (a: Ticket, b: Ticket) => number;
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const newest: Order = (a, b) => byText(b.updatedAt, a.updatedAt) || byText(b.id, a.id);
const orders: Readonly<Record<SortBy, Order>> = {
  updatedAt: newest,
  priority: (a, b) => priorityRank(b.priority) - priorityRank(a.priority) || newest(a, b),
  dueDate: (a, b) => byText(a.dueDate ?? '9999', b.dueDate ?? '9999') || newest(a, b),
};

import { statuses } from '../model.js';
import type { AssignmentProposal, Member, ProjectDetail, ProjectEvent, Ticket, TicketStatus } from '../sdk.js';

/** What is known of one project, exact at `seq`. Replaced, never changed in place. */
export interface BoardState {
  readonly project: ProjectDetail;
  readonly members: readonly Member[];
  /** Every ticket that was listed or that an event brought; a column shows those of its status. */
  readonly tickets: ReadonlyMap<string, Ticket>;
  /** Deleted tickets and the event that did it: a page that was read earlier must not bring them back. */
  readonly gone: ReadonlyMap<string, number>;
  /** Who waits for a decision to get which ticket; empty for those who may not decide. */
  readonly proposed: ReadonlyMap<string, Proposed>;
  readonly counts: Readonly<Record<TicketStatus, number>>;
  /** Where the next page of a column begins; null when all of it is here. */
  readonly nextPages: Readonly<Record<TicketStatus, string | null>>;
  /** The last event applied. */
  readonly seq: number;
  /** Newest first, at most `FEED_LENGTH`. */
  readonly feed: readonly ProjectEvent[];
}

export type Proposed = Pick<AssignmentProposal, 'id' | 'assigneeName'>;

export const FEED_LENGTH = 100;

export const everyStatus = <Value>(value: (status: TicketStatus) => Value): Record<TicketStatus, Value> =>
  Object.fromEntries(statuses.map((status) => [status, value(status)])) as Record<TicketStatus, Value>;

export interface Snapshot {
  readonly project: ProjectDetail;
  readonly members: readonly Member[];
  readonly proposals: readonly AssignmentProposal[];
  readonly pages: Readonly<Record<TicketStatus, { items: readonly Ticket[]; nextCursor: string | null }>>;
  readonly counts: Readonly<Record<TicketStatus, number>>;
}

/** `seq` is where following began, before the snapshot was read: events after it are applied on top. */
export function boardFrom(snapshot: Snapshot, seq: number): BoardState {
  return {
    project: snapshot.project,
    members: snapshot.members,
    tickets: new Map(statuses.flatMap((status) => snapshot.pages[status].items.map((t) => [t.id, t] as const))),
    gone: new Map(),
    proposed: new Map(snapshot.proposals.map((proposal) => [proposal.ticketId, proposal])),
    counts: snapshot.counts,
    nextPages: everyStatus((status) => snapshot.pages[status].nextCursor),
    seq,
    feed: [],
  };
}

/** Takes in tickets that a list or a reply brought; what an event has already overtaken stays as it is. */
export function withTickets(state: BoardState, tickets: readonly Ticket[]): BoardState {
  const fresh = tickets.filter((ticket) => ticket.lastSeq > seqKnown(state, ticket.id));
  if (fresh.length === 0) return state;
  return { ...state, tickets: new Map([...state.tickets, ...fresh.map((t) => [t.id, t] as const)]) };
}

/** The event that last changed what we know of this ticket; -1 when we have never heard of it. */
export const seqKnown = (state: BoardState, ticketId: string): number =>
  Math.max(state.tickets.get(ticketId)?.lastSeq ?? -1, state.gone.get(ticketId) ?? -1);

/** The size of a column: what is here when all of it is, else what the server counted. */
export function columnCount(state: BoardState, status: TicketStatus, shown: number): number {
  return state.nextPages[status] === null ? shown : Math.max(state.counts[status], shown);
}

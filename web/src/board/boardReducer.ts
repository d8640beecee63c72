import { proposalRestsOn, type AssignmentProposal, type Member, type ProjectEvent, type Ticket } from '../sdk.js';
import { FEED_LENGTH, seqKnown, type BoardState } from './boardState.js';

/** What the board itself shows nothing of. */
const ofOtherPages = [
  'comment.created',
  'comment.updated',
  'comment.deleted',
  'message.posted',
  'message.updated',
  'message.deleted',
  'conversation.created',
  'conversation.updated',
  'conversation.archived',
  'attachment.added',
  'attachment.removed',
  'validation.updated',
  'discrepancy.found',
  'discrepancy.updated',
  'rule.created',
  'rule.updated',
  'rule.deleted',
  'webhook.disabled',
] as const;
const isOfOtherPages = (event: ProjectEvent): event is Extract<ProjectEvent, { type: (typeof ofOtherPages)[number] }> =>
  (ofOtherPages as readonly string[]).includes(event.type);

/**
 * The board after one more event. An event at or before `state.seq` changes nothing, so a repeat is harmless; a ticket that a
 * list brought in a later form than the event's keeps that form. Pure.
 */
export function reduceBoard(state: BoardState, event: ProjectEvent): BoardState {
  if (event.seq <= state.seq) return state;
  const next: BoardState = {
    ...state,
    seq: event.seq,
    feed: isWorthTelling(event) ? [event, ...state.feed].slice(0, FEED_LENGTH) : state.feed,
  };
  if (isOfOtherPages(event)) return next;
  switch (event.type) {
    case 'ticket.created':
    case 'ticket.restored':
    case 'ticket.updated':
    case 'ticket.assigned':
    case 'ticket.unassigned':
    case 'ticket.deleted':
    case 'ticket.arrived':
    case 'ticket.linked':
    case 'ticket.unlinked':
    case 'ticket.merged':
    case 'ticket.unmerged':
    case 'ticket.slaWarned':
    case 'ticket.slaBreached':
      return withTicketEvent(withoutOvertaken(next, event), event);
    case 'ticket.moved':
      return withoutTicket(withoutOvertaken(next, event), event);
    case 'assignment.proposed':
    case 'assignment.approved':
    case 'assignment.rejected':
    case 'assignment.withdrawn':
      return withProposal(next, event.payload.proposal);
    case 'project.created':
    case 'project.updated':
    case 'project.archived':
      return { ...next, project: { ...next.project, ...event.payload.project } };
    case 'member.added':
    case 'member.updated':
      return { ...next, members: withMember(next.members, event.payload.member) };
    case 'member.removed': {
      const { userId } = event.payload.member;
      return { ...next, members: next.members.filter((m) => m.userId !== userId) };
    }
    default:
      // A newer server may know more types than this board.
      event satisfies never;
      return next;
  }
}

/** One of a ticket at most waits for a decision; what is told of an earlier one leaves it. */
function withProposal(state: BoardState, { id, ticketId, assigneeName, state: now }: AssignmentProposal): BoardState {
  const proposed = new Map(state.proposed);
  if (now === 'PROPOSED') proposed.set(ticketId, { id, assigneeName });
  else if (proposed.get(ticketId)?.id === id) proposed.delete(ticketId);
  return { ...state, proposed };
}

/** What a ticket's own change overtakes is told by that change alone. */
function withoutOvertaken(state: BoardState, event: TicketEvent | GoneEvent): BoardState {
  const { ticket } = event.payload;
  if (!state.proposed.has(ticket.id) || !overtakes(event)) return state;
  const proposed = new Map(state.proposed);
  proposed.delete(ticket.id);
  return { ...state, proposed };
}

function overtakes({ type, payload }: TicketEvent | GoneEvent): boolean {
  if (type === 'ticket.deleted' || !('changes' in payload) || !('status' in payload.ticket)) return true;
  const { status } = payload.ticket;
  return status === 'RESOLVED' || status === 'CLOSED' || proposalRestsOn.some((field) => field in payload.changes);
}

type GoneEvent = Extract<ProjectEvent, { type: 'ticket.moved' }>;
type TicketEvent = Exclude<Extract<ProjectEvent, { type: `ticket.${string}` }>, GoneEvent>;

/** It is in another project now. */
function withoutTicket(state: BoardState, { seq, payload: { ticket, status } }: GoneEvent): BoardState {
  const counts = move(state.counts, status, null);
  if (seq <= seqKnown(state, ticket.id)) return { ...state, counts };
  const tickets = new Map(state.tickets);
  tickets.delete(ticket.id);
  return { ...state, counts, tickets, gone: new Map(state.gone).set(ticket.id, seq) };
}

function withTicketEvent(state: BoardState, event: TicketEvent): BoardState {
  const { ticket } = event.payload;
  const counted = { ...state, counts: recount(state.counts, event) };
  if (event.seq <= seqKnown(state, ticket.id)) return counted;
  const tickets = new Map(state.tickets);
  const gone = new Map(state.gone);
  if (event.type === 'ticket.deleted') {
    tickets.delete(ticket.id);
    gone.set(ticket.id, event.seq);
  } else {
    tickets.set(ticket.id, ticket);
    gone.delete(ticket.id);
  }
  return { ...counted, tickets, gone };
}

const entering: ReadonlySet<string> = new Set(['ticket.created', 'ticket.restored', 'ticket.arrived']);

/** From the change itself, not from what we hold: a ticket of a page that was never loaded counts as well. */
function recount(counts: BoardState['counts'], event: TicketEvent): BoardState['counts'] {
  const { status } = event.payload.ticket;
  if (entering.has(event.type)) return move(counts, null, status);
  if (event.type === 'ticket.deleted') return move(counts, status, null);
  const before = event.payload.changes['status']?.before;
  return isStatus(counts, before) && before !== status ? move(counts, before, status) : counts;
}

const isStatus = (counts: BoardState['counts'], value: unknown): value is Ticket['status'] =>
  typeof value === 'string' && Object.hasOwn(counts, value);

function move(
  counts: BoardState['counts'],
  from: Ticket['status'] | null,
  to: Ticket['status'] | null,
): BoardState['counts'] {
  const next = { ...counts };
  if (from) next[from] = Math.max(0, next[from] - 1);
  if (to) next[to] += 1;
  return next;
}

const withMember = (members: readonly Member[], member: Member): Member[] => [
  ...members.filter((m) => m.userId !== member.userId),
  member,
];

const bookkeeping = new Set(['firstResponseAt', 'sla', 'version', 'lastSeq', 'updatedAt']);

/** The first answer to a customer is noted in an event of its own, beside the comment's: one sentence is enough. */
export function isWorthTelling(event: ProjectEvent): boolean {
  return event.type !== 'ticket.updated' || Object.keys(event.payload.changes).some((field) => !bookkeeping.has(field));
}

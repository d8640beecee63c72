import { priorityNames, priorityRank, statusNames, waitingNames } from '../model.js';
import type { Handover, ProjectEvent, Ticket } from '../sdk.js';
import { formatDay } from '../ui/dates.js';

/** A piece of a sentence: plain words, a person, or a ticket that can be opened. */
export type Piece = string | { readonly person: string } | { readonly ticketId: string; readonly key: string };

export interface Names {
  /** The key of a ticket, when it is known here. */
  readonly keyOf: (ticketId: string) => string | undefined;
  readonly viewerId: string;
}

/** Who did what, as a person would say it: "Ada moved SUP-12 from Open to Review". */
export function sentenceOf(event: ProjectEvent, names: Names): readonly Piece[] {
  const actor = event.actor ? person(event.actor.id, event.actor.name, names) : { person: 'Baton' };
  return [actor, ...predicate(event, names)];
}

export const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : 'person' in piece ? piece.person : piece.key)).join('');

const person = (id: string | null, name: string | null, { viewerId }: Names): Piece => ({
  person: id !== null && id === viewerId ? 'You' : (name ?? 'somebody'),
});
const object = (id: string | null, name: string | null, names: Names): Piece =>
  id !== null && id === names.viewerId ? 'you' : person(id, name, names);

function predicate(event: ProjectEvent, names: Names): readonly Piece[] {
  switch (event.type) {
    case 'ticket.created':
      return [' created ', link(event.payload.ticket), ` “${event.payload.ticket.title}”`];
    case 'ticket.updated':
      return changed(event.payload.ticket, event.payload.changes);
    case 'ticket.assigned':
      return handedOver(event.payload.ticket, event.payload.handover, event.actor?.id ?? null, names);
    case 'ticket.unassigned':
      return letGo(event.payload.ticket, event.payload.handover, event.actor?.id ?? null, names);
    case 'ticket.deleted':
      return [' deleted ', link(event.payload.ticket)];
    case 'ticket.restored':
      return [' restored ', link(event.payload.ticket)];
    case 'ticket.moved':
      return [` moved ${event.payload.ticket.key} to another project`];
    case 'ticket.arrived':
      return [' brought ', link(event.payload.ticket), ` “${event.payload.ticket.title}” here from another project`];
    case 'ticket.linked':
      return linked(event.payload.ticket, event.payload.link);
    case 'ticket.unlinked':
      return [' took back a link between ', link(event.payload.ticket), ' and ', otherEnd(event.payload.link)];
    case 'ticket.merged':
      return together(' merged ', ' into ', event.payload.ticket, event.payload.link);
    case 'ticket.unmerged':
      return together(' took ', ' out of ', event.payload.ticket, event.payload.link);
    case 'comment.created': {
      const { comment } = event.payload;
      const verb = comment.visibility === 'INTERNAL' ? ' left an internal note on ' : ' commented on ';
      return [verb, about(comment.ticketId, names), `: “${excerpt(comment.content)}”`];
    }
    case 'comment.updated':
      return [' edited a comment on ', about(event.payload.comment.ticketId, names)];
    case 'comment.deleted':
      return [' deleted a comment on ', about(event.payload.comment.ticketId, names)];
    case 'message.posted':
    case 'message.updated':
    case 'message.deleted':
    case 'conversation.created':
    case 'conversation.updated':
    case 'conversation.archived':
      return spoken(event, names);
    case 'project.created':
      return [' started the project'];
    case 'project.updated':
      return [' changed the project’s settings'];
    case 'project.archived':
      return [event.payload.project.isArchived ? ' archived the project' : ' brought the project back'];
    case 'member.added':
      return [' added ', object(event.payload.member.userId, event.payload.member.name, names), ' to the project'];
    case 'member.updated':
      return [' changed the role of ', object(event.payload.member.userId, event.payload.member.name, names)];
    case 'member.removed':
      return [' removed ', object(event.payload.member.userId, event.payload.member.name, names), ' from the project'];
    default:
      event satisfies never;
      return [' did something new'];
  }
}

const link = (ticket: Pick<Ticket, 'id' | 'key'>): Piece => ({ ticketId: ticket.id, key: ticket.key });

type Spoken = Extract<ProjectEvent, { type: `message.${string}` | `conversation.${string}` }>;

function spoken(event: Spoken, names: Names): readonly Piece[] {
  switch (event.type) {
    case 'message.posted':
      return [' wrote in ', place(event, names), `: “${excerpt(event.payload.message.content)}”`];
    case 'message.updated':
      return [' edited a message in ', place(event, names)];
    case 'message.deleted':
      return [' deleted a message in ', place(event, names)];
    case 'conversation.created':
      return [' started the channel ', event.payload.conversation.name ?? ''];
    case 'conversation.updated':
      return [' changed the channel ', event.payload.conversation.name ?? ''];
    case 'conversation.archived': {
      const { name, archivedAt } = event.payload.conversation;
      return [archivedAt === null ? ' brought back the channel ' : ' archived the channel ', name ?? ''];
    }
    default:
      event satisfies never;
      return [' did something new'];
  }
}

/** Where something was said: at a ticket, or in a channel. */
const place = ({ ticketId }: ProjectEvent, names: Names): Piece =>
  ticketId === null ? 'a channel' : about(ticketId, names);

type Link = Extract<ProjectEvent, { type: 'ticket.linked' }>['payload']['link'];
const otherEnd = ({ ticketId, key }: Link): Piece => ({ ticketId, key });

/** Two tickets with a word before each, the one first that the link comes from. */
function together(before: string, between: string, ticket: Ticket, other: Link): readonly Piece[] {
  const [first, second] = other.isFrom ? [link(ticket), otherEnd(other)] : [otherEnd(other), link(ticket)];
  return [before, first, between, second];
}

const linkWords: Readonly<Record<Link['type'], string>> = {
  BLOCKS: ' as blocking ',
  DUPLICATES: ' as a duplicate of ',
  RELATES: ' as related to ',
  SPLIT_FROM: ' as split off ',
  MERGED_INTO: ' as merged into ',
};
const linked = (ticket: Ticket, other: Link): readonly Piece[] =>
  other.type === 'SPLIT_FROM'
    ? together(' split ', ' off ', ticket, other)
    : together(' marked ', linkWords[other.type], ticket, other);

function about(ticketId: string, names: Names): Piece {
  const key = names.keyOf(ticketId);
  return key === undefined ? 'a ticket' : { ticketId, key };
}

function handedOver(ticket: Ticket, handover: Handover, actorId: string | null, names: Names): readonly Piece[] {
  const { assigneeId, assigneeName, previousAssigneeId, previousAssigneeName, type } = handover;
  if (type === 'CLAIMED') return [' claimed ', link(ticket)];
  if (previousAssigneeId !== null && previousAssigneeId !== assigneeId) {
    const from =
      previousAssigneeId === actorId ? [] : [' from ', object(previousAssigneeId, previousAssigneeName, names)];
    return [' passed ', link(ticket), ...from, ' to ', object(assigneeId, assigneeName, names)];
  }
  if (assigneeId === actorId) return [' took ', link(ticket)];
  return [' gave ', link(ticket), ' to ', object(assigneeId, assigneeName, names)];
}

function letGo(ticket: Ticket, handover: Handover, actorId: string | null, names: Names): readonly Piece[] {
  if (handover.previousAssigneeId === actorId) return [' let go of ', link(ticket)];
  return [' took ', link(ticket), ' from ', object(handover.previousAssigneeId, handover.previousAssigneeName, names)];
}

type Changes = Extract<ProjectEvent, { type: 'ticket.updated' }>['payload']['changes'];

/** The change that matters most; a status says more than a number of points. */
function changed(ticket: Ticket, changes: Changes): readonly Piece[] {
  const it = link(ticket);
  if (changes['status']) {
    const before = statusNames[changes['status'].before as Ticket['status']];
    return [' moved ', it, before ? ` from ${before}` : '', ` to ${statusNames[ticket.status]}`];
  }
  if (changes['priority']) {
    const up = priorityRank(ticket.priority) > priorityRank(changes['priority'].before as Ticket['priority']);
    return [up ? ' raised ' : ' lowered ', it, ` to ${priorityNames[ticket.priority].toLowerCase()} priority`];
  }
  if (changes['dueDate']) {
    return ticket.dueDate ? [' set ', it, ` due on ${formatDay(ticket.dueDate)}`] : [' cleared the due date of ', it];
  }
  if (changes['waitingOn']) {
    return ticket.waitingOn
      ? [' marked ', it, ` as ${waitingNames[ticket.waitingOn].toLowerCase()}`]
      : [' ended the wait on ', it];
  }
  if (changes['title']) return [' renamed ', it, ` to “${ticket.title}”`];
  if (changes['description']) return [' edited the description of ', it];
  return [' edited ', it];
}

const excerpt = (text: string) => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 90 ? `${line.slice(0, 89).trimEnd()}…` : line;
};

import { priorityNames, priorityRank, statusNames, waitingNames } from '../model.js';
import type { Handover, ProjectEvent, Ticket } from '../sdk.js';
import { formatDay } from '../ui/dates.js';
import { withoutMarks } from '../ui/mentions.js';

/** A piece of a sentence: plain words, a person, or a ticket that can be opened. */
export type Piece = string | { readonly person: string } | { readonly ticketId: string; readonly key: string };

export interface Names {
  /** The key of a ticket, when it is known here. */
  readonly keyOf: (ticketId: string) => string | undefined;
  readonly viewerId: string;
}

/** Who did what, as a person would say it: "Ada moved SUP-12 from Open to Review". */
export function sentenceOf(event: ProjectEvent, names: Names): readonly Piece[] {
  const actor = event.actor ? person(event.actor.id, event.actor.name, names) : { person: event.by ?? 'Baton' };
  return [actor, ...predicate(event, names)];
}

export const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : 'person' in piece ? piece.person : piece.key)).join('');

const person = (id: string | null, name: string | null, { viewerId }: Names): Piece => ({
  person: id !== null && id === viewerId ? 'You' : (name ?? 'somebody'),
});
const object = (id: string | null, name: string | null, names: Names): Piece =>
  id !== null && id === names.viewerId ? 'you' : person(id, name, names);

type Told<Type extends ProjectEvent['type']> = Extract<ProjectEvent, { type: Type }>;
type Predicates = {
  readonly [Type in ProjectEvent['type']]: (event: Told<Type>, names: Names) => readonly Piece[];
};

const clockVerbs = { FIRST_RESPONSE: 'answer', RESOLVE: 'resolve' } as const;

const predicates: Predicates = {
  'ticket.created': ({ payload: { ticket } }) => [' created ', link(ticket), ` “${ticket.title}”`],
  'ticket.updated': ({ payload: { ticket, changes } }) => changed(ticket, changes),
  'ticket.assigned': ({ payload: { ticket, handover }, actor }, names) =>
    handedOver(ticket, handover, actor?.id ?? null, names),
  'ticket.unassigned': ({ payload: { ticket, handover }, actor }, names) =>
    letGo(ticket, handover, actor?.id ?? null, names),
  'ticket.deleted': ({ payload: { ticket } }) => [' deleted ', link(ticket)],
  'ticket.restored': ({ payload: { ticket } }) => [' restored ', link(ticket)],
  'ticket.moved': ({ payload: { ticket } }) => [` moved ${ticket.key} to another project`],
  'ticket.arrived': ({ payload: { ticket } }) => [
    ' brought ',
    link(ticket),
    ` “${ticket.title}” here from another project`,
  ],
  'ticket.linked': ({ payload }) => linked(payload.ticket, payload.link),
  'ticket.unlinked': ({ payload }) => [
    ' took back a link between ',
    link(payload.ticket),
    ' and ',
    otherEnd(payload.link),
  ],
  'ticket.merged': ({ payload }) => together(' merged ', ' into ', payload.ticket, payload.link),
  'ticket.unmerged': ({ payload }) => together(' took ', ' out of ', payload.ticket, payload.link),
  'ticket.slaWarned': ({ payload }) => [
    ` saw the time to ${clockVerbs[payload.clock]} `,
    link(payload.ticket),
    ' run out soon',
  ],
  'ticket.slaBreached': ({ payload }) => [
    ` saw the time to ${clockVerbs[payload.clock]} `,
    link(payload.ticket),
    ' run out',
  ],
  'assignment.proposed': ({ payload }, names) => proposed(' proposed to give ', payload.proposal, names),
  'assignment.approved': ({ payload }, names) => proposed(' approved giving ', payload.proposal, names),
  'assignment.rejected': ({ payload }, names) => proposed(' rejected giving ', payload.proposal, names),
  'assignment.withdrawn': ({ payload }, names) => proposed(' took back a proposal to give ', payload.proposal, names),
  'comment.created': ({ payload: { comment } }, names) => {
    const verb = comment.visibility === 'INTERNAL' ? ' left an internal note on ' : ' commented on ';
    return [verb, about(comment.ticketId, names), `: “${excerpt(comment.content)}”`];
  },
  'comment.updated': ({ payload: { comment } }, names) => [' edited a comment on ', about(comment.ticketId, names)],
  'comment.deleted': ({ payload: { comment } }, names) => [' deleted a comment on ', about(comment.ticketId, names)],
  'message.posted': (event, names) => [
    ' wrote in ',
    place(event, names),
    `: “${excerpt(event.payload.message.content)}”`,
  ],
  'message.updated': (event, names) => [' edited a message in ', place(event, names)],
  'message.deleted': (event, names) => [' deleted a message in ', place(event, names)],
  'conversation.created': ({ payload: { conversation } }) => [' started the channel ', conversation.name ?? ''],
  'conversation.updated': ({ payload: { conversation } }) => [' changed the channel ', conversation.name ?? ''],
  'conversation.archived': ({ payload: { conversation } }) => [
    conversation.archivedAt === null ? ' brought back the channel ' : ' archived the channel ',
    conversation.name ?? '',
  ],
  'attachment.added': ({ payload: { attachment } }, names) => [
    ` attached “${excerpt(attachment.filename)}” to `,
    about(attachment.ticketId, names),
  ],
  'attachment.removed': ({ payload: { attachment } }, names) => [
    ` removed “${excerpt(attachment.filename)}” from `,
    about(attachment.ticketId, names),
  ],
  'rule.created': ({ payload: { rule } }) => [` made the rule “${rule.name}”`],
  'rule.updated': ({ payload: { rule } }) => [` changed the rule “${rule.name}”`],
  'rule.deleted': ({ payload: { rule } }) => [` removed the rule “${rule.name}”`],
  'project.created': () => [' started the project'],
  'project.updated': () => [' changed the project’s settings'],
  'project.archived': ({ payload: { project } }) => [
    project.isArchived ? ' archived the project' : ' brought the project back',
  ],
  'member.added': ({ payload: { member } }, names) => [
    ' added ',
    object(member.userId, member.name, names),
    ' to the project',
  ],
  'member.updated': ({ payload: { member } }, names) => [
    ' changed the role of ',
    object(member.userId, member.name, names),
  ],
  'validation.updated': ({ payload: { validation } }) => [
    ` brought the validation “${excerpt(validation.name)}” to ${validation.status.toLowerCase()}`,
  ],
  'discrepancy.found': ({ payload: { found, seenAgain } }) => {
    const fresh = found.LOW + found.MEDIUM + found.HIGH + found.CRITICAL;
    return [` found ${fresh} new discrepancies`, seenAgain > 0 ? ` and ${seenAgain} known ones` : ''];
  },
  'discrepancy.updated': ({ payload: { status, count } }) => [` marked ${count} discrepancies ${status.toLowerCase()}`],
  'webhook.disabled': ({ payload: { webhook } }) => [
    ` turned off the webhook to ${webhook.host}: `,
    webhook.reason === 'GONE' ? 'its receiver says it is gone' : 'nothing got through for days',
  ],
  'member.removed': ({ payload: { member } }, names) => [
    ' removed ',
    object(member.userId, member.name, names),
    ' from the project',
  ],
};

/** A newer server may tell what this board has no words for. */
function predicate<Type extends ProjectEvent['type']>(event: Told<Type>, names: Names): readonly Piece[] {
  const known: Predicates[Type] | undefined = predicates[event.type];
  return known ? known(event, names) : [' did something new'];
}

const link = (ticket: Pick<Ticket, 'id' | 'key'>): Piece => ({ ticketId: ticket.id, key: ticket.key });

/** Where something was said: at a ticket, or in a channel. */
const place = ({ ticketId }: ProjectEvent, names: Names): Piece =>
  ticketId === null ? 'a channel' : about(ticketId, names);

type Proposal = Told<'assignment.proposed'>['payload']['proposal'];
const proposed = (verb: string, proposal: Proposal, names: Names): readonly Piece[] => [
  verb,
  { ticketId: proposal.ticketId, key: proposal.ticketKey },
  ' to ',
  object(proposal.assigneeId, proposal.assigneeName, names),
];

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
  const line = withoutMarks(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > 90 ? `${line.slice(0, 89).trimEnd()}…` : line;
};

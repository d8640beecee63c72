import type { CreateTicketInput } from '../../../contract/ticketInputs.js';
import type { TicketPatch } from '../../../contract/ticket.js';
import { isLead, isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { allowIf, type Decision } from '../../kernel/decision.js';

interface Seen {
  readonly reporterId: string;
  readonly createdBy: string;
}

/** Staff see every ticket of their projects, customers those they reported; to anybody else it does not exist. */
export const canSeeTicket = (
  actor: Pick<Actor, 'userId'>,
  standing: Standing,
  ticket: Pick<Seen, 'reporterId'>,
): boolean => isStaff(standing) || (standing.projectRole === 'CUSTOMER' && ticket.reporterId === actor.userId);

const customerCreates = new Set<keyof CreateTicketInput>([
  'projectId',
  'ticketId',
  'conversationId',
  'title',
  'description',
  'category',
  'priority',
  'type',
  'status',
  'idempotencyKey',
] as const);

/** `input` with its defaults: a customer may leave status and type only as they are by default. */
export function canCreateTicket(actor: Actor, standing: Standing, input: CreateTicketInput): Decision {
  if (isStaff(standing)) return allowIf(true, '');
  const foreign = (Object.keys(input) as (keyof CreateTicketInput)[]).filter(
    (field) => input[field] !== undefined && !customerCreates.has(field) && field !== 'reporterId',
  );
  const own = input.reporterId === undefined || input.reporterId === actor.userId;
  const plain = input.type === 'TICKET' && input.status === 'OPEN';
  return allowIf(
    own && plain && foreign.length === 0,
    'Customers report tickets for themselves, with title, description, category and priority.',
  );
}

const customerEdits = new Set<keyof TicketPatch>(['title', 'description']);

export const canEditTicket = (standing: Standing, patch: TicketPatch): Decision =>
  allowIf(
    isStaff(standing) || (Object.keys(patch) as (keyof TicketPatch)[]).every((field) => customerEdits.has(field)),
    'Customers may change the title and description of their tickets.',
  );

export const canDeleteTicket = (actor: Actor, standing: Standing, ticket: Seen): Decision =>
  allowIf(
    isLead(standing) || (isStaff(standing) && ticket.createdBy === actor.userId),
    'Only a lead, or the colleague who created it, may delete or restore a ticket.',
  );

/** It leaves one team's hands and comes into another's. */
export const canMoveTicket = (from: Standing, to: Standing): Decision =>
  allowIf(isStaff(from) && isStaff(to), 'Only members of both projects may move a ticket from one to the other.');

export const canTagTicket = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may change the tags of its tickets.');

export const canSyncTickets = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may take tickets over into it.');

export const canListWatchers = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may see who watches its tickets.');

export const canLinkTickets = (standing: Standing, other: Standing): Decision =>
  allowIf(isStaff(standing) && isStaff(other), 'Only members of both projects may link tickets of them.');

export const canMergeTickets = (standing: Standing, other: Standing): Decision =>
  allowIf(isStaff(standing) && isStaff(other), 'Only members of the project may merge its tickets.');

export const canSplitTicket = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may split its tickets.');

export const canHandOver = (standing: Standing): Decision =>
  allowIf(isStaff(standing), 'Only members of the project may assign tickets.');

/** Who can hold tickets of a project: active staff of it. */
export const canHold = (person: Standing & { readonly active: boolean }): Decision =>
  allowIf(
    person.active && person.role !== 'CUSTOMER' && isStaff(person),
    'This person cannot hold tickets of this project.',
  );

import type { ProjectRole } from '../../../contract/project.js';
import type { UserRole } from '../../../contract/user.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Assignment } from '../../db/models/Assignment.js';
import { Ticket } from '../../db/models/Ticket.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor, Standing } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import type { Span } from '../assignments/assignments.present.js';
import type { TicketState } from './ticketPlan.js';
import { holdPerson, lockTicketRow, spansOfTicket } from './ticketStatements.js';
import { canHold, canSeeTicket } from './tickets.policy.js';
import type { TicketRow } from './tickets.present.js';

/** A person who is to hold a ticket, held active until the transaction ends. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly active: boolean;
}

export interface LoadedTicket extends TicketState {
  /** The caller's own standing in the ticket's project. */
  readonly standing: Standing;
  /** The coming assignee's role there, when one was named. */
  readonly nextRole: ProjectRole | null;
}

/** Null when there is nobody of this id. Lock people before tickets; ask `demandHolder` once the caller is known to be allowed. */
export async function findPerson(unit: UnitOfWork, userId: string): Promise<Person | null> {
  const [row] = await unit.all<{ id: string; name: string; role: UserRole; active: boolean | number }>(holdPerson, [
    userId,
  ]);
  return row ? { ...row, active: Boolean(row.active) } : null;
}

interface LockedRow {
  readonly project_archived: boolean | number;
  readonly actor_role: ProjectRole | null;
  readonly next_role: ProjectRole | null;
}

interface LoadOptions {
  readonly nextAssigneeId?: string;
  readonly deleted?: boolean;
  readonly only?: TicketRow['type'] | undefined;
}

/**
 * The ticket under its row lock, as the caller may see it. Locks of several tickets go in the order of their ids.
 * @throws NOT_FOUND missing, foreign, or deleted unless `deleted`; CONFLICT its project is archived.
 */
export async function loadTicket(
  unit: UnitOfWork,
  actor: Actor,
  ticketId: string,
  { nextAssigneeId, deleted = false, only }: LoadOptions = {},
): Promise<LoadedTicket> {
  const [raw] = await unit.all<LockedRow>(lockTicketRow, [ticketId, actor.userId, nextAssigneeId ?? null]);
  if (!raw) throw notFound('ticket');
  const { project_archived, actor_role, next_role, ...columns } = raw;
  const row = ticketRow(columns);
  const standing: Standing = { role: actor.role, projectRole: actor_role };
  if (!canSeeTicket(actor, standing, row) || (only && row.type !== only)) throw notFound('ticket');
  if ((row.deletedAt !== null) !== deleted) throw notFound(deleted ? 'deleted ticket' : 'ticket');
  if (project_archived) throw new AppError('CONFLICT', 'The project is archived.', { projectId: row.projectId });
  return { row, standing, nextRole: next_role, ...(await loadSpans(unit, row)) };
}

/** The same lock without asking who may see it: for sweeps that were decided on elsewhere. */
export async function lockAnyTicket(unit: UnitOfWork, ticketId: string): Promise<TicketRow> {
  const [raw] = await unit.all<LockedRow>(lockTicketRow, [ticketId, null, null]);
  if (!raw) throw notFound('ticket');
  const { project_archived: _a, actor_role: _b, next_role: _c, ...columns } = raw;
  return ticketRow(columns);
}

function ticketRow(columns: object): TicketRow {
  const { priorityRank: _, dueSort: __, ...row } = decodeRow(Ticket, columns);
  return row;
}

export async function loadSpans(
  unit: UnitOfWork,
  { id }: Pick<TicketRow, 'id'>,
): Promise<Pick<TicketState, 'spans' | 'latest'>> {
  const rows = await unit.all<{ assignee_name: string }>(spansOfTicket, [id]);
  const spans = rows.map(({ assignee_name, ...columns }): Span => ({
    ...decodeRow(Assignment, columns),
    assigneeName: assignee_name,
  }));
  const latest = spans.reduce<Span | null>((last, span) => (!last || begins(last, span) ? span : last), null);
  return { spans: spans.filter((span) => span.status === 'ACTIVE'), latest };
}
const begins = (last: Span, span: Span): boolean =>
  span.assignedAt > last.assignedAt || (span.assignedAt.getTime() === last.assignedAt.getTime() && span.id > last.id);

/** @throws NOT_FOUND there is no such person; BAD_INPUT they are inactive, a customer, or not of this project's staff. */
export function demandHolder(person: Person | null | undefined, projectRole: ProjectRole | null): Person {
  if (!person) throw notFound('user');
  const decision = canHold({ ...person, projectRole });
  if (!decision.allowed) throw new AppError('BAD_INPUT', decision.reason, { userId: person.id });
  return person;
}

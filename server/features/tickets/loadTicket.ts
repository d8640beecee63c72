import type { ProjectRole } from '../../../contract/project.js';
import type { UserRole } from '../../../contract/user.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Assignment } from '../../db/models/Assignment.js';
import { Ticket } from '../../db/models/Ticket.js';
import { json } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { AppError, notFound, orError } from '../../kernel/errors.js';
import { groupBy } from '../../kernel/groupBy.js';
import type { Span } from '../assignments/assignments.present.js';
import type { TicketState } from './ticketPlan.js';
import { bySpan, byTicket, byTickets, holdPeople, rolesBesideTickets, type TicketLocks } from './ticketStatements.js';
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

/** Those of these ids that there are. Lock people before tickets; ask `demandHolder` once the caller is known to be allowed. */
export async function findPeople(unit: UnitOfWork, userIds: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const rows = await unit.all<Omit<Person, 'active'> & { active: boolean | number }>(holdPeople, [userIds]);
  return new Map(rows.map((row) => [row.id, { ...row, active: Boolean(row.active) }]));
}

/** Null when there is nobody of this id. */
export const findPerson = async (unit: UnitOfWork, userId: string): Promise<Person | null> =>
  (await findPeople(unit, [userId])).get(userId) ?? null;

interface LoadOptions {
  readonly nextAssigneeId?: string;
  /** Which there must be; one of another state does not exist for the caller. */
  readonly deleted?: boolean | 'either';
  /** Whether the ticket may be part of another one now, as which nothing else is done with it. */
  readonly merged?: boolean;
  readonly only?: TicketRow['type'] | undefined;
}

/**
 * The ticket under its row lock, as the caller may see it. Locks of several tickets go in the order of their ids.
 * @throws NOT_FOUND missing, foreign, or deleted unless `deleted`; CONFLICT its project is archived, or it is merged.
 */
export const loadTicket = (
  unit: UnitOfWork,
  actor: Actor,
  ticketId: string,
  options: LoadOptions = {},
): Promise<LoadedTicket> => load(unit, byTicket, actor, ticketId, options);

/** The same for the ticket that this assignment is, or was, of. @throws NOT_FOUND also when there is no such assignment. */
export const loadTicketOfSpan = (
  unit: UnitOfWork,
  actor: Actor,
  assignmentId: string,
  options: LoadOptions = {},
): Promise<LoadedTicket> => load(unit, bySpan, actor, assignmentId, options);

async function load(
  unit: UnitOfWork,
  locks: TicketLocks,
  actor: Actor,
  id: string,
  { nextAssigneeId, ...options }: LoadOptions,
): Promise<LoadedTicket> {
  const { row, facts } = await lock(unit, locks, [id, actor.userId, nextAssigneeId ?? null]);
  return seen(actor, row, facts, options);
}

/** @throws what {@link loadTicket} throws. */
function seen(
  actor: Actor,
  row: TicketRow,
  facts: TicketFacts,
  { deleted = false, only, merged = false }: Omit<LoadOptions, 'nextAssigneeId'> = {},
): LoadedTicket {
  const standing: Standing = { role: actor.role, projectRole: facts.actorRole };
  if (!canSeeTicket(actor, standing, row) || (only && row.type !== only)) throw notFound('ticket');
  if (deleted !== 'either' && (row.deletedAt !== null) !== deleted)
    throw notFound(deleted ? 'deleted ticket' : 'ticket');
  if (facts.isArchived) throw new AppError('CONFLICT', 'The project is archived.', { projectId: row.projectId });
  if (!merged && row.mergedIntoId !== null) throw alreadyMerged(standing, row, facts.mergedKey);
  return { row, standing, nextRole: facts.nextRole, spans: facts.spans, latest: facts.latest };
}

/** Customers are not told of the other ticket: they may not see it. */
function alreadyMerged(standing: Standing, { key, mergedIntoId }: TicketRow, mergedIntoKey: string | null): AppError {
  if (!isStaff(standing)) return new AppError('CONFLICT', `${key} was merged into another ticket.`);
  return new AppError('CONFLICT', `${key} was merged into ${mergedIntoKey}.`, { mergedIntoId, mergedIntoKey });
}

/**
 * Many tickets as {@link loadTicket} gives one, each once, by id, or the error that it throws of it. `beside` are locked with
 * them, so that all locks are taken in one order.
 */
export async function findTickets(
  unit: UnitOfWork,
  actor: Actor,
  ids: readonly string[],
  beside: readonly string[] = [],
): Promise<ReadonlyMap<string, LoadedTicket | AppError>> {
  const { rowOf, factsOf } = await lockMany(unit, actor, ids, beside);
  return new Map(
    ids.map((id) => [id, orError(() => seen(actor, ticketRow(rowOf.get(id)), readFacts(factsOf.get(id) ?? [])))]),
  );
}

/** What {@link loadTickets} is asked for: a ticket, each once, and who is to hold it. */
interface Wanted {
  readonly ticketId: string;
  readonly assigneeId: string;
}

/** Many tickets as {@link loadTicket} gives one, each with its coming assignee, in the order in which they are asked for. */
export async function loadTickets<Item extends Wanted>(
  unit: UnitOfWork,
  actor: Actor,
  wanted: readonly Item[],
): Promise<{ item: Item; held: LoadedTicket }[]> {
  const pairs = wanted.map(({ ticketId, assigneeId }) => [ticketId, assigneeId]);
  const ids = wanted.map(({ ticketId }) => ticketId);
  const [found, roles] = await Promise.all([
    findTickets(unit, actor, ids),
    unit.all<RoleRow>(rolesBesideTickets, [json(pairs)]),
  ]);
  const roleOf = new Map(roles.map(({ project_id, user_id, role }) => [`${project_id} ${user_id}`, role]));
  return wanted.map((item) => {
    const held = found.get(item.ticketId) ?? notFound('ticket');
    if (held instanceof AppError) throw held;
    return { item, held: { ...held, nextRole: roleOf.get(`${held.row.projectId} ${item.assigneeId}`) ?? null } };
  });
}

type Asked = Omit<LoadOptions, 'nextAssigneeId'> & { readonly ticketId: string };

/** Two tickets as {@link loadTicket} gives one, locked in the order of their ids, whichever is named first. */
export async function loadTwo(
  unit: UnitOfWork,
  actor: Actor,
  ...wanted: readonly [Asked, Asked]
): Promise<[LoadedTicket, LoadedTicket]> {
  const ids = wanted.map(({ ticketId }) => ticketId);
  const { rowOf, factsOf } = await lockMany(unit, actor, ids);
  const one = ({ ticketId, ...options }: Asked): LoadedTicket => {
    const row = ticketRow(rowOf.get(ticketId));
    return seen(actor, row, readFacts(factsOf.get(row.id) ?? []), options);
  };
  return [one(wanted[0]), one(wanted[1])];
}

async function lockMany(unit: UnitOfWork, actor: Actor | null, ids: readonly string[], beside: readonly string[] = []) {
  const [rows, facts] = await Promise.all([
    unit.all<{ id: string }>(byTickets.lock, [[...new Set([...ids, ...beside])]]),
    unit.all<FactsRow>(byTickets.facts, [ids, actor?.userId ?? null]),
  ]);
  return {
    rowOf: new Map(rows.map((row) => [row.id, row])),
    factsOf: groupBy(facts, ({ of_ticket }) => of_ticket),
  };
}

/** The ticket under the same lock without asking who may see it: for sweeps that were decided on elsewhere. */
export async function loadAnyTicket(unit: UnitOfWork, ticketId: string): Promise<TicketState> {
  const { row, facts } = await lock(unit, byTicket, [ticketId, null, null]);
  return { row, spans: facts.spans, latest: facts.latest };
}

/** Many of them, by id. Those that do not exist are left out. */
export async function loadAnyTickets(
  unit: UnitOfWork,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TicketState>> {
  if (ids.length === 0) return new Map();
  const { rowOf, factsOf } = await lockMany(unit, null, [...new Set(ids)]);
  return new Map(
    [...rowOf].map(([id, raw]) => {
      const { spans, latest } = readFacts(factsOf.get(id) ?? []);
      return [id, { row: ticketRow(raw), spans, latest }];
    }),
  );
}

async function lock(unit: UnitOfWork, locks: TicketLocks, asked: readonly [string, string | null, string | null]) {
  const [[raw], facts] = await Promise.all([unit.all(locks.lock, [asked[0]]), unit.all<FactsRow>(locks.facts, asked)]);
  return { row: ticketRow(raw), facts: readFacts(facts) };
}

/** The state of a ticket out of its row and facts; null when its project is archived. */
export function readState(raw: object, facts: readonly object[]): TicketState | null {
  const { isArchived, spans, latest } = readFacts(facts as readonly FactsRow[]);
  return isArchived ? null : { row: ticketRow(raw), spans, latest };
}

/** @throws NOT_FOUND there is none. */
function ticketRow(raw: object | undefined): TicketRow {
  if (!raw) throw notFound('ticket');
  const { priorityRank: _, dueSort: __, ...row } = decodeRow(Ticket, raw);
  return row;
}

interface RoleRow {
  readonly project_id: string;
  readonly user_id: string;
  readonly role: ProjectRole | null;
}
interface FactsRow {
  readonly of_ticket: string;
  readonly project_archived: boolean | number;
  readonly actor_role: ProjectRole | null;
  /** Of many tickets it is asked for by itself. */
  readonly next_role?: ProjectRole | null;
  /** Of the ticket that it is merged into. */
  readonly merged_key: string | null;
  readonly assignee_name: string | null;
}

type TicketFacts = ReturnType<typeof readFacts>;

function readFacts(rows: readonly FactsRow[]) {
  const [first] = rows;
  if (!first) throw new Error('a ticket without a project');
  const spans = rows.flatMap((row) => {
    const {
      assignee_name: assigneeName,
      of_ticket: _,
      project_archived: _a,
      actor_role: _b,
      next_role: _c,
      merged_key: _d,
      ...columns
    } = row;
    return assigneeName === null ? [] : [{ ...decodeRow(Assignment, columns), assigneeName } satisfies Span];
  });
  return {
    isArchived: Boolean(first.project_archived),
    actorRole: first.actor_role,
    nextRole: first.next_role ?? null,
    mergedKey: first.merged_key,
    spans: spans.filter((span) => span.status === 'ACTIVE'),
    latest: spans.reduce<Span | null>((last, span) => (!last || begins(last, span) ? span : last), null),
  };
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

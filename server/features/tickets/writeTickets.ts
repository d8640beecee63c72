import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TicketBefore } from '../../../contract/event.js';
import { limits } from '../../../contract/limits.js';
import type { Ticket as Presented } from '../../../contract/ticket.js';
import type { ColumnChange } from '../../db/recorder.js';
import { inLockOrder, LARGEST_BATCH, sendRows } from '../../db/rowStatements.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { groupBy } from '../../kernel/groupBy.js';
import type { Deps } from '../deps.js';
import { tellOfAssignments, wishesOfHolders } from './assignmentNews.js';
import { writeClocks } from '../sla/clockRows.js';
import { followSla } from '../sla/followSla.js';
import { moveStatistics } from '../stats/ticketStats.js';
import { moveTags } from '../tags/projectTags.js';
import { writeMove } from './ticketMoves.js';
import { settleDiscrepancies } from './discrepanciesOf.js';
import { staleProposals } from './staleProposals.js';
import { assigneesOf, leftBehind, type TicketPlan, type TicketState } from './ticketPlan.js';
import { addWorkload, insertTicketRow, updateTicketRow, type WorkloadRow } from './ticketStatements.js';
import { presentTicket } from './tickets.present.js';
import { writeHistory } from './writeHistory.js';
import { writeSpans } from './writeSpans.js';
import { writeTags } from './ticketTags.js';
import { writeAhead } from './writeAhead.js';

/**
 * Writes plans made under their tickets' locks: what needs no number, people's workloads last, then the numbers, then rows, history and
 * events, and the statistics.
 * @param loads is given what each person whose workload changed has then.
 * @returns the tickets as they are now, in the order of the plans.
 */
export async function writeTickets(
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  plans: readonly TicketPlan[],
  loads = new Map<string, WorkloadRow>(),
): Promise<Presented[]> {
  settleDiscrepancies(unit, plans);
  writeAhead(deps, unit, plans);
  moveWorkloads(deps, unit, plans, loads);
  const [wishes, numbered] = await Promise.all([
    wishesOfHolders(deps, unit, actor, plans),
    numberPlans(deps, unit, plans),
  ]);
  demandCountable(loads);
  moveTags(unit, plans);
  staleProposals(unit, plans);
  for (let at = 0, size = FIRST_BATCH; at < numbered.length; at += size, size = LARGEST_BATCH) {
    if (at > 0) await nextTurn();
    await writeSome(unit, actor, numbered.slice(at, at + size));
  }
  // Behind the rows: while statistics are reckoned, the database works on those.
  moveStatistics(unit, plans);
  tellOfAssignments(deps, unit, actor, numbered, wishes);
  return numbered.map(({ ticket }) => ticket);
}

/** The database has nothing to do until these are made ready, and the project is held. */
const FIRST_BATCH = 128;
/** So many plans are worth a turn of the event loop between the kinds of their rows. */
const MANY = 32;

async function writeSome(unit: UnitOfWork, actor: Actor, numbered: readonly NumberedPlan[]): Promise<void> {
  // The database works on what was sent already, and others have their turn.
  const breathe = numbered.length < MANY ? undefined : nextTurn;
  writeRows(unit, numbered);
  await breathe?.();
  writeClocks(
    unit,
    numbered.map(({ plan }) => plan),
  );
  await breathe?.();
  for (const { plan, ticket, departureSeq } of numbered) {
    const from = leftBehind(plan);
    if (from) await writeMove(unit, from, ticket, departureSeq);
    appendEvent(unit, plan, ticket);
  }
  await breathe?.();
  writeHistory(unit, actor, numbered);
}

/** A plan whose event has its number, and the ticket as it is after it. */
interface NumberedPlan {
  readonly plan: TicketPlan;
  readonly ticket: Presented;
  /** Of the event in the project that the ticket leaves. */
  readonly departureSeq: number;
}

function moveWorkloads(
  { db }: Deps,
  unit: UnitOfWork,
  plans: readonly TicketPlan[],
  loads: Map<string, WorkloadRow>,
): void {
  const total = new Map<string, number>();
  for (const { workload } of plans)
    for (const [person, points] of workload) total.set(person, (total.get(person) ?? 0) + points);
  const moved = [...total].filter(([, points]) => points !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const batch of inLockOrder(moved, db.dialect))
    // They travel with the numbers, so they are known once those are.
    unit.send(addWorkload(batch.length), [unit.at, ...batch.flat()], (rows) => {
      for (const row of rows as readonly WorkloadRow[]) loads.set(row.user_id, row);
    });
}

/** PostgreSQL's columns hold no more by themselves. @throws BAD_INPUT somebody would hold more points than can be counted. */
function demandCountable(loads: ReadonlyMap<string, WorkloadRow>): void {
  for (const [userId, { current_workload: points }] of loads)
    if (points > limits.int32)
      throw new AppError('BAD_INPUT', 'A person would hold more story points than can be counted.', { userId });
}

/** One event of one project that a plan makes: in the project where the ticket is, or in the one it leaves. */
interface Telling {
  readonly plan: TicketPlan;
  readonly projectId: string;
  readonly isDeparture: boolean;
}

function tellingsOf(plan: TicketPlan): Telling[] {
  const from = leftBehind(plan);
  const own = { plan, projectId: plan.after.row.projectId, isDeparture: false };
  return from ? [own, { plan, projectId: from.projectId, isDeparture: true }] : [own];
}
const takesNumber = (plan: TicketPlan): boolean => plan.before === null || leftBehind(plan) !== null;

interface PlanNumbers {
  readonly seq: number;
  readonly ticketNumber: number;
  readonly departureSeq: number;
}

/** One visit to each project's counters, in the order of their ids, for all the plans together. */
async function numberPlans(deps: Deps, unit: UnitOfWork, plans: readonly TicketPlan[]): Promise<NumberedPlan[]> {
  const byProject = groupBy(plans.flatMap(tellingsOf), ({ projectId }) => projectId);
  const numbers = new Map<TicketPlan, PlanNumbers>();
  const revisions = new Map<string, string | null>();
  const visits = [...byProject.keys()].toSorted().map(async (projectId) => {
    const own = byProject.get(projectId) ?? [];
    const made = own.filter(({ plan, isDeparture }) => !isDeparture && takesNumber(plan)).length;
    const columns: ColumnChange = {};
    for (const { plan } of own)
      for (const [status, change] of Object.entries(plan.columns.get(projectId) ?? {}) as [
        keyof ColumnChange,
        number,
      ][])
        columns[status] = (columns[status] ?? 0) + change;
    const { seq, ticketNumber, slaRevision } = await unit.record.number(projectId, {
      events: own.length,
      tickets: made,
      columns,
    });
    revisions.set(projectId, slaRevision);
    let nextTicket = ticketNumber - made + 1;
    own.forEach(({ plan, isDeparture }, index) => {
      const known = numbers.get(plan) ?? { seq: 0, ticketNumber: plan.after.row.number, departureSeq: 0 };
      if (isDeparture) numbers.set(plan, { ...known, departureSeq: seq + index });
      else
        numbers.set(plan, {
          ...known,
          seq: seq + index,
          ticketNumber: takesNumber(plan) ? nextTicket++ : known.ticketNumber,
        });
    });
  });
  // Asked for in their order, and answered together.
  await Promise.all(visits);
  const followed = await followSla(deps, unit, plans, revisions);
  const numbered = plans.map((planned, nth) => {
    const own = numbers.get(planned);
    if (!own) throw new Error('a plan without a number');
    const plan = numberedPlan(followed[nth] ?? planned, own);
    const { row, spans } = plan.after;
    return { plan, ticket: presentTicket(row, assigneesOf(spans)), departureSeq: own.departureSeq };
  });
  return withKeys(numbered);
}

/** A ticket that is born with a link has its key only now. */
function withKeys(numbered: readonly NumberedPlan[]): NumberedPlan[] {
  const keyOf = new Map(numbered.map(({ ticket }) => [ticket.id, ticket.key]));
  return numbered.map((one) => {
    const { link } = one.plan;
    return link ? { ...one, plan: { ...one.plan, link: { ...link, key: keyOf.get(link.ticketId) ?? link.key } } } : one;
  });
}

/** The key of a ticket that is new in its project holds the project's key, left in `key` by the command. */
function numberedPlan(plan: TicketPlan, { seq, ticketNumber }: PlanNumbers): TicketPlan {
  const { row } = plan.after;
  if (!takesNumber(plan)) return { ...plan, after: { ...plan.after, row: { ...row, lastSeq: seq } } };
  const born = { ...row, number: ticketNumber, key: `${row.key}-${ticketNumber}`, lastSeq: seq };
  const before = plan.before?.row;
  const renamed = before
    ? { number: { before: before.number, after: born.number }, key: { before: before.key, after: born.key } }
    : {};
  return { ...plan, changes: { ...plan.changes, ...renamed }, after: { ...plan.after, row: born } };
}

/** What the plans make of tickets and spans. No two plans are of the same ticket. */
function writeRows(unit: UnitOfWork, numbered: readonly NumberedPlan[]): void {
  const plans = numbered.map(({ plan }) => plan);
  const born = plans.filter(({ before }) => before === null).map(({ after }) => after.row);
  sendRows(unit, insertTicketRow, born);
  const changed = plans.filter(({ before }) => before !== null);
  const byUpdate = groupBy(changed, ({ changes }) => updateTicketRow(Object.keys(changes)));
  for (const [update, own] of byUpdate)
    sendRows(
      unit,
      update,
      own.map(({ after }) => after.row),
    );
  for (const { before, after } of plans) writeTags(unit, before?.row.tags ?? [], after.row);
  writeSpans(
    unit,
    plans.filter(({ before }) => before === null),
  );
}

function beforeOf({ row, spans }: TicketState): TicketBefore {
  const { version, lastSeq, updatedAt, assignees } = presentTicket(row, assigneesOf(spans));
  return { version, lastSeq, updatedAt, assignees };
}

function appendEvent(unit: UnitOfWork, plan: TicketPlan, ticket: Presented): void {
  const { id: ticketId, projectId, reporterId, lastSeq: seq } = ticket;
  const envelope = { seq, projectId, ticketId, audience: 'REPORTER', reporterId } as const;
  const { event, changes, handover, link, reason } = plan;
  const payload = { ticket, changes, ...(plan.before && { previous: beforeOf(plan.before) }) };
  if ((event === 'ticket.assigned' || event === 'ticket.unassigned') && handover)
    unit.record.append({ ...envelope, type: event, payload: { ...payload, handover } });
  else if (event === 'ticket.arrived')
    unit.record.append({ ...envelope, type: event, payload: { ticket, changes, reason } });
  else if (event === 'ticket.merged' && link)
    unit.record.append({ ...envelope, type: event, payload: { ...payload, link, reason } });
  else if ((event === 'ticket.slaWarned' || event === 'ticket.slaBreached') && plan.clock)
    unit.record.append({ ...envelope, type: event, payload: { ...payload, clock: plan.clock } });
  else if (event === 'ticket.updated' && reason !== null)
    unit.record.append({ ...envelope, type: event, payload: { ...payload, reason } });
  else if (link) unit.record.append({ ...envelope, type: event, payload: { ...payload, link } });
  else unit.record.append({ ...envelope, type: event, payload });
  const ref = { id: ticketId, key: ticket.key, title: ticket.title };
  for (const { span, reason: why } of plan.ended)
    unit.record.notify({
      userId: span.assigneeId,
      type: 'ticket.unassigned',
      projectId,
      ticketId,
      payload: { ticket: ref, assignmentId: span.id, reason: why },
    });
  if (plan.started) {
    const { span } = plan.started;
    unit.record.notify({
      userId: span.assigneeId,
      type: 'ticket.assigned',
      projectId,
      ticketId,
      payload: { ticket: ref, assignmentId: span.id, reason: span.reason },
    });
  }
}

import { slaKinds, type SlaKind, type TicketSla } from '../../../contract/ticketSla.js';
import type { Ticket as Presented } from '../../../contract/ticket.js';
import { statement } from '../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../db/unitOfWork.js';
import { systemActor as system } from '../../kernel/actor.js';
import { groupBy } from '../../kernel/groupBy.js';
import { repeat } from '../../kernel/repeat.js';
import type { Deps } from '../deps.js';
import { notify, wishesOf, type News } from '../notifications/notify.js';
import { loadAnyTickets } from '../tickets/loadTicket.js';
import { planChange, type TicketPlan, type TicketState } from '../tickets/ticketPlan.js';
import { writeTickets } from '../tickets/writeTickets.js';
import { markClock, nextMark, type Mark } from './clocks.js';
import { hide, park, type Parked } from './parkedClocks.js';
import { reapplySome } from './reapplySla.js';

const EVERY_MS = 5_000;
const PAGE = 100;

const findDue = statement(
  'sla.due',
  `SELECT DISTINCT d.ticket_id, p.id AS project_id, p.is_archived FROM (
     SELECT s.ticket_id FROM ticket_slas s WHERE s.mark_at <= $1 ORDER BY s.mark_at, s.ticket_id LIMIT ${PAGE}) d
   JOIN tickets t ON t.id = d.ticket_id JOIN projects p ON p.id = t.project_id ORDER BY d.ticket_id`,
);
interface DueRow extends Parked {
  readonly is_archived: boolean | number;
}

/**
 * Tells what of clocks is to be told by now: a warning, or that a ticket is late, each once. May run on several nodes at once: under the ticket's lock only one of them finds it
 * untold. Costs what is due and nothing for what is not.
 * @returns how much was told.
 */
export async function sweepSla(deps: Deps): Promise<number> {
  const now = deps.clock.now();
  let told = 0;
  for (;;) {
    const due = await deps.db.all<DueRow>(findDue, [now]);
    if (due.length === 0) return told;
    const [away, here] = [due.filter((row) => row.is_archived), due.filter((row) => !row.is_archived)];
    if (away.length > 0) await park(deps, away);
    const ids = here.map(({ ticket_id }) => ticket_id);
    const some = ids.length > 0 ? await tellSome(deps, ids, now) : 0;
    told += some;
    // Another node was first, or is at it.
    if (some === 0 && away.length === 0) return told;
  }
}

interface Telling {
  readonly kind: SlaKind;
  readonly mark: Mark;
  readonly sla: TicketSla;
}

/** What is to be told first of a ticket by now; null: nothing. */
function firstTelling(sla: TicketSla | null, now: Date): Telling | null {
  if (sla === null) return null;
  const waiting = slaKinds.flatMap((kind) => {
    const clock = sla[kind];
    const moment = clock && nextMark(clock);
    return clock && moment !== null && Date.parse(moment) <= now.getTime() ? [{ kind, clock, moment }] : [];
  });
  const [first] = waiting.toSorted((a, b) => (a.moment < b.moment ? -1 : 1));
  if (!first) return null;
  const { mark, clock } = markClock(first.clock);
  return { kind: first.kind, mark, sla: { ...sla, [first.kind]: clock } };
}

const events = { warnedAt: 'ticket.slaWarned', breachedAt: 'ticket.slaBreached' } as const;
const kinds = { warnedAt: 'SLA_WARNED', breachedAt: 'SLA_BREACHED' } as const;

/** Of each ticket one telling at a time: an event tells of one change. */
const tellSome = (deps: Deps, ticketIds: readonly string[], now: Date): Promise<number> =>
  inUnitOfWork(deps, { actor: system, procedure: 'sla.sweep', input: {} }, async (unit) => {
    const states = await loadAnyTickets(unit, ticketIds);
    const deleted = [...states.values()].filter(({ row }) => row.deletedAt !== null).map(({ row }) => row.id);
    if (deleted.length > 0) hide(unit, deleted);
    const tellings = [...states.values()].flatMap((state) => {
      const telling = state.row.deletedAt === null ? firstTelling(state.row.sla, now) : null;
      return telling ? [{ state, telling, plan: planTelling(state, telling, unit) }] : [];
    });
    if (tellings.length === 0) return 0;
    const leads = await leadsOf(
      unit,
      tellings.map(({ state }) => state.row.projectId),
    );
    const readers = tellings.map(({ state }) => readersOf(state, leads));
    const wishes = await wishesOf(deps, unit, readers.flat());
    const tickets = await writeTickets(
      deps,
      unit,
      system,
      tellings.map(({ plan }) => plan),
    );
    const news = tickets.flatMap((ticket, nth) =>
      (readers[nth] ?? []).map((userId) => newsOf(userId, tellings[nth]?.telling.mark, ticket)),
    );
    notify(unit, system, wishes, news.flat());
    return tellings.length;
  });

function planTelling(state: TicketState, { kind, mark, sla }: Telling, unit: UnitOfWork): TicketPlan {
  const plan = planChange(state, { event: events[mark], patch: { sla }, clock: kind }, system, unit.at);
  if (!plan) throw new Error('a telling that changed nothing');
  return plan;
}

const newsOf = (userId: string, mark: Mark | undefined, ticket: Presented): News[] =>
  mark ? [{ userId, kind: kinds[mark], ticket, seq: ticket.lastSeq }] : [];

const findLeads = statement(
  'sla.leads',
  (d) => `SELECT m.project_id, m.user_id FROM project_members m JOIN users u ON u.id = m.user_id AND u.active
   WHERE m.role = 'LEAD' AND ${d.anyOf('m.project_id', '$1')} ORDER BY m.project_id, m.user_id`,
);

async function leadsOf(unit: UnitOfWork, projectIds: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
  type Row = { readonly project_id: string; readonly user_id: string };
  const rows = await unit.all<Row>(findLeads, [[...new Set(projectIds)]]);
  const groups = groupBy(rows, ({ project_id }) => project_id);
  return new Map([...groups].map(([id, own]) => [id, own.map(({ user_id }) => user_id)]));
}

/** Who holds the ticket, and who leads its project. */
const readersOf = ({ row, spans }: TicketState, leads: ReadonlyMap<string, string[]>): string[] => [
  ...new Set([...spans.map(({ assigneeId }) => assigneeId), ...(leads.get(row.projectId) ?? [])]),
];

/** Tells what is due, and gives tickets new terms where that was asked for, now and every few seconds, until the returned function is called. */
export const keepSweepingSla = (deps: Deps): (() => void) =>
  repeat(EVERY_MS, async () => {
    try {
      await sweepSla(deps);
      while (await reapplySome(deps));
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'SLA clocks could not be looked after; trying again in seconds');
    }
  });

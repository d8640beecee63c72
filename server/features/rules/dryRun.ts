import { limits } from '../../../contract/limits.js';
import type { DryRunInput, DryRunReply } from '../../../contract/rule.js';
import type { Ticket as PresentedTicket } from '../../../contract/ticket.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { EventRow } from '../../db/wake.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { presentEvent, type ProjectEntry } from '../../realtime/eventLog.js';
import type { Deps } from '../deps.js';
import { standingIn } from '../projects/projects.queries.js';
import { peekTicket } from '../tickets/peekTicket.js';
import type { Span } from '../assignments/assignments.present.js';
import type { TicketState } from '../tickets/ticketPlan.js';
import { asksWatchers, knowledgeFor, watchersOf, type Knowledge } from './knowledge.js';
import { seeRule } from './ruleRows.js';
import { canSeeRules } from './rules.policy.js';
import type { RuleRow } from './rules.present.js';
import { aSituation } from './acting.js';
import { simulate } from './simulate.js';
import { ticketsOver } from './ticketsOver.js';

/** So far back the log is looked through for events that could set the rule off. */
const REACH = 20_000;
const lastOf = statement(
  'rules.lastEvents',
  (
    d,
  ) => `SELECT e.seq, e.id, e.type, e.actor_id, e.actor_name, e.project_id, e.ticket_id, e.audience, e.reporter_id, e.withdrawn,
     ${d.jsonText('e.payload')} AS payload, e.at
   FROM events e WHERE e.project_id = $1 AND ${d.anyOf('e.type', '$2')} AND e.ticket_id IS NOT NULL
     AND e.seq > (SELECT c.event_seq - ${REACH} FROM project_counters c WHERE c.project_id = $1)
   ORDER BY e.seq DESC LIMIT $3`,
);

type Item = DryRunReply['items'][number];
type Tried = Pick<RuleRow, 'projectId' | 'trigger' | 'conditions' | 'actions'> & Partial<RuleRow>;

/**
 * What the rule would have done; reads one moment, and writes nothing.
 * @throws NOT_FOUND no such project or rule for this actor; FORBIDDEN not of its staff.
 */
export async function dryRun(deps: Deps, actor: Actor, input: DryRunInput): Promise<DryRunReply> {
  const { projectId, ruleId, rule: draft, events } = input;
  const { db, clock } = deps;
  demand(canSeeRules(await standingIn(db.all, actor, projectId)));
  const saved = ruleId === undefined ? null : (await seeRule(db.all, actor, ruleId)).rule;
  if (saved && saved.projectId !== projectId) throw notFound('rule');
  const tried = saved ?? (draft && { ...draft, projectId });
  if (!tried) throw new AppError('BAD_INPUT', 'wants either ruleId or rule');
  const rule = asRule(tried);
  return db.snapshot((all) =>
    rule.trigger.kind === 'EVENT'
      ? onEvents(all, rule, rule.trigger.types, events, clock.now())
      : onTickets(all, rule, clock.now()),
  );
}

const asRule = (tried: Tried): RuleRow => ({ id: '', name: 'dry run', lastAssigneeId: null, ...tried }) as RuleRow;

async function onEvents(
  all: RunStatement,
  rule: RuleRow,
  types: readonly string[],
  limit: number,
  now: Date,
): Promise<DryRunReply> {
  const rows = await all<EventRow>(lastOf, [rule.projectId, types, limit]);
  const entries = rows.map((row) => presentEvent(row) as ProjectEntry).toReversed();
  const items: Item[] = [];
  const known = await knowledgeFor(all, rule.projectId, null, rule.actions, now);
  const isTold = asksWatchers(rule.actions);
  for (const { event, isWithdrawn } of entries) {
    const { ticketId, payload } = event;
    if (ticketId === null || isWithdrawn) continue;
    const state =
      'ticket' in payload && 'title' in payload.ticket ? stateOf(payload.ticket) : await peekTicket(all, ticketId);
    if (!state || state.row.projectId !== rule.projectId) continue;
    const know = isTold ? { ...known, watchers: await watchersOf(all, ticketId) } : known;
    const at = new Date(event.at);
    const [doing] = simulate({ rules: [rule], cause: event, know, at }, aSituation(state, limits.ruleActionsOfCause));
    if (!doing) continue;
    const { id, key } = state.row;
    items.push({
      seq: event.seq,
      type: event.type,
      at: event.at,
      ticketId: id,
      ticketKey: key,
      actions: [...doing.results],
    });
  }
  return { looked: entries.length, fromSeq: entries[0]?.event.seq ?? null, items };
}

async function onTickets(all: RunStatement, rule: RuleRow, now: Date): Promise<DryRunReply> {
  if (rule.trigger.kind === 'SCHEDULE' && rule.trigger.over === 'PROJECT')
    return { looked: 0, fromSeq: null, items: [] };
  const know: Knowledge = await knowledgeFor(all, rule.projectId, null, rule.actions, now);
  let left = limits.ruleActionsOfCause;
  const { looked, found } = await ticketsOver(all, rule, now, () => --left <= 0);
  const items: Item[] = [];
  for (const { row } of found) {
    const state = await peekTicket(all, row.id);
    const scene = { rules: [rule], cause: null, know, at: now };
    const [doing] = state ? simulate(scene, aSituation(state, limits.ruleActionsOfCause)) : [];
    const about = { ticketId: row.id, ticketKey: row.key };
    if (doing) items.push({ seq: null, type: null, at: now.toISOString(), ...about, actions: [...doing.results] });
  }
  return { looked, fromSeq: null, items };
}

/** The ticket as an event tells of it. */
function stateOf({ assignees, ...ticket }: PresentedTicket): TicketState {
  const row = revived(ticket);
  const spans = assignees.map(
    ({ assignmentId: id, userId: assigneeId, name: assigneeName, isPrimary }) =>
      ({
        id,
        ticketId: ticket.id,
        assigneeId,
        assigneeName,
        isPrimary,
        status: 'ACTIVE',
        assignedAt: row.createdAt,
      }) as Span,
  );
  return { row, spans, latest: spans.at(-1) ?? null };
}

const moments = [
  'createdAt',
  'updatedAt',
  'firstResponseAt',
  'resolvedAt',
  'completedAt',
  'closedAt',
  'deletedAt',
] as const;
type Row = TicketState['row'];
const revived = (ticket: Omit<PresentedTicket, 'assignees'>): Row =>
  Object.assign(
    {},
    ticket,
    Object.fromEntries(moments.map((name) => [name, ticket[name] === null ? null : new Date(ticket[name])])),
  ) as unknown as Row;

import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { WorkflowRun } from '../../db/models/WorkflowRun.js';
import { newRow } from '../../db/newRow.js';
import { insertRow, sendRows } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import { commentIndex } from '../../db/textIndex.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isStaff } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import { concernedBy, tellOfComment } from '../comments/commentNews.js';
import { appendComment, insertComment } from '../comments/commentWrites.js';
import { presentComment, type CommentRow } from '../comments/comments.queries.js';
import type { Deps } from '../deps.js';
import { notify, readersIn, wishesOf } from '../notifications/notify.js';
import { awaitPlace } from '../proposals/ticketsToPlace.js';
import { newTicketRow } from '../tickets/newTicketRow.js';
import { assigneesOf, planCreation, type TicketPlan, type TicketState } from '../tickets/ticketPlan.js';
import { presentTicket } from '../tickets/tickets.present.js';
import { enqueueDelivery } from '../webhooks/enqueueDelivery.js';
import { writeTickets } from '../tickets/writeTickets.js';
import type { Effect } from './acting.js';
import type { Doing } from './simulate.js';

/** What is written, and upon what. */
export interface Writing {
  readonly projectId: string;
  readonly projectKey: string;
  readonly event: { readonly id: string; readonly seq: number } | null;
  readonly ticketId: string | null;
  readonly rootId: string | null;
  readonly depth: number;
}

const lockLoads = statement(
  'rules.lockLoads',
  (d) =>
    `SELECT d.user_id FROM developers d WHERE ${d.anyOf('d.user_id', '$1')} ORDER BY d.user_id ${d.lock('NO KEY UPDATE', 'd')}`,
);
const keepRound = statement('rules.round', 'UPDATE workflow_rules SET last_assignee_id = $2 WHERE id = $1');
const insertRun = insertRow(WorkflowRun, [
  ...(['id', 'projectId', 'ruleId', 'eventId', 'eventSeq', 'ticketId', 'rootId', 'depth', 'outcome'] as const),
  ...(['actionCount', 'detail', 'firstSeq', 'lastSeq', 'createdAt', 'updatedAt'] as const),
]);

/**
 * Locks the workloads that these will change: each is written by itself, and by then the project's numbers are held, after which nobody may lock
 * anything else.
 */
export async function holdLoads(unit: UnitOfWork, doings: readonly Doing[]): Promise<void> {
  const people = doings.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.kind === 'CHANGE' ? [...effect.plan.workload.keys()] : [])),
  );
  if (people.length > 0) await unit.all(lockLoads, [[...new Set(people)].toSorted()]);
}

/**
 * Writes what rules do upon one cause, each as itself, with a line of each.
 * @param found the ticket as it was before. @returns the ticket as it is then.
 */
export async function writeDoings(
  deps: Deps,
  unit: UnitOfWork,
  writing: Writing,
  doings: readonly Doing[],
  found: TicketState | null,
): Promise<TicketState | null> {
  let state = found;
  for (const doing of doings) {
    unit.record.actAs(doing.actor);
    const before = unit.record.events.length;
    for (const effect of doing.effects) state = await write(deps, unit, writing, doing, effect, state);
    const made = unit.record.events.slice(before).map(({ seq }) => seq);
    const id = newId();
    const run = {
      id,
      projectId: writing.projectId,
      ruleId: doing.rule.id,
      eventId: writing.event?.id ?? null,
      eventSeq: writing.event?.seq ?? null,
      ticketId: writing.ticketId,
      rootId: writing.rootId ?? id,
      depth: writing.depth,
      outcome: doing.outcome,
      actionCount: doing.effects.length,
      detail: [...doing.results],
      firstSeq: made[0] ?? null,
      lastSeq: made.at(-1) ?? null,
      createdAt: unit.at,
      updatedAt: unit.at,
    };
    sendRows(unit, insertRun, [run]);
    if (doing.lastAssigneeId !== null) unit.send(keepRound, [doing.rule.id, doing.lastAssigneeId]);
  }
  return state;
}

async function write(
  deps: Deps,
  unit: UnitOfWork,
  writing: Writing,
  doing: Doing,
  effect: Effect,
  state: TicketState | null,
): Promise<TicketState | null> {
  if (effect.kind === 'OPEN') {
    await openTicket(deps, unit, writing, doing, effect.draft);
    return state;
  }
  if (!state) throw new Error('a rule that acts on no ticket');
  if (effect.kind === 'CHANGE') return writePlan(deps, unit, doing, effect.plan, state);
  if (effect.kind === 'SEND') sendToWebhook(deps, unit, writing, doing, effect, state);
  else if (effect.kind === 'COMMENT') await writeComment(deps, unit, doing, effect, state);
  else await tell(deps, unit, doing, effect, state);
  return state;
}

/** The plan was made before the event of the one before it had its number. */
async function writePlan(
  deps: Deps,
  unit: UnitOfWork,
  { actor }: Doing,
  plan: TicketPlan,
  { row: { lastSeq } }: TicketState,
): Promise<TicketState> {
  const before = plan.before && { ...plan.before, row: { ...plan.before.row, lastSeq } };
  const [written] = await writeTickets(deps, unit, actor, [{ ...plan, before }]);
  return { ...plan.after, row: { ...plan.after.row, lastSeq: written?.lastSeq ?? lastSeq } };
}

function sendToWebhook(
  { webhooks }: Deps,
  unit: UnitOfWork,
  { projectId, event: cause }: Writing,
  { rule: { id, name } }: Doing,
  { webhookId }: Extract<Effect, { kind: 'SEND' }>,
  { row, spans }: TicketState,
): void {
  const ticket = presentTicket(row, assigneesOf(spans));
  const event = { id: cause?.id ?? newId(), type: 'rule.acted', seq: row.lastSeq, ticketId: row.id };
  const body = JSON.stringify({ ...event, projectId, at: unit.at, cause, rule: { id, name }, payload: { ticket } });
  enqueueDelivery(unit, { webhookId, dedupeKey: `${id} ${event.id}`, event, body }, webhooks.giveUpMs);
}

async function writeComment(
  deps: Deps,
  unit: UnitOfWork,
  { actor, rule }: Doing,
  { content, visibility }: Extract<Effect, { kind: 'COMMENT' }>,
  state: TicketState,
): Promise<void> {
  const ticket = { ...state, standing: { role: actor.role, projectRole: null }, nextRole: null };
  const [concerned, { seq }] = await Promise.all([
    concernedBy(deps, unit, ticket, content, null),
    unit.record.number(state.row.projectId, { events: 1 }),
  ]);
  const row: CommentRow = {
    id: newId(),
    ticketId: state.row.id,
    // A comment has a person: who saved the rule answers for its words.
    userId: rule.ownerId,
    userName: rule.ownerName,
    content,
    visibility,
    parentId: null,
    ...newRow(unit.at),
  };
  unit.send(insertComment.statement, insertComment.values(row));
  commentIndex.put(unit, deps.db.dialect, { id: row.id, placeId: state.row.projectId, text: content });
  appendComment(unit, 'comment.created', ticket, presentComment(row), seq);
  tellOfComment(unit, actor, ticket, row, seq, concerned);
}

/** Tells those of them who work in the project. */
async function tell(
  deps: Deps,
  unit: UnitOfWork,
  { actor, rule }: Doing,
  { people, note }: Extract<Effect, { kind: 'NOTIFY' }>,
  { row: ticket }: TicketState,
): Promise<void> {
  const [readers, wishes] = await Promise.all([
    readersIn(unit, ticket.projectId, people),
    wishesOf(deps, unit, people),
  ]);
  const staff = readers.filter((reader) => reader.active && isStaff(reader));
  notify(
    unit,
    actor,
    wishes,
    staff.map(({ userId }) => ({ userId, kind: 'RULE', ticket, rule: { id: rule.id, note: note.slice(0, 500) } })),
  );
}

async function openTicket(
  deps: Deps,
  unit: UnitOfWork,
  { projectId, projectKey }: Writing,
  { actor, rule }: Doing,
  { kind: _, title, ...draft }: Extract<Effect, { kind: 'OPEN' }>['draft'],
): Promise<void> {
  // A ticket has people who asked for it and typed it: who saved the rule.
  const owner = { ...actor, userId: rule.ownerId };
  const input = CreateTicketInput.parse({ projectId, title: title.slice(0, 500), ...draft });
  const row = newTicketRow(unit, owner, input, projectKey);
  await writeTickets(deps, unit, actor, [planCreation(row, null, actor, unit.at)]);
  awaitPlace(unit, 'CREATED', [row.id]);
}

import type { ProjectRole } from '../../../../contract/project.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import type { MoveTicketInput } from '../../../../contract/ticketInputs.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import { isInside, type Actor, type Standing } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError, notFound } from '../../../kernel/errors.js';
import { groupBy } from '../../../kernel/groupBy.js';
import { fieldsOf } from '../../customFields/fieldRows.js';
import { valuesCarriedOver, type Values } from '../../customFields/fieldValues.js';
import { moveRoom } from '../../attachments/projectStorage.js';
import type { Deps } from '../../deps.js';
import { findPerson, loadTicket, type LoadedTicket } from '../loadTicket.js';
import { withdrawFromProject } from '../ticketMoves.js';
import { planChange, type SpanEnd } from '../ticketPlan.js';
import { replyFor, unchangedReply } from '../ticketReply.js';
import { canHold, canMoveTicket } from '../tickets.policy.js';
import type { TicketRow } from '../tickets.present.js';
import { writeTickets } from '../writeTickets.js';

const holdersOf = statement(
  'assignments.holders',
  "SELECT assignee_id FROM assignments WHERE ticket_id = $1 AND status = 'ACTIVE' ORDER BY assignee_id",
);
const findTarget = statement(
  'projects.forMove',
  `SELECT p.key, p.is_archived, m.role AS actor_role FROM projects p
   LEFT JOIN project_members m ON m.project_id = p.id AND m.user_id = $2 WHERE p.id = $1`,
);
const roleIn = statement('members.roleIn', 'SELECT role FROM project_members WHERE project_id = $1 AND user_id = $2');
const findMerged = statement(
  'tickets.anyMerged',
  `SELECT t.key FROM ticket_links l JOIN tickets t ON t.id = l.from_id
   WHERE l.to_id = $1 AND l.type = 'MERGED_INTO' ORDER BY t.key LIMIT 1`,
);
const findChild = statement(
  'tickets.anyChild',
  `SELECT key, CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END AS is_deleted FROM tickets
   WHERE parent_id = $1 ORDER BY is_deleted, key LIMIT 1`,
);

/**
 * Puts a ticket into another project, with its discussion and its past, under the next number there. To those who are only
 * in the project it leaves it is gone. Who cannot hold tickets in the other project loses it; it stands below no other
 * ticket any more, and keeps the custom fields that are the same there. Moving it to where it is changes nothing.
 * @throws NOT_FOUND no such ticket or project for this actor; FORBIDDEN see `canMoveTicket`; CONFLICT one of the projects is
 * archived, tickets stand below this one, or were merged into it.
 */
export function moveTicket(deps: Deps, actor: Actor, input: MoveTicketInput): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.move', input }, async (unit) => {
    for (const { assignee_id } of await unit.all<{ assignee_id: string }>(holdersOf, [input.ticketId]))
      await findPerson(unit, assignee_id);
    const held = await loadTicket(unit, actor, input.ticketId);
    const target = await loadTarget(unit, actor, input.projectId);
    demand(canMoveTicket(held.standing, target.standing));
    if (held.row.projectId === input.projectId) return unchangedReply(held.standing, held);
    if (target.isArchived) throw new AppError('CONFLICT', 'The project is archived.', { projectId: input.projectId });
    await demandNoChildren(unit, held.row);
    await demandNoMerged(unit, held.row);
    const ends = await holdersLeftBehind(unit, held, input);
    // The number is given when it is written.
    const customFields = await carriedOver(unit, held.row, input.projectId);
    const patch = { projectId: input.projectId, key: target.key, parentId: null, customFields };
    const plan = planChange(
      held,
      { event: 'ticket.arrived', patch, ends, reason: input.reason ?? null },
      actor,
      unit.at,
    );
    if (!plan) throw new Error('a move that changed nothing');
    await withdrawFromProject(unit, held.row);
    await moveRoom(unit, held.row.id, held.row.projectId, input.projectId);
    const [ticket] = await writeTickets(deps, unit, actor, [plan]);
    return replyFor(target.standing, ticket);
  });
}

interface Target {
  readonly key: string;
  readonly isArchived: boolean;
  readonly standing: Standing;
}

async function loadTarget(unit: UnitOfWork, actor: Actor, projectId: string): Promise<Target> {
  type Row = { key: string; is_archived: boolean | number; actor_role: ProjectRole | null };
  const [row] = await unit.all<Row>(findTarget, [projectId, actor.userId]);
  const standing: Standing = { role: actor.role, projectRole: row?.actor_role ?? null };
  if (!row || !isInside(standing)) throw notFound('project');
  return { key: row.key, isArchived: Boolean(row.is_archived), standing };
}

async function carriedOver(unit: UnitOfWork, { projectId, customFields }: TicketRow, to: string): Promise<Values> {
  if (Object.keys(customFields).length === 0) return customFields;
  const fields = groupBy(await fieldsOf(unit, [projectId, to]), (field) => field.projectId);
  return valuesCarriedOver(customFields, fields.get(projectId) ?? [], fields.get(to) ?? []);
}

/** A parent is of the same project. */
async function demandNoChildren(unit: UnitOfWork, row: TicketRow): Promise<void> {
  const [child] = await unit.all<{ key: string; is_deleted: number }>(findChild, [row.id]);
  if (!child) return;
  // It would come back below a ticket of another project.
  const todo = child.is_deleted ? 'It is deleted: restore it and move it out first.' : 'Move it out first.';
  throw new AppError('CONFLICT', `${child.key} stands below ${row.key}. ${todo}`, { childKey: child.key });
}

/** What was merged is of the same project. */
async function demandNoMerged(unit: UnitOfWork, row: TicketRow): Promise<void> {
  const [merged] = await unit.all<{ key: string }>(findMerged, [row.id]);
  if (merged)
    throw new AppError('CONFLICT', `${merged.key} was merged into ${row.key}. Take that back first.`, {
      mergedKey: merged.key,
    });
}

async function holdersLeftBehind(
  unit: UnitOfWork,
  { spans }: LoadedTicket,
  { projectId, reason }: MoveTicketInput,
): Promise<SpanEnd[]> {
  const ends: SpanEnd[] = [];
  for (const span of spans) {
    // Who took it between the first look and the lock is held now: a deadlock that this could make is run again.
    const person = await findPerson(unit, span.assigneeId);
    const [member] = await unit.all<{ role: ProjectRole }>(roleIn, [projectId, span.assigneeId]);
    if (!person || !canHold({ ...person, projectRole: member?.role ?? null }).allowed)
      ends.push({ span, status: 'REMOVED', reason: reason ?? null });
  }
  return ends;
}

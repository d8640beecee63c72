import type { AutoAssign, ProjectRole } from '../../../../contract/project.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import type { CreateTicketInput } from '../../../../contract/ticketInputs.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import { statement } from '../../../db/statement.js';
import { isInside, isStaff, type Actor, type Standing } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError, notFound } from '../../../kernel/errors.js';
import { fieldsOf } from '../../customFields/fieldRows.js';
import { demandRequired, editedValues, type Values } from '../../customFields/fieldValues.js';
import { findConversation } from '../../conversations/oneConversation.queries.js';
import type { Deps } from '../../deps.js';
import { awaitPlace } from '../../proposals/ticketsToPlace.js';
import { demandHolder, findPerson } from '../loadTicket.js';
import { newTicketRow } from '../newTicketRow.js';
import { demandParent } from '../parentTicket.js';
import { planCreation, type SpanStart } from '../ticketPlan.js';
import { canCreateTicket } from '../tickets.policy.js';
import { replyFor } from '../ticketReply.js';
import { writeTickets } from '../writeTickets.js';

interface ProjectFacts {
  readonly key: string;
  readonly is_archived: boolean | number;
  readonly has_required: boolean | number;
  readonly auto_assign: AutoAssign;
  readonly actor_role: ProjectRole | null;
  readonly holder_role: ProjectRole | null;
  readonly reporter_role: ProjectRole | null;
  readonly reporter_user_role: string | null;
}

const findProject = statement(
  'projects.forCreation',
  `SELECT p.key, p.is_archived, p.auto_assign, a.role AS actor_role, h.role AS holder_role, r.role AS reporter_role, u.role AS reporter_user_role,
     EXISTS (SELECT 1 FROM custom_fields f WHERE f.project_id = p.id AND f.required AND f.active) AS has_required
   FROM projects p
   LEFT JOIN project_members a ON a.project_id = p.id AND a.user_id = $2
   LEFT JOIN project_members h ON h.project_id = p.id AND h.user_id = $3
   LEFT JOIN project_members r ON r.project_id = p.id AND r.user_id = $4
   LEFT JOIN users u ON u.id = $4
   WHERE p.id = $1`,
);

/**
 * Makes a ticket with its conversation, or in the one it is opened from, and, when asked, its first assignment. Without one, and where the
 * project's `autoAssign` says so, the planner finds somebody once it is there.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canCreateTicket`; BAD_INPUT reporter, assignee,
 * parent or conversation do not belong to the project, or a custom field is not as it defines it; DUPLICATE the external id was imported before, or there is a ticket of
 * this id; CONFLICT the project is archived.
 */
export async function createTicket(deps: Deps, actor: Actor, input: CreateTicketInput): Promise<TicketReply> {
  let isToBePlaced = false;
  const reply = await inUnitOfWork(deps, { actor, procedure: 'tickets.create', input }, async (unit) => {
    const [named, project] = await Promise.all([
      input.assigneeId === undefined ? undefined : findPerson(unit, input.assigneeId),
      loadProject(unit, actor, input),
    ]);
    const standing: Standing = { role: actor.role, projectRole: project.actor_role };
    demand(canCreateTicket(actor, standing, input));
    if (project.is_archived) throw new AppError('CONFLICT', 'The project is archived.', { projectId: input.projectId });
    demandReporter(actor, input, project);
    const holder = named === undefined ? null : demandHolder(named, project.holder_role);
    if (holder && input.status === 'CLOSED')
      throw new AppError('BAD_INPUT', 'Nobody holds a closed ticket: leave assigneeId out.', { field: 'assigneeId' });
    if (input.conversationId !== undefined)
      await demandConversation(unit, actor, input.conversationId, input.projectId);
    if (input.parentId) await demandParent(unit, input.parentId, { id: null, projectId: input.projectId });
    const start: SpanStart | null = holder
      ? { assigneeId: holder.id, assigneeName: holder.name, type: 'MANUAL', reason: null, primary: true }
      : null;
    const customFields = await valuesOfNew(unit, standing, input, project);
    const row = { ...newTicketRow(unit, actor, input, project.key), customFields };
    const keepsConversation = input.conversationId !== undefined;
    const [ticket] = await writeTickets(deps, unit, actor, [
      { ...planCreation(row, start, actor, unit.at), keepsConversation },
    ]);
    isToBePlaced = project.auto_assign !== 'OFF' && holder === null && deps.isQuiet !== true;
    if (isToBePlaced) awaitPlace(unit, 'CREATED', [row.id]);
    return replyFor(standing, ticket);
  });
  // Not waited for: whoever makes a ticket has it at once.
  if (isToBePlaced) deps.placeSoon();
  return reply;
}

async function loadProject(unit: UnitOfWork, actor: Actor, input: CreateTicketInput): Promise<ProjectFacts> {
  const [project] = await unit.all<ProjectFacts>(findProject, [
    input.projectId,
    actor.userId,
    input.assigneeId ?? null,
    input.reporterId ?? actor.userId,
  ]);
  if (!project || !isInside({ role: actor.role, projectRole: project.actor_role })) throw notFound('project');
  return project;
}

/** Who asks must belong to the project, or be an administrator; the actor did so by being let in. */
function demandReporter(actor: Actor, input: CreateTicketInput, project: ProjectFacts): void {
  if (input.reporterId === undefined || input.reporterId === actor.userId) return;
  if (project.reporter_role === null && project.reporter_user_role !== 'ADMIN')
    throw new AppError('BAD_INPUT', 'The reporter does not belong to this project.', { field: 'reporterId' });
}

/** What staff must say of a ticket, customers cannot, and of a task nobody does. */
async function valuesOfNew(
  unit: UnitOfWork,
  standing: Standing,
  { projectId, type, customFields }: CreateTicketInput,
  project: ProjectFacts,
): Promise<Values> {
  const isAsked = Boolean(project.has_required) && isStaff(standing) && type !== 'TASK';
  if (!customFields && !isAsked) return {};
  const fields = await fieldsOf(unit, [projectId]);
  const values = editedValues({}, customFields ?? {}, fields);
  if (isAsked) demandRequired(values, fields);
  return values;
}

/** A ticket is opened from a channel of its project, or from among people who talk directly; another ticket's conversation is that one's. */
async function demandConversation(unit: UnitOfWork, actor: Actor, id: string, projectId: string): Promise<void> {
  const seen = await findConversation(unit.all, actor, id);
  const fits = seen?.row.kind === 'DIRECT' || (seen?.row.kind === 'CHANNEL' && seen.row.projectId === projectId);
  if (!fits)
    throw new AppError('BAD_INPUT', 'A ticket is opened from a channel of its project, or a direct conversation.', {
      field: 'conversationId',
    });
}

import type { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { newRow } from '../../db/newRow.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { newId } from '../../kernel/ids.js';
import type { TicketRow } from './tickets.present.js';

/** What a ticket is made with, but for its custom fields; the number is given when it is written, under the project's key. */
export const newTicketRow = (
  unit: UnitOfWork,
  actor: Actor,
  input: CreateTicketInput,
  projectKey: string,
): TicketRow => ({
  id: input.ticketId ?? newId(),
  projectId: input.projectId,
  number: 0,
  key: projectKey,
  type: input.type,
  title: input.title,
  description: input.description,
  status: input.status,
  priority: input.priority,
  category: input.category,
  departmentId: input.departmentId ?? null,
  conversationId: input.conversationId ?? newId(),
  reporterId: input.reporterId ?? actor.userId,
  createdBy: actor.userId,
  assigneeId: null,
  parentId: input.parentId ?? null,
  storyPoints: input.storyPoints ?? null,
  requiredSkillId: input.requiredSkillId ?? null,
  estimatedHours: input.estimatedHours ?? null,
  dueDate: input.dueDate ?? null,
  waitingOn: input.waitingOn ?? null,
  assignmentState: 'PENDING',
  aiAssisted: input.aiAssisted ?? false,
  firstResponseAt: null,
  resolvedAt: null,
  completedAt: null,
  closedAt: null,
  externalSource: input.externalSource ?? null,
  externalId: input.externalId ?? null,
  customFields: {},
  tags: [],
  mergedIntoId: null,
  sla: null,
  lastSeq: 0,
  ...newRow(unit.at),
});

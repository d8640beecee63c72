import type { Task } from '../../../contract/task.js';
import type { Ticket } from '../../../contract/ticket.js';

/** A ticket of type TASK as a piece of work. */
export const presentTask = (ticket: Ticket): Task => ({
  id: ticket.id,
  key: ticket.key,
  projectId: ticket.projectId,
  title: ticket.title,
  description: ticket.description,
  status: ticket.status,
  priority: ticket.priority,
  assigneeId: ticket.assigneeId,
  creatorId: ticket.createdBy,
  parentId: ticket.parentId,
  dueDate: ticket.dueDate,
  estimatedHours: ticket.estimatedHours,
  completedAt: ticket.completedAt,
  version: ticket.version,
  lastSeq: ticket.lastSeq,
  createdAt: ticket.createdAt,
  updatedAt: ticket.updatedAt,
});

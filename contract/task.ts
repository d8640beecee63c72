import { z } from 'zod';
import { ExpectedVersion, Id, Instant, listInput, longText, mutationInput, page, text } from './text.js';
import { limits } from './limits.js';
import { newTicket } from './newTicket.js';
import { Priority, TicketPatch, TicketStatus } from './ticket.js';
import { TicketSort } from './ticketInputs.js';

/** A ticket of type TASK, seen as a piece of work: the same row, the same rules, fewer fields. */
export const Task = z.object({
  id: Id,
  key: z.string(),
  projectId: Id,
  title: z.string(),
  description: z.string(),
  status: TicketStatus,
  priority: Priority,
  assigneeId: Id.nullable(),
  creatorId: Id,
  parentId: Id.nullable(),
  dueDate: z.string().nullable(),
  estimatedHours: z.number().nullable(),
  completedAt: Instant.nullable(),
  version: z.int(),
  lastSeq: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Task = z.infer<typeof Task>;
export const TaskReply = Task.extend({ seq: z.int() });

const patch = {
  title: TicketPatch.shape.title,
  description: TicketPatch.shape.description,
  status: TicketPatch.shape.status,
  priority: TicketPatch.shape.priority,
  parentId: TicketPatch.shape.parentId,
  dueDate: TicketPatch.shape.dueDate,
  estimatedHours: TicketPatch.shape.estimatedHours,
};
/** `parentId`: those right below that ticket. The one due first leads, unless `sort` says otherwise. */
export const ListTasksInput = listInput({
  projectId: Id.optional(),
  status: z.array(TicketStatus).min(1).max(5).optional(),
  assigneeId: Id.optional(),
  creatorId: Id.optional(),
  parentId: Id.optional(),
  dueBefore: TicketPatch.shape.dueDate,
  sort: TicketSort.default({ by: 'dueDate', dir: 'asc' }),
});
export const TaskPage = page(Task);
export const GetTaskInput = z.strictObject({ taskId: Id });
export const CreateTaskInput = mutationInput({
  projectId: Id,
  taskId: Id.optional(),
  title: text(limits.titleLength),
  description: longText().default(newTicket.description),
  status: TicketStatus.default(newTicket.status),
  priority: Priority.default(newTicket.priority),
  assigneeId: Id.optional(),
  parentId: patch.parentId,
  dueDate: patch.dueDate,
  estimatedHours: patch.estimatedHours,
});
export const UpdateTaskInput = mutationInput({
  taskId: Id,
  patch: z.strictObject(patch),
  expectedVersion: ExpectedVersion,
});
export const DeleteTaskInput = mutationInput({ taskId: Id, reason: text(limits.reasonLength).optional() });

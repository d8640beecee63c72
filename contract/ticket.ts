import { z } from 'zod';
import { ticketTypes, ticketStatuses, priorities, categories, waitingOns, assignmentStates } from './enums.js';
import { count, Day, Id, Instant, longText, page, text } from './text.js';
import { limits } from './limits.js';
import { Assignment } from './assignment.js';
import { CustomFields } from './customField.js';
import { TicketLink } from './link.js';
import { TicketSla } from './ticketSla.js';

export { ticketTypes, ticketStatuses, priorities, categories, waitingOns, assignmentStates };
export const TicketType = z.enum(ticketTypes);
export const TicketStatus = z.enum(ticketStatuses);
export type TicketStatus = z.infer<typeof TicketStatus>;
export const Priority = z.enum(priorities);
export type Priority = z.infer<typeof Priority>;
export const Category = z.enum(categories);
export const WaitingOn = z.enum(waitingOns);
export const AssignmentState = z.enum(assignmentStates);
export type AssignmentState = z.infer<typeof AssignmentState>;

export const TicketKey = z.string().regex(/^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$/, 'looks like SUP-123');
export const Assignee = z.object({ assignmentId: Id, userId: Id, name: z.string(), isPrimary: z.boolean() });
export type Assignee = z.infer<typeof Assignee>;

export const Ticket = z.object({
  id: Id,
  projectId: Id,
  number: z.int(),
  key: z.string(),
  type: TicketType,
  title: z.string(),
  description: z.string(),
  status: TicketStatus,
  priority: Priority,
  category: Category,
  departmentId: Id.nullable(),
  conversationId: Id,
  reporterId: Id,
  createdBy: Id,
  assigneeId: Id.nullable(),
  parentId: Id.nullable(),
  storyPoints: count.nullable(),
  requiredSkillId: Id.nullable(),
  estimatedHours: z.number().nullable(),
  dueDate: Day.nullable(),
  waitingOn: WaitingOn.nullable(),
  assignmentState: AssignmentState,
  aiAssisted: z.boolean(),
  firstResponseAt: Instant.nullable(),
  resolvedAt: Instant.nullable(),
  completedAt: Instant.nullable(),
  closedAt: Instant.nullable(),
  externalSource: z.string().nullable(),
  externalId: z.string().nullable(),
  customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Sorted; for staff only. */
  tags: z.array(z.string()),
  /** The ticket that it is part of now; for staff only. */
  mergedIntoId: Id.nullable(),
  /** What was promised for it, and how that stands; for staff only. */
  sla: TicketSla.nullable(),
  version: z.int(),
  lastSeq: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
  deletedAt: Instant.nullable(),
  deletedBy: Id.nullable(),
  deleteReason: z.string().nullable(),
  assignees: z.array(Assignee),
});
export type Ticket = z.infer<typeof Ticket>;
/** `seq` is the event that made it so; when nothing had to change, the one that last changed the ticket. */
export const TicketReply = Ticket.extend({ seq: z.int() });
export type TicketReply = z.infer<typeof TicketReply>;
export const TicketDetail = Ticket.extend({
  projectKey: z.string(),
  reporterName: z.string(),
  departmentName: z.string().nullable(),
  requiredSkillName: z.string().nullable(),
  assignments: z.array(Assignment),
  /** Those whose other end the caller may see. */
  links: z.array(TicketLink),
  /** Whether the caller watches it. */
  watching: z.boolean(),
});
export type TicketDetail = z.infer<typeof TicketDetail>;
export const TicketPage = page(Ticket);

const editable = {
  title: text(limits.titleLength),
  description: longText(),
  status: TicketStatus,
  priority: Priority,
  category: Category,
  departmentId: Id.nullable(),
  parentId: Id.nullable(),
  storyPoints: count.nullable(),
  requiredSkillId: Id.nullable(),
  estimatedHours: z.number().positive().max(100_000).nullable(),
  dueDate: Day.nullable(),
  waitingOn: WaitingOn.nullable(),
  aiAssisted: z.boolean(),
  customFields: CustomFields,
};
export const TicketPatch = z.strictObject(editable).partial();
export type TicketPatch = z.infer<typeof TicketPatch>;

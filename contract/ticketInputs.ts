import { z } from 'zod';
import { CustomFieldsFilter } from './customField.js';
import { ticketSorts } from './enums.js';
import {
  count,
  Day,
  ExpectedVersion,
  Id,
  InstantInput,
  listInput,
  listSort,
  longText,
  mutationInput,
  text,
  page,
  Instant,
  wantedText,
} from './text.js';
import { limits } from './limits.js';
import { TagName } from './tag.js';
import { newTicket } from './newTicket.js';
import { Category, Priority, TicketKey, TicketPatch, TicketStatus, TicketType } from './ticket.js';
import { latestFirst } from './ticketOrder.js';
import { SlaState } from './ticketSla.js';

export { ticketSorts };
/**
 * `ticketId` lets the maker speak of the ticket before the answer; whoever makes it up makes a random one. `reporterId` defaults to the
 * actor; only staff may name somebody else. `assigneeId` makes the first assignment. `conversationId`: the channel or direct conversation that
 * it is opened from, which it keeps; without one it gets its own.
 */
export const CreateTicketInput = mutationInput({
  projectId: Id,
  ticketId: Id.optional(),
  type: TicketType.default(newTicket.type),
  title: text(limits.titleLength),
  description: longText().default(newTicket.description),
  status: TicketStatus.default(newTicket.status),
  priority: Priority.default(newTicket.priority),
  category: Category.default(newTicket.category),
  reporterId: Id.optional(),
  assigneeId: Id.optional(),
  conversationId: Id.optional(),
  departmentId: TicketPatch.shape.departmentId,
  parentId: TicketPatch.shape.parentId,
  storyPoints: TicketPatch.shape.storyPoints,
  requiredSkillId: TicketPatch.shape.requiredSkillId,
  estimatedHours: TicketPatch.shape.estimatedHours,
  dueDate: TicketPatch.shape.dueDate,
  waitingOn: TicketPatch.shape.waitingOn,
  aiAssisted: TicketPatch.shape.aiAssisted,
  customFields: TicketPatch.shape.customFields,
  externalSource: text(60).optional(),
  externalId: text(255).optional(),
}).refine(
  (input) => (input.externalSource === undefined) === (input.externalId === undefined),
  'externalSource and externalId go together',
);
export type CreateTicketInput = z.output<typeof CreateTicketInput>;

/** `expectedVersion` merges with edits of other fields made since, and makes a lost race on the same field a CONFLICT. */
export const UpdateTicketInput = mutationInput({
  ticketId: Id,
  patch: TicketPatch,
  expectedVersion: ExpectedVersion,
});
export type UpdateTicketInput = z.output<typeof UpdateTicketInput>;
export const DeleteTicketInput = mutationInput({ ticketId: Id, reason: text(limits.reasonLength).optional() });
export const RestoreTicketInput = mutationInput({ ticketId: Id });
/** `reason` is told to those who take it in, and to who loses it as an assignee. */
export const MoveTicketInput = mutationInput({
  ticketId: Id,
  projectId: Id,
  reason: text(limits.reasonLength).optional(),
});
export type MoveTicketInput = z.output<typeof MoveTicketInput>;
/** `id` is another name of `ticketId`. */
export const GetTicketInput = z.union([
  z.strictObject({ ticketId: Id }),
  z.strictObject({ key: TicketKey }),
  z.strictObject({ id: Id }).transform(({ id }) => ({ ticketId: id })),
]);

/** What a list, a search and a live query can be narrowed by; several values of one field mean "any of them". */
export const ticketFilter = {
  projectId: Id.optional(),
  type: z.array(TicketType).min(1).max(3).optional(),
  status: z.array(TicketStatus).min(1).max(5).optional(),
  priority: z.array(Priority).min(1).max(4).optional(),
  category: z.array(Category).min(1).max(5).optional(),
  assigneeId: Id.optional(),
  unassigned: z.boolean().optional(),
  reporterId: Id.optional(),
  departmentId: Id.optional(),
  requiredSkill: Id.optional(),
  tag: TagName.optional(),
  dueBefore: Day.optional(),
  updatedAfter: InstantInput.optional(),
  customFields: CustomFieldsFilter.optional(),
  /** Those of which a promise, for the first response or the solution, stands so. Finds nothing for customers. */
  sla: z.array(SlaState).min(1).max(5).optional(),
};
export const TicketSort = z.strictObject({ by: z.enum(ticketSorts), dir: z.enum(['asc', 'desc']) });
export type TicketSort = z.infer<typeof TicketSort>;
export const SearchText = wantedText().min(1);
export const ListTicketsInput = listInput({
  ...ticketFilter,
  text: SearchText.optional(),
  sort: TicketSort.default(latestFirst),
});
export type ListTicketsInput = z.output<typeof ListTicketsInput>;
/** `text` as `search.find` takes it: words, all of them required, and `status:open assignee:me`. Hits in the title come first, then the newest. */
export const SearchTicketsInput = listInput({ ...ticketFilter, text: SearchText });
export type SearchTicketsInput = z.output<typeof SearchTicketsInput>;

export const TicketCountsInput = z.strictObject({ projectId: Id });
export const TicketCounts = z.object({
  projectId: Id,
  total: count,
  byStatus: z.record(TicketStatus, count),
  unassigned: count,
  byAssignee: z.array(z.object({ userId: Id, name: z.string(), count })),
});
export type TicketCounts = z.infer<typeof TicketCounts>;

export const TicketHistoryEntry = z.object({
  id: Id,
  ticketId: Id,
  version: z.int(),
  seq: z.int(),
  action: z.string(),
  field: z.string().nullable(),
  oldValue: z.string().nullable(),
  newValue: z.string().nullable(),
  changedBy: Id.nullable(),
  changedByName: z.string().nullable(),
  createdAt: Instant,
});
export type TicketHistoryEntry = z.infer<typeof TicketHistoryEntry>;
export const HistorySort = listSort(['version']);
export const TicketHistoryInput = listInput({ ticketId: Id, sort: HistorySort });
export const TicketHistoryPage = page(TicketHistoryEntry);
export const TimelineSort = listSort(['at']);
export const TicketTimelineInput = listInput({ ticketId: Id, sort: TimelineSort });

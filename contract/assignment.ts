import { z } from 'zod';
import { assignmentTypes, assignmentStatuses, assignmentActions } from './enums.js';
import { Id, Instant, InstantInput, listInput, listSort, mutationInput, page, text } from './text.js';
import { limits } from './limits.js';

export { assignmentTypes, assignmentStatuses, assignmentActions };
export const AssignmentType = z.enum(assignmentTypes);
export const AssignmentStatus = z.enum(assignmentStatuses);
export const AssignmentAction = z.enum(assignmentActions);

/** One span of holding a ticket. */
export const Assignment = z.object({
  id: Id,
  ticketId: Id,
  ticketKey: z.string(),
  ticketTitle: z.string(),
  projectId: Id,
  assigneeId: Id,
  assigneeName: z.string(),
  assignedBy: Id.nullable(),
  assignedByLabel: z.string(),
  type: AssignmentType,
  originalAssigneeId: Id.nullable(),
  reason: z.string().nullable(),
  status: AssignmentStatus,
  isPrimary: z.boolean(),
  assignedAt: Instant,
  unassignedAt: Instant.nullable(),
  /** That it was approved as. Among staff. */
  /** The proposal that it came of. Replies that were kept before there were any tell of none. */
  proposalId: Id.nullable().default(null),
});
export type Assignment = z.infer<typeof Assignment>;
/**
 * `seq` is the event that made it so; when nothing had to change, the one that last changed the ticket. `exceedsCapacity`: by these points the
 * assignee came to have more than there is room for, which is allowed by hand.
 */
export const AssignmentReply = Assignment.extend({
  seq: z.int(),
  exceedsCapacity: z.object({ limit: z.int(), workload: z.int() }).nullable().default(null),
});
export type AssignmentReply = z.infer<typeof AssignmentReply>;

const Reason = text(limits.reasonLength).optional();
export const AssignmentSort = listSort(['assignedAt'], 'desc');
export const ListAssignmentsInput = listInput({
  sort: AssignmentSort,
  status: AssignmentStatus.default('ACTIVE'),
  developerId: Id.optional(),
  ticketId: Id.optional(),
  projectId: Id.optional(),
  from: InstantInput.optional(),
  to: InstantInput.optional(),
});
export const AssignmentPage = page(Assignment);
/** `primary` defaults to true exactly when nobody holds the ticket yet; who holds it alone is its primary, also with `false`. */
export const AssignInput = mutationInput({
  ticketId: Id,
  assigneeId: Id,
  reason: Reason,
  primary: z.boolean().optional(),
});
export const ClaimInput = mutationInput({ ticketId: Id });
export const ReassignInput = mutationInput({ assignmentId: Id, newAssigneeId: Id, reason: Reason });
export const RemoveAssignmentInput = mutationInput({ assignmentId: Id, reason: Reason });
/** All or none, in one transaction. `proposalId`: approve this one, which is of this ticket and this person. */
export const SaveAssignmentsInput = mutationInput({
  assignments: z
    .array(z.strictObject({ ticketId: Id, assigneeId: Id, reason: Reason, proposalId: Id.optional() }))
    .min(1)
    .max(limits.saveAssignmentsMax),
});
/** `ids`: of the assignments, in their order. Replies that were kept before there were any tell of none. */
export const SaveAssignmentsReply = z.object({
  assignments: z.array(AssignmentReply),
  ids: z.array(Id).default([]),
});
export type SaveAssignmentsReply = z.infer<typeof SaveAssignmentsReply>;

export const AssignmentHistoryEntry = z.object({
  id: Id,
  assignmentId: Id,
  ticketId: Id,
  previousDeveloper: z.string().nullable(),
  newDeveloper: z.string().nullable(),
  previousDeveloperId: Id.nullable(),
  newDeveloperId: Id.nullable(),
  action: AssignmentAction,
  reason: z.string().nullable(),
  changedBy: Id.nullable(),
  changedAt: Instant,
  seq: z.int(),
});
export type AssignmentHistoryEntry = z.infer<typeof AssignmentHistoryEntry>;
export const HandHistorySort = listSort(['changedAt']);
/** Exactly one of the two ids. */
export const AssignmentHistoryInput = listInput({
  assignmentId: Id.optional(),
  ticketId: Id.optional(),
  sort: HandHistorySort,
}).refine(
  (input) => (input.assignmentId === undefined) !== (input.ticketId === undefined),
  'wants either assignmentId or ticketId',
);
export const AssignmentHistoryPage = page(AssignmentHistoryEntry);

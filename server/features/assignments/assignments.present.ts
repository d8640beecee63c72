import type { Attributes } from 'sequelize';
import type { Assignment as Presented } from '../../../contract/assignment.js';
import type { Assignee } from '../../../contract/ticket.js';
import type { Assignment } from '../../db/models/Assignment.js';

/** A span of holding with its holder's name. */
export type Span = Omit<Attributes<Assignment>, 'createdAt' | 'updatedAt'> & { readonly assigneeName: string };

export const presentAssignee = (span: Pick<Span, 'id' | 'assigneeId' | 'assigneeName' | 'isPrimary'>): Assignee => ({
  assignmentId: span.id,
  userId: span.assigneeId,
  name: span.assigneeName,
  isPrimary: span.isPrimary,
});

/** For a customer the `reason`, and what a rule is called, stays with the staff. */
export const presentAssignment = (
  span: Span,
  ticket: { readonly projectId: string; readonly key: string; readonly title: string },
  staff = true,
): Presented => ({
  id: span.id,
  ticketId: span.ticketId,
  ticketKey: ticket.key,
  ticketTitle: ticket.title,
  projectId: ticket.projectId,
  assigneeId: span.assigneeId,
  assigneeName: span.assigneeName,
  assignedBy: span.assignedBy,
  assignedByLabel: staff || span.type !== 'RULE' ? span.assignedByLabel : 'Rule',
  type: span.type,
  originalAssigneeId: span.originalAssigneeId,
  reason: staff ? span.reason : null,
  status: span.status,
  isPrimary: span.isPrimary,
  assignedAt: span.assignedAt.toISOString(),
  unassignedAt: span.unassignedAt?.toISOString() ?? null,
  proposalId: staff ? span.proposalId : null,
});

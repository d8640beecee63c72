import { Assignment } from '../../db/models/Assignment.js';
import { AssignmentHistory } from '../../db/models/AssignmentHistory.js';
import { Conversation } from '../../db/models/Conversation.js';
import { Ticket } from '../../db/models/Ticket.js';
import { TicketHistory } from '../../db/models/TicketHistory.js';
import { insertRow, insertRows, updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';

const mutable = [
  'type',
  'title',
  'description',
  'status',
  'priority',
  'category',
  'departmentId',
  'assigneeId',
  'parentId',
  'storyPoints',
  'requiredSkillId',
  'estimatedHours',
  'dueDate',
  'waitingOn',
  'assignmentState',
  'aiAssisted',
  'firstResponseAt',
  'resolvedAt',
  'completedAt',
  'closedAt',
  'customFields',
  'version',
  'lastSeq',
  'updatedAt',
  'deletedAt',
  'deletedBy',
  'deleteReason',
] as const;
export const updateTicketRow = updateRow(Ticket, mutable);
export const insertTicketRow = insertRow(Ticket, [
  'id',
  'projectId',
  'number',
  'key',
  'conversationId',
  'reporterId',
  'createdBy',
  'externalSource',
  'externalId',
  'createdAt',
  ...mutable,
]);
export const insertConversation = insertRow(Conversation, ['id', 'kind', 'projectId', 'createdAt', 'updatedAt']);

export const insertSpan = insertRow(Assignment, [
  'id',
  'ticketId',
  'assigneeId',
  'assignedBy',
  'assignedByLabel',
  'type',
  'originalAssigneeId',
  'reason',
  'status',
  'isPrimary',
  'assignedAt',
  'unassignedAt',
  'createdAt',
  'updatedAt',
]);
export const updateSpan = updateRow(Assignment, ['status', 'isPrimary', 'unassignedAt', 'updatedAt']);

export const insertHandHistory = insertRow(AssignmentHistory, [
  'id',
  'assignmentId',
  'newAssignmentId',
  'ticketId',
  'projectId',
  'previousDeveloper',
  'previousDeveloperId',
  'newDeveloper',
  'newDeveloperId',
  'action',
  'reason',
  'changedBy',
  'changedAt',
  'seq',
  'createdAt',
  'updatedAt',
]);
export const insertTicketHistory = insertRows(TicketHistory, [
  'id',
  'ticketId',
  'projectId',
  'version',
  'seq',
  'action',
  'field',
  'oldValue',
  'newValue',
  'changedBy',
  'createdAt',
  'updatedAt',
]);

// Who has no profile (a customer turned staff a moment ago, say) has no workload to keep: 0 rows are fine.
export const addWorkload = statement(
  'developers.workload',
  'UPDATE developers SET current_workload = current_workload + $2, updated_at = $3 WHERE user_id = $1',
);

export const lockTicketRow = statement(
  'tickets.lock',
  (d) => `SELECT t.* FROM tickets t WHERE t.id = $1 ${d.lock('NO KEY UPDATE', 't')}`,
);

/**
 * What is decided by, read after the lock was given: a statement that had to wait for a lock would still see memberships
 * as they were before. The active spans, oldest first, and the one begun last whatever became of it (bounded, however
 * long the history), with the project's state and the roles of the caller and of a coming assignee; one row without a
 * span when there is none.
 */
export const ticketFacts = statement(
  'tickets.facts',
  `SELECT p.is_archived AS project_archived, m.role AS actor_role, n.role AS next_role, u.name AS assignee_name, a.*
   FROM projects p
   LEFT JOIN project_members m ON m.project_id = p.id AND m.user_id = $3
   LEFT JOIN project_members n ON n.project_id = p.id AND n.user_id = $4
   LEFT JOIN (
     SELECT * FROM assignments WHERE ticket_id = $1 AND status = 'ACTIVE'
     UNION
     SELECT * FROM (SELECT * FROM assignments WHERE ticket_id = $1 ORDER BY assigned_at DESC, id DESC LIMIT 1) l
   ) a ON true
   LEFT JOIN users u ON u.id = a.assignee_id
   WHERE p.id = $2 ORDER BY a.assigned_at, a.id`,
);

/** Keeps the person from being deactivated or sent away until this transaction has ended. */
export const holdPerson = statement(
  'users.hold',
  (d) => `SELECT u.id, u.name, u.role, u.active FROM users u WHERE u.id = $1 ${d.lock('SHARE', 'u')}`,
);

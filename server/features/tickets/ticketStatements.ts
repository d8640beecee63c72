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

/** The ticket under its row lock, with what decides the caller's and a coming assignee's permissions. */
export const lockTicketRow = statement(
  'tickets.lock',
  (d) => `SELECT t.*, p.is_archived AS project_archived, m.role AS actor_role, n.role AS next_role
   FROM tickets t JOIN projects p ON p.id = t.project_id
   LEFT JOIN project_members m ON m.project_id = t.project_id AND m.user_id = $2
   LEFT JOIN project_members n ON n.project_id = t.project_id AND n.user_id = $3
   WHERE t.id = $1 ${d.lock('UPDATE', 't')}`,
);

/** The active spans, oldest first, and the one begun last whatever became of it: bounded, however long the history. */
export const spansOfTicket = statement(
  'assignments.ofTicket',
  `SELECT a.*, u.name AS assignee_name FROM assignments a JOIN users u ON u.id = a.assignee_id
   WHERE a.ticket_id = $1 AND (a.status = 'ACTIVE' OR a.id =
     (SELECT l.id FROM assignments l WHERE l.ticket_id = $1 ORDER BY l.assigned_at DESC, l.id DESC LIMIT 1))
   ORDER BY a.assigned_at, a.id`,
);

/** Keeps the person from being deactivated or sent away until this transaction has ended. */
export const holdPerson = statement(
  'users.hold',
  (d) => `SELECT u.id, u.name, u.role, u.active FROM users u WHERE u.id = $1 ${d.lock('KEY SHARE', 'u')}`,
);

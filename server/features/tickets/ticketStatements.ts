import { Assignment } from '../../db/models/Assignment.js';
import { AssignmentHistory } from '../../db/models/AssignmentHistory.js';
import { Conversation } from '../../db/models/Conversation.js';
import { Ticket } from '../../db/models/Ticket.js';
import { TicketHistory } from '../../db/models/TicketHistory.js';
import type { Dialect } from '../../db/dialect.js';
import { addByCount, insertRow, updateRow, type RowStatement } from '../../db/rowStatements.js';
import { statement, type Statement } from '../../db/statement.js';
import type { TicketRow } from './tickets.present.js';

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
  'tags',
  'mergedIntoId',
  'sla',
  'version',
  'lastSeq',
  'updatedAt',
  'deletedAt',
  'deletedBy',
  'deleteReason',
] as const;

const kept = ['version', 'lastSeq', 'updatedAt'] as const;
const handed = ['assigneeId', 'assignmentState', ...kept] as const;
const sized = ['storyPoints', ...kept] as const;
const edited = ['title', 'description', 'priority', 'dueDate', 'requiredSkillId', ...sized] as const;
const progressed = ['status', 'resolvedAt', 'completedAt', 'closedAt', 'sla', ...handed] as const;
/**
 * From narrow to wide: a row is wide, most changes touch little of it, and SQLite writes into each index of a column that is set. Not one
 * for each set of columns, since connections keep them all prepared.
 */
const updates = [
  { columns: new Set<string>(handed), ...updateRow(Ticket, handed, 'handed') },
  { columns: new Set<string>(sized), ...updateRow(Ticket, sized, 'sized') },
  { columns: new Set<string>(edited), ...updateRow(Ticket, edited, 'edited') },
  { columns: new Set<string>(progressed), ...updateRow(Ticket, progressed, 'progressed') },
] as const;
const updateWholeRow = updateRow(Ticket, mutable);

/** Writes the fields that changed, and those that always do. */
export const updateTicketRow = (changed: readonly string[]): RowStatement<TicketRow> =>
  updates.find(({ columns }) => changed.every((field) => columns.has(field))) ?? updateWholeRow;

const [stamped, made] = [['createdAt', 'updatedAt'] as const, ['projectId', 'reporterId', 'createdBy'] as const];
/** New tickets have most of it in common. */
const atFirst = [
  ...(['type', 'status', 'category', 'departmentId', 'assigneeId', 'parentId', 'estimatedHours', 'waitingOn'] as const),
  ...(['assignmentState', 'aiAssisted', 'firstResponseAt', 'resolvedAt', 'completedAt', 'closedAt'] as const),
  ...(['customFields', 'tags', 'mergedIntoId', 'sla', 'version', 'deletedAt', 'deletedBy', 'deleteReason'] as const),
] as const;
export const insertTicketRow = insertRow(
  Ticket,
  ['id', 'number', 'key', 'conversationId', 'externalSource', 'externalId', ...made, ...stamped, ...mutable],
  { alike: [...made, 'externalSource', ...stamped, ...atFirst] },
);
export const insertConversation = insertRow(Conversation, ['id', 'kind', 'projectId', ...stamped], {
  alike: ['kind', 'projectId', ...stamped],
});

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
  'proposalId',
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
  'changedByLabel',
  'changedAt',
  'seq',
  'createdAt',
  'updatedAt',
]);
const byOne = ['projectId', 'changedBy', 'changedByLabel', ...stamped] as const;
export const insertTicketHistory = insertRow(
  TicketHistory,
  ['id', 'ticketId', 'version', 'seq', 'action', 'field', 'oldValue', 'newValue', ...byOne],
  { alike: byOne },
);

// Who has no profile (a customer turned staff a moment ago, say) has no workload to keep: 0 rows are fine.
export interface WorkloadRow {
  readonly user_id: string;
  readonly capacity: number;
  readonly availability: number;
  readonly current_workload: number;
}
export const addWorkload = addByCount('developers.workload', {
  table: 'developers',
  key: 'user_id',
  column: 'current_workload',
  also: ['updated_at'],
  told: ['capacity', 'availability', 'current_workload'],
});

/** The statements that lock a ticket and then read what is decided by. `$1` names it. */
export interface TicketLocks {
  readonly lock: Statement;
  readonly facts: Statement;
}

/**
 * The facts are read after the lock was given: a statement that had to wait for a lock would still see memberships as they
 * were before. The active spans, oldest first, and the one begun last whatever became of it (bounded, however long the
 * history), with the project's state and the roles of the caller and of a coming assignee; one row without a span when there
 * is none. `is` tells whether a column is the id of a ticket that is meant.
 */
const ticketLocks = (name: string, is: (column: string, d: Dialect) => string): TicketLocks => ({
  lock: statement(
    `tickets.lock.${name}`,
    (d) => `SELECT t.* FROM tickets t WHERE ${is('t.id', d)} ORDER BY t.id ${d.lock('NO KEY UPDATE', 't')}`,
  ),
  facts: statement(
    `tickets.facts.${name}`,
    (d) => `SELECT t.id AS of_ticket, p.is_archived AS project_archived, m.role AS actor_role, n.role AS next_role,
       o.key AS merged_key, u.name AS assignee_name, a.*
     FROM tickets t JOIN projects p ON p.id = t.project_id
     LEFT JOIN project_members m ON m.project_id = t.project_id AND m.user_id = $2
     LEFT JOIN project_members n ON n.project_id = t.project_id AND n.user_id = $3
     LEFT JOIN (
       SELECT * FROM assignments WHERE ${is('ticket_id', d)} AND status = 'ACTIVE'
       UNION ALL
       SELECT l.* FROM tickets o JOIN assignments l
         ON l.id = (SELECT id FROM assignments WHERE ticket_id = o.id ORDER BY assigned_at DESC, id DESC LIMIT 1)
         WHERE ${is('o.id', d)} AND l.status <> 'ACTIVE'
     ) a ON a.ticket_id = t.id
     LEFT JOIN users u ON u.id = a.assignee_id LEFT JOIN tickets o ON o.id = t.merged_into_id
     WHERE ${is('t.id', d)} ORDER BY t.id, a.assigned_at, a.id`,
  ),
});
export const byTicket = ticketLocks('byTicket', (column) => `${column} = $1`);
/** By a span of holding: a span never moves to another ticket, so that one may be read before the ticket is locked. */
export const bySpan = ticketLocks(
  'bySpan',
  (column) => `${column} = (SELECT ticket_id FROM assignments WHERE id = $1)`,
);
/**
 * Many, locked in the order of their ids. Their spans are joined to each ticket by its own id, active ones and the last one
 * apart: SQLite would look for those of every ticket among the spans of all.
 */
export const byTickets: TicketLocks = {
  lock: ticketLocks('byTickets', (column, d) => d.anyOf(column, '$1')).lock,
  facts: statement('tickets.facts.byTickets', (d) => {
    const withSpan = (
      spans: string,
    ) => `SELECT t.id AS of_ticket, p.is_archived AS project_archived, m.role AS actor_role,
       o.key AS merged_key, u.name AS assignee_name, a.*
     FROM tickets t JOIN projects p ON p.id = t.project_id
     LEFT JOIN project_members m ON m.project_id = t.project_id AND m.user_id = $2
     LEFT JOIN tickets o ON o.id = t.merged_into_id ${spans} LEFT JOIN users u ON u.id = a.assignee_id WHERE ${d.anyOf('t.id', '$1')}`;
    return `${withSpan("LEFT JOIN assignments a ON a.ticket_id = t.id AND a.status = 'ACTIVE'")}
     UNION ALL ${withSpan(`JOIN assignments a ON a.status <> 'ACTIVE'
       AND a.id = (SELECT id FROM assignments WHERE ticket_id = t.id ORDER BY assigned_at DESC, id DESC LIMIT 1)`)}
     ORDER BY of_ticket, assigned_at, id`;
  }),
};

/**
 * The role that each person has in the project of the ticket beside them, or null. `$1` is a list of `[ticket, person]`. Joined, PostgreSQL
 * would read all members of the project for each of them.
 */
export const rolesBesideTickets = statement(
  'members.besideTickets',
  (d) => `SELECT t.project_id, w.value ->> 1 AS user_id,
       (SELECT m.role FROM project_members m WHERE m.project_id = t.project_id AND m.user_id = w.value ->> 1) AS role
     FROM ${d.itemsOf('$1', 'w')} JOIN tickets t ON t.id = w.value ->> 0`,
);

/** Keeps people from being deactivated or sent away until this transaction has ended. */
export const holdPeople = statement(
  'users.hold',
  (d) => `SELECT u.id, u.name, u.role, u.active FROM users u WHERE ${d.anyOf('u.id', '$1')}
     ORDER BY u.id ${d.lock('SHARE', 'u')}`,
);

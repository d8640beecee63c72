import type { Rule } from './check.js';

const finished = `status IN ('RESOLVED', 'CLOSED')`;

/** What an assignment state must be: whoever holds it decides, else the span begun last. */
const stateOf = `CASE
  WHEN EXISTS (SELECT 1 FROM assignments a WHERE a.ticket_id = t.id AND a.status = 'ACTIVE')
    THEN CASE WHEN t.${finished} THEN 'COMPLETED' ELSE 'ASSIGNED' END
  ELSE CASE (SELECT a.status FROM assignments a WHERE a.ticket_id = t.id ORDER BY a.assigned_at DESC, a.id DESC LIMIT 1)
    WHEN 'REJECTED' THEN 'REJECTED'
    WHEN 'COMPLETED' THEN CASE WHEN t.${finished} THEN 'COMPLETED' ELSE 'PENDING' END
    ELSE 'PENDING' END
  END`;

export const assignmentChecks: readonly Rule[] = [
  {
    name: 'assignments.assignee',
    says: 'the assignee of a ticket is the holder of its active primary assignment',
    advice: 'Assign the ticket again (assignments.assign with primary): that writes both.',
    sql: `SELECT t.key AS what FROM tickets t
      LEFT JOIN assignments a ON a.ticket_id = t.id AND a.status = 'ACTIVE' AND a.is_primary
      WHERE coalesce(t.assignee_id, '') <> coalesce(a.assignee_id, '')`,
  },
  {
    name: 'assignments.one-primary',
    says: 'active assignments of a ticket have exactly one primary among them',
    advice: 'Assign one of its holders as the primary one (assignments.assign with primary).',
    sql: `SELECT t.key AS what FROM tickets t JOIN assignments a ON a.ticket_id = t.id
      WHERE a.status = 'ACTIVE' GROUP BY t.key HAVING sum(CASE WHEN a.is_primary THEN 1 ELSE 0 END) <> 1`,
  },
  {
    name: 'assignments.held-once',
    says: 'nobody holds a ticket twice at once',
    advice:
      'Remove one of the two assignments (assignments.remove), and make sure that the index assignments_one_active_per_assignee is there.',
    sql: `SELECT t.key AS what FROM tickets t JOIN assignments a ON a.ticket_id = t.id
      WHERE a.status = 'ACTIVE' GROUP BY t.key, a.assignee_id HAVING count(*) > 1`,
  },
  {
    name: 'assignments.only-active-primary',
    says: 'only active assignments are primary',
    advice: 'Set is_primary to false where the assignment has ended.',
    sql: `SELECT id AS what FROM assignments WHERE status <> 'ACTIVE' AND is_primary`,
  },
  {
    name: 'assignments.of-live-tickets',
    says: 'nobody holds a closed or deleted ticket',
    advice: 'Remove the assignment (assignments.remove).',
    sql: `SELECT t.key AS what FROM tickets t JOIN assignments a ON a.ticket_id = t.id
      WHERE a.status = 'ACTIVE' AND (t.status = 'CLOSED' OR t.deleted_at IS NOT NULL)`,
  },
  {
    name: 'assignments.of-active-staff',
    says: 'who holds a ticket is active staff of its project',
    advice: 'Hand the ticket to somebody of the project (assignments.reassign), or make the person one again.',
    sql: `SELECT t.key AS what FROM tickets t JOIN assignments a ON a.ticket_id = t.id JOIN users u ON u.id = a.assignee_id
      LEFT JOIN project_members m ON m.project_id = t.project_id AND m.user_id = u.id
      WHERE a.status = 'ACTIVE' AND (NOT u.active OR u.role = 'CUSTOMER'
        OR (u.role <> 'ADMIN' AND coalesce(m.role, 'CUSTOMER') = 'CUSTOMER'))`,
  },
  {
    name: 'workloads',
    says: 'workload is the sum of the points of active assignments of unfinished tickets',
    advice: 'Count them again: developers.refreshWorkloads.',
    sql: `SELECT d.name AS what FROM developers d LEFT JOIN (
        SELECT a.assignee_id, sum(t.story_points) AS points FROM assignments a JOIN tickets t ON t.id = a.ticket_id
        WHERE a.status = 'ACTIVE' AND t.deleted_at IS NULL AND NOT t.${finished} GROUP BY a.assignee_id
      ) w ON w.assignee_id = d.user_id WHERE d.current_workload <> coalesce(w.points, 0)`,
  },
  {
    name: 'assignments.state',
    says: 'the assignment state follows from assignments and status',
    advice: 'Assign and remove somebody, or set assignment_state to what the assignments say.',
    sql: `SELECT t.key AS what FROM tickets t WHERE t.assignment_state <> ${stateOf}`,
  },
  {
    name: 'assignments.history',
    says: 'every assignment has a line of history where it begins, and one where it ends',
    advice:
      'What was lost of the history is in backups only; what is told twice can be deleted from assignment_history.',
    sql: `SELECT a.id AS what FROM assignments a JOIN tickets t ON t.id = a.ticket_id WHERE t.last_seq > 0 AND (
        (SELECT count(*) FROM assignment_history h WHERE (h.assignment_id = a.id AND h.action = 'CREATED')
          OR h.new_assignment_id = a.id) <> 1
        OR (SELECT count(*) FROM assignment_history h WHERE h.assignment_id = a.id AND h.action <> 'CREATED')
          <> CASE WHEN a.status = 'ACTIVE' THEN 0 ELSE 1 END)`,
  },
  {
    name: 'proposals.approved',
    says: 'what was approved, and nothing else, was assigned: its ticket, to its person, by the planner',
    advice: 'Reject the proposal or remove the assignment (assignments.remove), whichever is not meant.',
    sql: `SELECT p.id AS what FROM assignment_proposals p JOIN developers d ON d.id = p.developer_id
      LEFT JOIN assignments a ON a.proposal_id = p.id WHERE (p.state = 'APPROVED') <> (a.id IS NOT NULL)
        OR a.ticket_id <> p.ticket_id OR a.assignee_id <> d.user_id OR a.type <> 'AI' OR a.assigned_by_label <> 'AI'`,
  },
  {
    name: 'proposals.of-open-work',
    says: 'what waits for a decision is of unfinished work of its own project',
    advice: 'Have the project planned anew (assignments.propose): old proposals become stale.',
    sql: `SELECT p.id AS what FROM assignment_proposals p JOIN tickets t ON t.id = p.ticket_id
      WHERE p.state = 'PROPOSED' AND (t.${finished} OR t.deleted_at IS NOT NULL OR t.project_id <> p.project_id)`,
  },
  {
    name: 'proposals.of-active-staff',
    says: 'what waits for a decision names active staff of its project',
    advice: 'Have the project planned anew (assignments.propose): old proposals become stale.',
    sql: `SELECT p.id AS what FROM assignment_proposals p JOIN developers d ON d.id = p.developer_id
      JOIN users u ON u.id = d.user_id LEFT JOIN project_members m ON m.project_id = p.project_id AND m.user_id = u.id
      WHERE p.state = 'PROPOSED' AND (NOT u.active OR u.role = 'CUSTOMER'
        OR (u.role <> 'ADMIN' AND coalesce(m.role, 'CUSTOMER') = 'CUSTOMER'))`,
  },
  {
    name: 'proposals.rejected-once',
    says: 'a pair that was rejected does not wait for a decision again',
    advice: 'Reject the proposal again (assignments.reject).',
    sql: `SELECT p.id AS what FROM assignment_proposals p JOIN assignment_proposals r
      ON r.ticket_id = p.ticket_id AND r.developer_id = p.developer_id
      WHERE p.state = 'PROPOSED' AND r.state = 'REJECTED'`,
  },
];

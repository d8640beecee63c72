/** Without its words on SQLite, where they are a table of their own. */
const searchable = {
  postgres: 'INSERT INTO ticket_search (ticket_id, project_id, tsv) VALUES ($1, $2, $3::tsvector)',
  sqlite: 'INSERT INTO ticket_search (ticket_id, project_id) SELECT $1, $2 WHERE $3 IS NOT NULL',
};

/** What a careful hand would write for these mutations. The same text for both databases, but for the row lock. */
export const bareStatements = (database: 'postgres' | 'sqlite', lock: string) => ({
  claimKey: `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (user_id, key) DO NOTHING RETURNING key`,
  keepReply: 'UPDATE idempotency_keys SET reply = $3 WHERE user_id = $1 AND key = $2',
  lockTicket: `SELECT t.* FROM tickets t WHERE t.id = $1 ${lock}`,
  /** With the roles of who asks and who shall hold it. */
  lockTicketFor: `SELECT t.*, m.role AS actor_role, n.role AS next_role, u.name AS next_name, u.active AS next_active
    FROM tickets t JOIN users u ON u.id = $3
    LEFT JOIN project_members m ON m.project_id = t.project_id AND m.user_id = $2
    LEFT JOIN project_members n ON n.project_id = t.project_id AND n.user_id = $3 WHERE t.id = $1 ${lock}`,
  spans: `SELECT a.id, a.assignee_id, a.is_primary, u.name FROM assignments a JOIN users u ON u.id = a.assignee_id
    WHERE a.ticket_id = $1 AND a.status = 'ACTIVE' ORDER BY a.assigned_at, a.id`,
  addWorkload: 'UPDATE developers SET current_workload = current_workload + $2, updated_at = $3 WHERE user_id = $1',
  takeNumber: `UPDATE project_counters SET event_seq = event_seq + 1, n_open = n_open - $2,
    n_in_progress = n_in_progress + $2 WHERE project_id = $1 RETURNING event_seq`,
  handTicket: `UPDATE tickets SET assignee_id = $2, assignment_state = 'ASSIGNED', version = version + 1, last_seq = $3,
    updated_at = $4 WHERE id = $1`,
  beginTicket: `UPDATE tickets SET status = 'IN_PROGRESS', version = version + 1, last_seq = $2, updated_at = $3
    WHERE id = $1`,
  endSpan: `UPDATE assignments SET status = 'REMOVED', is_primary = false, unassigned_at = $2, updated_at = $2
    WHERE id = $1 AND status = 'ACTIVE' RETURNING assignee_id`,
  startSpan: `INSERT INTO assignments (id, ticket_id, assignee_id, assigned_by, assigned_by_label, type,
    original_assignee_id, status, is_primary, assigned_at, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'ACTIVE', true, $8, $8, $8)`,
  ticketHistory: `INSERT INTO ticket_history (id, ticket_id, project_id, version, seq, action, field, old_value, new_value,
    changed_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
  ticketHistory2: `INSERT INTO ticket_history (id, ticket_id, project_id, version, seq, action, field, old_value, new_value,
    changed_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11),
    ($12, $2, $3, $4, $5, $6, $13, $14, $15, $10, $11, $11)`,
  handHistory: `INSERT INTO assignment_history (id, assignment_id, new_assignment_id, ticket_id, project_id,
    previous_developer_id, new_developer_id, new_developer, action, changed_by, changed_at, seq, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $11)`,
  event: `INSERT INTO events (project_id, seq, id, type, actor_id, actor_name, ticket_id, audience, reporter_id, payload, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'REPORTER', $8, $9, $10)`,
  projectFor: `SELECT p.key, m.role AS actor_role FROM projects p
    LEFT JOIN project_members m ON m.project_id = p.id AND m.user_id = $2 WHERE p.id = $1`,
  takeTicketNumber: `UPDATE project_counters SET event_seq = event_seq + 1, ticket_no = ticket_no + 1, n_open = n_open + 1
    WHERE project_id = $1 RETURNING event_seq, ticket_no`,
  conversation: `INSERT INTO conversations (id, kind, project_id, created_at, updated_at) VALUES ($1, 'TICKET', $2, $3, $3)`,
  ticket: `INSERT INTO tickets (id, project_id, number, key, title, description, conversation_id, reporter_id, created_by,
    assignment_state, last_seq, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 'PENDING', $9, $10, $10)`,
  searchable: searchable[database],
  comment: `INSERT INTO comments (id, ticket_id, user_id, content, visibility, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, 'INTERNAL', 1, $5, $5)`,
  takeFeedNumber: 'UPDATE user_feeds SET feed_seq = feed_seq + 1 WHERE user_id = $1 RETURNING feed_seq',
  feedEvent: `INSERT INTO feed_events (user_id, seq, id, type, actor_id, actor_name, project_id, ticket_id, payload, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
});

export type BareName = keyof ReturnType<typeof bareStatements>;
export type BareValue = string | number | null;
export type BareRow = Record<string, unknown>;

/** Runs a statement inside the transaction. */
export type Tx = (name: BareName, ...values: BareValue[]) => Promise<BareRow[]>;

export interface BareConnection {
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

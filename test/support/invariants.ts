import type { Database } from '../../server/db/database.js';
import { adHoc } from '../../server/db/statement.js';
import { commentViolations, ticketViolations } from './invariantsByFolding.js';
import { statisticsRules } from './invariantsOfStatistics.js';
import { readSchema } from './schema.js';

export interface Rule {
  readonly says: string;
  /** Rows that break it; `what` names each. */
  readonly sql: string;
}

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

const assignmentRules: readonly Rule[] = [
  {
    says: 'the assignee of a ticket is the holder of its active primary assignment',
    sql: `SELECT t.key AS what FROM tickets t
      LEFT JOIN assignments a ON a.ticket_id = t.id AND a.status = 'ACTIVE' AND a.is_primary
      WHERE coalesce(t.assignee_id, '') <> coalesce(a.assignee_id, '')`,
  },
  {
    says: 'active assignments of a ticket have exactly one primary among them',
    sql: `SELECT t.key AS what FROM tickets t JOIN assignments a ON a.ticket_id = t.id
      WHERE a.status = 'ACTIVE' GROUP BY t.key HAVING sum(CASE WHEN a.is_primary THEN 1 ELSE 0 END) <> 1`,
  },
  {
    says: 'nobody holds a ticket twice at once',
    sql: `SELECT t.key AS what FROM tickets t JOIN assignments a ON a.ticket_id = t.id
      WHERE a.status = 'ACTIVE' GROUP BY t.key, a.assignee_id HAVING count(*) > 1`,
  },
  {
    says: 'only active assignments are primary',
    sql: `SELECT id AS what FROM assignments WHERE status <> 'ACTIVE' AND is_primary`,
  },
  {
    says: 'nobody holds a closed or deleted ticket',
    sql: `SELECT t.key AS what FROM tickets t JOIN assignments a ON a.ticket_id = t.id
      WHERE a.status = 'ACTIVE' AND (t.status = 'CLOSED' OR t.deleted_at IS NOT NULL)`,
  },
  {
    says: 'who holds a ticket is active staff of its project',
    sql: `SELECT t.key AS what FROM tickets t JOIN assignments a ON a.ticket_id = t.id JOIN users u ON u.id = a.assignee_id
      LEFT JOIN project_members m ON m.project_id = t.project_id AND m.user_id = u.id
      WHERE a.status = 'ACTIVE' AND (NOT u.active OR u.role = 'CUSTOMER'
        OR (u.role <> 'ADMIN' AND coalesce(m.role, 'CUSTOMER') = 'CUSTOMER'))`,
  },
  {
    says: 'workload is the sum of the points of active assignments of unfinished tickets',
    sql: `SELECT d.name AS what FROM developers d LEFT JOIN (
        SELECT a.assignee_id, sum(t.story_points) AS points FROM assignments a JOIN tickets t ON t.id = a.ticket_id
        WHERE a.status = 'ACTIVE' AND t.deleted_at IS NULL AND NOT t.${finished} GROUP BY a.assignee_id
      ) w ON w.assignee_id = d.user_id WHERE d.current_workload <> coalesce(w.points, 0)`,
  },
  {
    says: 'the assignment state follows from assignments and status',
    sql: `SELECT t.key AS what FROM tickets t WHERE t.assignment_state <> ${stateOf}`,
  },
  {
    says: 'every assignment has a line of history where it begins, and one where it ends',
    sql: `SELECT a.id AS what FROM assignments a JOIN tickets t ON t.id = a.ticket_id WHERE t.last_seq > 0 AND (
        (SELECT count(*) FROM assignment_history h WHERE (h.assignment_id = a.id AND h.action = 'CREATED')
          OR h.new_assignment_id = a.id) <> 1
        OR (SELECT count(*) FROM assignment_history h WHERE h.assignment_id = a.id AND h.action <> 'CREATED')
          <> CASE WHEN a.status = 'ACTIVE' THEN 0 ELSE 1 END)`,
  },
];

const talkRules: readonly Rule[] = [
  {
    says: 'a ticket’s conversation has its ticket',
    sql: `SELECT c.id AS what FROM conversations c LEFT JOIN tickets t ON t.conversation_id = c.id
      WHERE c.kind = 'TICKET' AND t.id IS NULL`,
  },
  {
    says: 'channels are in projects, and people who talk directly are in none',
    sql: `SELECT id AS what FROM conversations
      WHERE (kind = 'CHANNEL' AND (project_id IS NULL OR name IS NULL)) OR (kind = 'DIRECT') <> (members_key IS NOT NULL)
        OR (kind = 'DIRECT' AND project_id IS NOT NULL) OR (kind <> 'CHANNEL' AND is_private)`,
  },
  {
    says: 'two to ten people talk directly',
    sql: `SELECT c.id AS what FROM conversations c WHERE c.kind = 'DIRECT'
      AND (SELECT count(*) FROM conversation_members m WHERE m.conversation_id = c.id) NOT BETWEEN 2 AND 10`,
  },
  {
    says: 'who is in a channel is staff of its project',
    sql: `SELECT c.name AS what FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
      JOIN users u ON u.id = m.user_id LEFT JOIN project_members p ON p.project_id = c.project_id AND p.user_id = u.id
      WHERE c.kind = 'CHANNEL' AND u.role <> 'ADMIN' AND coalesce(p.role, 'CUSTOMER') = 'CUSTOMER'`,
  },
  {
    says: 'a message in a thread answers one that is in none, of the same conversation',
    sql: `SELECT m.id AS what FROM messages m JOIN messages p ON p.id = m.parent_id
      WHERE p.parent_id IS NOT NULL OR p.conversation_id <> m.conversation_id`,
  },
  {
    says: 'only what is said in a private channel is for its members, and all of that',
    sql: `SELECT e.id AS what FROM events e JOIN conversations c ON c.id = e.conversation_id
      WHERE (c.kind = 'CHANNEL' AND c.is_private) <> (e.members_of IS NOT NULL) OR e.members_of <> e.conversation_id`,
  },
  {
    says: 'a direct message is told to all who talk there, and to nobody else',
    sql: `SELECT f.id AS what FROM feed_events f JOIN conversations c ON c.id = f.conversation_id AND c.kind = 'DIRECT'
      LEFT JOIN conversation_members m ON m.conversation_id = c.id AND m.user_id = f.user_id WHERE m.user_id IS NULL
      UNION ALL SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'DIRECT'
      WHERE (SELECT count(*) FROM feed_events f WHERE f.message_id = m.id AND f.type = 'message.posted')
        NOT IN (0, (SELECT count(*) FROM conversation_members x WHERE x.conversation_id = c.id))`,
  },
  {
    says: 'words of a deleted message can be replayed by nobody, and of no other one withheld',
    sql: `SELECT f.id AS what FROM feed_events f LEFT JOIN messages m ON m.id = f.message_id
      WHERE f.withdrawn <> (coalesce(m.deleted_at IS NOT NULL, false) AND f.type <> 'message.deleted')`,
  },
];

const ticketRules: readonly Rule[] = [
  {
    says: 'times of resolution, completion and closing agree with the status',
    sql: `SELECT key AS what FROM tickets WHERE (resolved_at IS NOT NULL) <> (${finished})
      OR (completed_at IS NOT NULL) <> (${finished}) OR (closed_at IS NOT NULL) <> (status = 'CLOSED')`,
  },
  {
    says: 'a ticket’s key is made of its project’s key and its number',
    sql: `SELECT t.key AS what FROM tickets t JOIN projects p ON p.id = t.project_id
      WHERE t.key <> p.key || '-' || t.number`,
  },
  {
    says: 'no ticket has a higher number than its project has given',
    sql: `SELECT t.key AS what FROM tickets t JOIN project_counters c ON c.project_id = t.project_id
      WHERE t.number > c.ticket_no`,
  },
  {
    says: 'a parent is of the same project',
    sql: `SELECT t.key AS what FROM tickets t JOIN tickets p ON p.id = t.parent_id WHERE p.project_id <> t.project_id`,
  },
  {
    says: 'a merged ticket is closed, of the project of the one it is part of, and linked to that one alone',
    sql: `SELECT t.key AS what FROM tickets t LEFT JOIN ticket_links l ON l.from_id = t.id AND l.type = 'MERGED_INTO'
      LEFT JOIN tickets o ON o.id = t.merged_into_id
      WHERE coalesce(t.merged_into_id, '') <> coalesce(l.to_id, '')
        OR (o.id IS NOT NULL AND (t.status <> 'CLOSED' OR o.project_id <> t.project_id))`,
  },
  {
    says: 'no ticket is merged into, or blocks, itself by way of others',
    sql: `WITH RECURSIVE down (id, below, type, depth) AS (
        SELECT from_id, to_id, type, 1 FROM ticket_links WHERE type IN ('MERGED_INTO', 'BLOCKS')
        UNION SELECT d.id, l.to_id, d.type, d.depth + 1 FROM down d JOIN ticket_links l
          ON l.from_id = d.below AND l.type = d.type WHERE d.below <> d.id AND d.depth < 50)
      SELECT DISTINCT id AS what FROM down WHERE below = id`,
  },
  {
    says: 'whom a merge made a watcher watches the ticket that was merged, or did',
    sql: `SELECT w.user_id AS what FROM ticket_watchers w JOIN tickets t ON t.id = w.merged_from_id
      WHERE coalesce(t.merged_into_id, '') <> w.ticket_id`,
  },
  {
    says: 'no ticket stands below itself',
    sql: `WITH RECURSIVE up (id, above, depth) AS (
        SELECT id, parent_id, 1 FROM tickets WHERE parent_id IS NOT NULL
        UNION ALL SELECT up.id, t.parent_id, up.depth + 1 FROM up JOIN tickets t ON t.id = up.above
        WHERE t.parent_id IS NOT NULL AND up.above <> up.id AND up.depth < 100)
      SELECT DISTINCT id AS what FROM up WHERE above = id`,
  },
  {
    says: 'every ticket has a conversation of its own, in its project, or the one that it was opened from',
    sql: `SELECT t.key AS what FROM tickets t LEFT JOIN conversations c ON c.id = t.conversation_id
      WHERE c.kind IS NULL OR (c.kind = 'TICKET' AND (c.project_id <> t.project_id
        OR (SELECT count(*) FROM tickets o WHERE o.conversation_id = t.conversation_id) <> 1))`,
  },
  ...talkRules,
  {
    says: 'every comment but the deleted ones is in the search index, under the project of its ticket',
    sql: `SELECT c.id AS what FROM comments c JOIN tickets t ON t.id = c.ticket_id
      LEFT JOIN comment_search s ON s.comment_id = c.id
      WHERE CASE WHEN c.deleted_at IS NULL THEN t.project_id ELSE '' END <> coalesce(s.project_id, '')`,
  },
  {
    says: 'every ticket can be found by its words',
    sql: `SELECT t.key AS what FROM tickets t LEFT JOIN ticket_search s ON s.ticket_id = t.id
      WHERE s.project_id IS NULL OR s.project_id <> t.project_id`,
  },
  {
    says: 'the board’s counts are those of its tickets',
    sql: `SELECT c.project_id AS what FROM project_counters c LEFT JOIN (
        SELECT project_id, ${['OPEN', 'IN_PROGRESS', 'REVIEW', 'RESOLVED', 'CLOSED']
          .map((status) => `sum(CASE WHEN status = '${status}' THEN 1 ELSE 0 END) AS n_${status.toLowerCase()}`)
          .join(', ')}
        FROM tickets WHERE deleted_at IS NULL GROUP BY project_id) n ON n.project_id = c.project_id
      WHERE ${['open', 'in_progress', 'review', 'resolved', 'closed']
        .map((column) => `c.n_${column} <> coalesce(n.n_${column}, 0)`)
        .join(' OR ')}`,
  },
];

const recordRules: readonly Rule[] = [
  {
    says: 'every project has its counters',
    sql: `SELECT p.key AS what FROM projects p LEFT JOIN project_counters c ON c.project_id = p.id
      WHERE c.project_id IS NULL`,
  },
  {
    says: 'events are numbered from the oldest kept to the last given, without a gap',
    sql: `SELECT c.project_id AS what FROM project_counters c LEFT JOIN (
        SELECT project_id, min(seq) AS first, max(seq) AS last, count(*) AS n FROM events GROUP BY project_id
      ) e ON e.project_id = c.project_id
      WHERE coalesce(e.n, 0) <> c.event_seq - c.event_min_seq + 1
        OR (e.n > 0 AND (e.first <> c.event_min_seq OR e.last <> c.event_seq))`,
  },
  {
    says: 'every person has a feed',
    sql: `SELECT u.email AS what FROM users u LEFT JOIN user_feeds f ON f.user_id = u.id WHERE f.user_id IS NULL`,
  },
  {
    says: 'a person’s feed is numbered from the oldest kept to the last given, without a gap',
    sql: `SELECT f.user_id AS what FROM user_feeds f LEFT JOIN (
        SELECT user_id, min(seq) AS first, max(seq) AS last, count(*) AS n FROM feed_events GROUP BY user_id
      ) e ON e.user_id = f.user_id
      WHERE coalesce(e.n, 0) <> f.feed_seq - f.feed_min_seq + 1
        OR (e.n > 0 AND (e.first <> f.feed_min_seq OR e.last <> f.feed_seq))`,
  },
  {
    says: 'an event of a ticket is in its project’s stream, for its own reporter',
    sql: `SELECT e.id AS what FROM events e JOIN tickets t ON t.id = e.ticket_id
      WHERE (t.project_id <> e.project_id AND NOT e.withdrawn AND e.type <> 'ticket.moved')
        OR (e.audience = 'REPORTER' AND e.reporter_id <> t.reporter_id)`,
  },
  {
    says: 'withdrawn are exactly the events of a ticket from before it left the project, and what a deleted message said',
    sql: `SELECT e.id AS what FROM events e WHERE e.withdrawn <> (EXISTS (SELECT 1 FROM events d
      WHERE d.project_id = e.project_id AND d.ticket_id = e.ticket_id AND d.type = 'ticket.moved' AND d.seq > e.seq)
      OR (e.type <> 'message.deleted'
        AND EXISTS (SELECT 1 FROM messages m WHERE m.id = e.message_id AND m.deleted_at IS NOT NULL)))`,
  },
  {
    says: 'nobody is told of what they did themselves',
    sql: 'SELECT id AS what FROM notifications WHERE actor_id = user_id',
  },
  {
    says: 'a customer is told of no internal comment, unless they became one later or it was made internal later',
    sql: `SELECT n.id AS what FROM notifications n JOIN comments c ON c.id = n.comment_id
      JOIN users u ON u.id = n.user_id AND u.role = 'CUSTOMER'
      WHERE c.visibility = 'INTERNAL' AND c.version = 1 AND u.updated_at < n.created_at`,
  },
  {
    says: 'an idempotency key is kept with its reply',
    sql: `SELECT key AS what FROM idempotency_keys WHERE reply IS NULL`,
  },
];

/**
 * Everything in which the database contradicts itself, one line each; empty when all is well. Reads the whole database, and
 * wants it to be at rest.
 */
export async function findViolations(db: Database): Promise<string[]> {
  const violations: string[] = [];
  const rules = [
    ...assignmentRules,
    ...ticketRules,
    ...recordRules,
    ...statisticsRules(db),
    ...(await searchRules(db)),
  ];
  for (const { says, sql } of rules)
    for (const { what } of await db.all<{ what: string }>(adHoc(sql), [])) violations.push(`${says}: not ${what}`);
  return [...violations, ...(await orphans(db)), ...(await ticketViolations(db)), ...(await commentViolations(db))];
}

async function searchRules({ dialect }: Database): Promise<Rule[]> {
  if (dialect.name === 'postgres') return [];
  const says = 'what the search index knows of is what it has words of';
  return [
    {
      says,
      sql: `SELECT s.ticket_id AS what FROM ticket_search s LEFT JOIN ticket_search_fts_docsize d ON d.id = s.doc
        WHERE d.id IS NULL UNION ALL SELECT 'document ' || d.id FROM ticket_search_fts_docsize d
        LEFT JOIN ticket_search s ON s.doc = d.id WHERE s.doc IS NULL`,
    },
    {
      says,
      sql: `SELECT s.comment_id AS what FROM comment_search s LEFT JOIN comment_search_fts_docsize d ON d.id = s.doc
        WHERE d.id IS NULL UNION ALL SELECT 'document ' || d.id FROM comment_search_fts_docsize d
        LEFT JOIN comment_search s ON s.doc = d.id WHERE s.doc IS NULL`,
    },
  ];
}

/** Foreign keys as anti-joins: they hold even where the database was told not to look. */
async function orphans(db: Database): Promise<string[]> {
  const violations: string[] = [];
  for (const [table, { foreignKeys }] of Object.entries(await readSchema(db.sequelize)))
    for (const key of foreignKeys) {
      const [, column, parent, id] = /^(\w+) -> (\w+)\.(\w+)$/.exec(key) ?? [];
      const sql = `SELECT count(*) AS n FROM ${table} c LEFT JOIN ${parent} p ON p.${id} = c.${column}
        WHERE c.${column} IS NOT NULL AND p.${id} IS NULL`;
      const [row] = await db.all<{ n: number | string }>(adHoc(sql), []);
      if (Number(row?.n) > 0) violations.push(`${table}.${column}: ${row?.n} rows point at no row of ${parent}`);
    }
  return violations;
}

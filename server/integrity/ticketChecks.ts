import type { Rule } from './check.js';

const finished = `status IN ('RESOLVED', 'CLOSED')`;

export const ticketChecks: readonly Rule[] = [
  {
    name: 'tickets.times',
    says: 'times of resolution, completion and closing agree with the status',
    advice: 'Reopen the ticket and give it its status again (tickets.update): the times follow.',
    sql: `SELECT key AS what FROM tickets WHERE (resolved_at IS NOT NULL) <> (${finished})
      OR (completed_at IS NOT NULL) <> (${finished}) OR (closed_at IS NOT NULL) <> (status = 'CLOSED')`,
  },
  {
    name: 'tickets.key',
    says: 'a ticket’s key is made of its project’s key and its number',
    advice: 'Set key to the key of the project, a dash and the number.',
    sql: `SELECT t.key AS what FROM tickets t JOIN projects p ON p.id = t.project_id
      WHERE t.key <> p.key || '-' || t.number`,
  },
  {
    name: 'tickets.number',
    says: 'no ticket has a higher number than its project has given',
    advice: 'Raise ticket_no in project_counters to the highest number of its tickets.',
    sql: `SELECT t.key AS what FROM tickets t JOIN project_counters c ON c.project_id = t.project_id
      WHERE t.number > c.ticket_no`,
  },
  {
    name: 'tickets.parent-project',
    says: 'a parent is of the same project',
    advice: 'Take the ticket from its parent (tickets.update with parentId null).',
    sql: `SELECT t.key AS what FROM tickets t JOIN tickets p ON p.id = t.parent_id WHERE p.project_id <> t.project_id`,
  },
  {
    name: 'tickets.merged',
    says: 'a merged ticket is closed, of the project of the one it is part of, and linked to that one alone',
    advice: 'Unmerge it (tickets.unmerge) and merge it again.',
    sql: `SELECT t.key AS what FROM tickets t LEFT JOIN ticket_links l ON l.from_id = t.id AND l.type = 'MERGED_INTO'
      LEFT JOIN tickets o ON o.id = t.merged_into_id
      WHERE coalesce(t.merged_into_id, '') <> coalesce(l.to_id, '')
        OR (o.id IS NOT NULL AND (t.status <> 'CLOSED' OR o.project_id <> t.project_id))`,
  },
  {
    name: 'tickets.link-circle',
    says: 'no ticket is merged into, or blocks, itself by way of others',
    advice: 'Unlink one of the tickets of the circle (tickets.unlink).',
    sql: `WITH RECURSIVE down (id, below, type, depth) AS (
        SELECT from_id, to_id, type, 1 FROM ticket_links WHERE type IN ('MERGED_INTO', 'BLOCKS')
        UNION SELECT d.id, l.to_id, d.type, d.depth + 1 FROM down d JOIN ticket_links l
          ON l.from_id = d.below AND l.type = d.type WHERE d.below <> d.id AND d.depth < 50)
      SELECT DISTINCT id AS what FROM down WHERE below = id`,
  },
  {
    name: 'tickets.merged-watchers',
    says: 'whom a merge made a watcher watches the ticket that was merged, or did',
    advice: 'Set merged_from_id of the watcher to nothing.',
    sql: `SELECT w.user_id AS what FROM ticket_watchers w JOIN tickets t ON t.id = w.merged_from_id
      WHERE coalesce(t.merged_into_id, '') <> w.ticket_id`,
  },
  {
    name: 'tickets.parent-circle',
    says: 'no ticket stands below itself',
    advice: 'Take one ticket of the circle from its parent (tickets.update with parentId null).',
    sql: `WITH RECURSIVE up (id, above, depth) AS (
        SELECT id, parent_id, 1 FROM tickets WHERE parent_id IS NOT NULL
        UNION ALL SELECT up.id, t.parent_id, up.depth + 1 FROM up JOIN tickets t ON t.id = up.above
        WHERE t.parent_id IS NOT NULL AND up.above <> up.id AND up.depth < 100)
      SELECT DISTINCT id AS what FROM up WHERE above = id`,
  },
  {
    name: 'tickets.conversation',
    says: 'every ticket has a conversation of its own, in its project, or the one that it was opened from',
    advice: 'Give the ticket a conversation of kind TICKET of its own.',
    sql: `SELECT t.key AS what FROM tickets t LEFT JOIN conversations c ON c.id = t.conversation_id
      WHERE c.kind IS NULL OR (c.kind = 'TICKET' AND (c.project_id <> t.project_id
        OR (SELECT count(*) FROM tickets o WHERE o.conversation_id = t.conversation_id) <> 1))`,
  },
  {
    name: 'search.comments',
    says: 'every comment but the deleted ones is in the search index, under the project of its ticket',
    advice: 'Make the index anew: baton db optimize --search.',
    sql: `SELECT c.id AS what FROM comments c JOIN tickets t ON t.id = c.ticket_id
      LEFT JOIN comment_search s ON s.comment_id = c.id
      WHERE CASE WHEN c.deleted_at IS NULL THEN t.project_id ELSE '' END <> coalesce(s.project_id, '')`,
  },
  {
    name: 'search.messages',
    says: 'every message but the deleted ones is in the search index, under its project or the direct conversation',
    advice: 'Make the index anew: baton db optimize --search.',
    sql: `SELECT m.id AS what FROM messages m JOIN conversations c ON c.id = m.conversation_id
      LEFT JOIN message_search s ON s.message_id = m.id
      WHERE CASE WHEN m.deleted_at IS NULL THEN coalesce(c.project_id, c.id) ELSE '' END <> coalesce(s.place_id, '')`,
  },
  {
    name: 'search.tags',
    says: 'a ticket is found by its tags in its project',
    advice: 'Set project_id in ticket_tags to that of the ticket.',
    sql: `SELECT x.ticket_id || ' ' || x.tag_id AS what FROM ticket_tags x JOIN tickets t ON t.id = x.ticket_id
      WHERE x.project_id <> t.project_id`,
  },
  {
    name: 'counts.tags',
    says: 'a project knows of each of its tags how many tickets carry it',
    advice: 'Set ticket_count in project_tags to the number of live tickets that carry the tag.',
    sql: `SELECT project_id || ' ' || name_key AS what FROM (
        SELECT project_id, name_key, ticket_count AS n FROM project_tags
        UNION ALL SELECT t.project_id, g.name_key, -1 FROM ticket_tags x JOIN tags g ON g.id = x.tag_id
          JOIN tickets t ON t.id = x.ticket_id AND t.deleted_at IS NULL) c
      GROUP BY project_id, name_key HAVING sum(n) <> 0 OR max(n) < 1`,
  },
  {
    name: 'search.tickets',
    says: 'every ticket can be found by its words',
    advice: 'Make the index anew: baton db optimize --search.',
    sql: `SELECT t.key AS what FROM tickets t LEFT JOIN ticket_search s ON s.ticket_id = t.id
      WHERE s.project_id IS NULL OR s.project_id <> t.project_id`,
  },
  {
    name: 'counts.board',
    says: 'the board’s counts are those of its tickets',
    advice: 'Set the counts in project_counters to the numbers of its live tickets.',
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

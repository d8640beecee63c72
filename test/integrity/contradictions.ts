/** Contradictions as somebody might write them past the program: what is planted, and which checks say so, all of them and no others. */
export interface Contradiction {
  readonly sqlite: readonly string[];
  readonly postgres: readonly string[];
  /** Ending in `@sqlite`: only there. */
  readonly found: readonly string[];
}

const ticket = (title: string) => `(SELECT id FROM tickets WHERE title = '${title}')`;
const elsewhere = (table: string) =>
  `(SELECT p.id FROM projects p WHERE p.id <> ${table}.project_id ORDER BY p.id LIMIT 1)`;
const person = (name: string) => `(SELECT id FROM users WHERE name = '${name}')`;

type Statements = string | readonly string[];
const listed = (sql: Statements): readonly string[] => (typeof sql === 'string' ? [sql] : sql);
const plant = (
  sql: Statements | { readonly sqlite: Statements; readonly postgres: Statements },
  ...found: readonly string[]
): Contradiction => {
  const each = typeof sql === 'object' && 'sqlite' in sql ? sql : { sqlite: sql, postgres: sql };
  return { sqlite: listed(each.sqlite), postgres: listed(each.postgres), found };
};

/** Folding sees every change of a ticket that no event told of. */
const untold = ['tickets.events', 'tickets.history'] as const;

export const contradictions: Readonly<Record<string, Contradiction>> = {
  'a holder beside the assignments': plant(
    `UPDATE tickets SET assignee_id = created_by WHERE title = 'Free'`,
    'assignments.assignee',
    'statistics.tickets',
    ...untold,
  ),
  'two in front': plant(
    [
      'DROP INDEX assignments_one_primary',
      `UPDATE assignments SET is_primary = true WHERE status = 'ACTIVE' AND NOT is_primary`,
    ],
    'assignments.assignee',
    'assignments.one-primary',
    'statistics.tickets',
    'tickets.events',
  ),
  'an assignment that ended in front': plant(
    `UPDATE assignments SET is_primary = true WHERE status = 'REMOVED'`,
    'assignments.only-active-primary',
  ),
  'a holder of a closed ticket': plant(
    `UPDATE assignments SET status = 'ACTIVE', unassigned_at = NULL, is_primary = true WHERE ticket_id = ${ticket('Merged')}`,
    'assignments.assignee',
    'assignments.history',
    'assignments.of-live-tickets',
    'assignments.state',
    'tickets.events',
  ),
  'a holder who is not active': plant(
    `UPDATE users SET active = false WHERE name = 'Bob Agent'`,
    'assignments.of-active-staff',
  ),
  'a holder who left the project': plant(
    `DELETE FROM project_members WHERE user_id = ${person('Bob Agent')}`,
    'assignments.of-active-staff',
    'conversations.staff',
  ),
  'a workload that is one too high': plant(
    'UPDATE developers SET current_workload = current_workload + 1',
    'workloads',
  ),
  'a state that does not follow': plant(
    `UPDATE tickets SET assignment_state = 'REJECTED' WHERE title = 'Free'`,
    'assignments.state',
    ...untold,
  ),
  'a handover without history': plant('DELETE FROM assignment_history', 'assignments.history'),
  'an approval that assigned nobody': plant(
    `UPDATE assignment_proposals SET state = 'APPROVED', decided_at = created_at`,
    'proposals.approved',
  ),
  'a proposal for what is done': plant(
    `UPDATE assignment_proposals SET ticket_id = ${ticket('Merged')}`,
    'proposals.of-open-work',
  ),
  'a proposal of somebody who left': plant(
    `UPDATE users SET active = false WHERE name = 'Cyd Agent'`,
    'proposals.of-active-staff',
  ),
  'a pair that was rejected and waits': plant(
    `INSERT INTO assignment_proposals (id, run_id, project_id, ticket_id, developer_id, ticket_version, rank, score, state,
       explanation, reason, decided_at, created_at, updated_at)
     SELECT run_id, run_id, project_id, ticket_id, developer_id, ticket_version, rank + 1, score, 'REJECTED',
       explanation, reason, created_at, created_at, updated_at FROM assignment_proposals`,
    'proposals.rejected-once',
  ),
  'a conversation whose ticket has another': plant(
    `UPDATE tickets SET conversation_id = (SELECT conversation_id FROM tickets WHERE title = 'Held') WHERE title = 'Free'`,
    'conversations.of-tickets',
    'tickets.conversation',
    ...untold,
  ),
  'a channel nowhere': plant(`UPDATE conversations SET name = NULL WHERE kind = 'CHANNEL'`, 'conversations.places'),
  'somebody who talks with nobody': plant(
    `DELETE FROM conversation_members WHERE user_id = ${person('Bob Agent')}
      AND conversation_id IN (SELECT id FROM conversations WHERE kind = 'DIRECT')`,
    'conversations.direct-people',
    'messages.direct',
  ),
  'a customer in a channel': plant(
    `INSERT INTO conversation_members (id, conversation_id, user_id, created_at, updated_at)
     SELECT c.id, c.id, u.id, c.created_at, c.created_at FROM conversations c, users u
     WHERE c.kind = 'CHANNEL' AND u.name = 'Kim Customer'`,
    'conversations.staff',
  ),
  'an answer to what was said elsewhere': plant(
    `UPDATE messages SET parent_id = (SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id
      WHERE c.kind = 'CHANNEL' AND m.deleted_at IS NULL)
     WHERE conversation_id IN (SELECT id FROM conversations WHERE kind = 'DIRECT') AND deleted_at IS NULL`,
    'messages.threads',
  ),
  'private words for all': plant('UPDATE events SET members_of = NULL', 'messages.private'),
  'a direct message that somebody did not get': plant(
    `DELETE FROM feed_events WHERE type = 'message.posted' AND user_id = ${person('Bob Agent')}`,
    'feeds.numbers',
    'messages.direct',
  ),
  'a deleted direct message that can be replayed': plant(
    'UPDATE feed_events SET withdrawn = false',
    'messages.withdrawn',
  ),
  'a key of another project': plant(`UPDATE tickets SET key = 'ZZZ-1' WHERE title = 'Free'`, 'tickets.key', ...untold),
  'a number above the last one given': plant('UPDATE project_counters SET ticket_no = 0', 'tickets.number'),
  'a parent in another project': plant(
    `UPDATE tickets SET parent_id = ${ticket('Foreign')} WHERE title = 'Free'`,
    'tickets.parent-project',
    ...untold,
  ),
  'a merged ticket without its link': plant(
    `DELETE FROM ticket_links WHERE type = 'MERGED_INTO'`,
    'tickets.links',
    'tickets.merged',
  ),
  'tickets that block each other': plant(
    `INSERT INTO ticket_links (id, from_id, to_id, type, created_by, created_at, updated_at)
     SELECT id, to_id, from_id, type, created_by, created_at, updated_at FROM
      (SELECT '00000000-0000-7000-8000-000000000001' AS id, to_id, from_id, type, created_by, created_at, updated_at
       FROM ticket_links WHERE type = 'BLOCKS') AS l`,
    'tickets.link-circle',
    'tickets.links',
  ),
  'a watcher by a merge that was not': plant(
    `INSERT INTO ticket_watchers (ticket_id, user_id, merged_from_id, created_at, updated_at)
     SELECT id, created_by, ${ticket('Held')}, created_at, updated_at FROM tickets WHERE title = 'Foreign'`,
    'tickets.merged-watchers',
  ),
  'tickets below each other': plant(
    `UPDATE tickets SET parent_id = ${ticket('Free')} WHERE title = 'Held'`,
    'tickets.parent-circle',
    ...untold,
  ),
  'a comment that cannot be found': plant(
    [`DELETE FROM comment_search WHERE comment_id = (SELECT min(comment_id) FROM comment_search)`],
    'search.documents-of-comments@sqlite',
    'search.comments',
  ),
  'a message that cannot be found': plant(
    `DELETE FROM message_search WHERE message_id = (SELECT min(message_id) FROM message_search)`,
    'search.documents-of-messages@sqlite',
    'search.messages',
  ),
  'a ticket that cannot be found': plant(
    `DELETE FROM ticket_search WHERE ticket_id = ${ticket('Free')}`,
    'search.documents-of-tickets@sqlite',
    'search.tickets',
  ),
  'a tag that no ticket carries': plant(
    `INSERT INTO project_tags (project_id, name_key, ticket_count) SELECT min(project_id), 'y', 1 FROM project_counters`,
    'counts.tags',
  ),
  'a board that counts wrong': plant('UPDATE project_counters SET n_open = n_open + 1', 'counts.board'),
  'a number given without an event': plant('UPDATE project_counters SET event_seq = event_seq + 1', 'events.numbers'),
  'an event that was lost': plant(
    `DELETE FROM events WHERE type = 'comment.created' AND audience <> 'TEAM'`,
    'events.numbers',
  ),
  'somebody without a feed': plant(
    [
      `DELETE FROM feed_events WHERE user_id = ${person('Cyd Agent')}`,
      `DELETE FROM user_feeds WHERE user_id = ${person('Cyd Agent')}`,
    ],
    'feeds.there',
  ),
  'a feed with a hole': plant(`DELETE FROM feed_events WHERE user_id = ${person('Cyd Agent')}`, 'feeds.numbers'),
  'an event for another reporter': plant(
    `UPDATE events SET reporter_id = ${person('Kim Customer')} WHERE audience = 'REPORTER' AND ticket_id = ${ticket('Free')}`,
    'events.place',
  ),
  'an event that was withdrawn for nothing': plant(
    `UPDATE events SET withdrawn = true WHERE type = 'ticket.created' AND ticket_id = ${ticket('Free')}`,
    'events.withdrawn',
  ),
  'somebody told of what they did': plant(
    `INSERT INTO notifications (id, user_id, kind, ticket_id, actor_id, seq, in_app, created_at, updated_at)
     SELECT id, created_by, 'ASSIGNED', id, created_by, 1, true, created_at, created_at FROM tickets WHERE title = 'Free'`,
    'notifications.own',
  ),
  'a customer told of an internal comment': plant(
    `INSERT INTO notifications (id, user_id, kind, ticket_id, comment_id, actor_id, seq, in_app, created_at, updated_at)
     SELECT c.id, ${person('Kim Customer')}, 'MENTION', c.ticket_id, c.id, c.user_id, 1, true, c.created_at, c.created_at
     FROM comments c WHERE c.visibility = 'INTERNAL'`,
    'notifications.internal',
  ),
  'a key without its reply': plant(
    `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, created_at)
     SELECT id, 'k', 'p', 'h', created_at FROM users WHERE name = 'Kim Customer'`,
    'keys.reply',
  ),
  'a priority that counts wrong': plant(
    `UPDATE ticket_stats SET n_open = n_open + 1 WHERE dimension = 'PRIORITY'`,
    'statistics.tickets',
  ),
  'a day on which one more was created': plant(
    `UPDATE daily_stats SET n = n + 1 WHERE measure = 'CREATED'`,
    'statistics.days',
  ),
  'a field that is not looked up': plant('DELETE FROM ticket_field_values', 'search.fields'),
  'a field that is looked up in another project': plant(
    `UPDATE ticket_field_values SET project_id = ${elsewhere('ticket_field_values')}`,
    'search.fields',
  ),
  'a tag that is looked up in another project': plant(
    `UPDATE ticket_tags SET project_id = ${elsewhere('ticket_tags')}`,
    'search.tags',
  ),
  'an attachment of another size': plant(
    'UPDATE attachments SET size = size + 1',
    'attachments.digests',
    'attachments.storage',
  ),
  'bytes that nobody has': plant(
    `INSERT INTO stored_files (id, sha256, size, content_type, created_at, updated_at)
     SELECT '00000000-0000-7000-8000-000000000009', '${'0'.repeat(64)}', 1, 'text/plain', created_at, created_at FROM users LIMIT 1`,
    'attachments.let-go',
    'files.there',
  ),
  'room that is not taken': plant('UPDATE project_storage SET bytes = bytes + 1', 'attachments.storage'),
  'a row that no event tells of': plant(`UPDATE tickets SET estimated_hours = 7 WHERE title = 'Free'`, ...untold),
  'a line of history that was lost': plant(`DELETE FROM ticket_history WHERE field = 'priority'`, 'tickets.history'),
  'an event that lies': plant(
    {
      sqlite: `UPDATE events SET payload = replace(payload, '"title":"Free"', '"title":"Fred"') WHERE type = 'ticket.created'`,
      postgres: `UPDATE events SET payload = replace(payload::text, '"title": "Free"', '"title": "Fred"')::jsonb
        WHERE type = 'ticket.created'`,
    },
    'tickets.events',
  ),
  'a holder who holds a ticket twice': plant(
    [
      'DROP INDEX assignments_one_active_per_assignee',
      `UPDATE assignments SET assignee_id = ${person('Bob Agent')} WHERE status = 'ACTIVE'`,
    ],
    'assignments.assignee',
    'assignments.held-once',
    'tickets.events',
    'workloads',
  ),
  'a project without counters': plant(
    [
      `DELETE FROM ticket_stats WHERE project_id = (SELECT project_id FROM tickets WHERE title = 'Foreign')`,
      `DELETE FROM daily_stats WHERE project_id = (SELECT project_id FROM tickets WHERE title = 'Foreign')`,
      `DELETE FROM project_counters WHERE project_id = (SELECT project_id FROM tickets WHERE title = 'Foreign')`,
    ],
    'projects.counters',
    'references',
    'statistics.days',
    'statistics.tickets',
  ),
  'other words of a ticket': plant(
    {
      sqlite: [
        'DELETE FROM ticket_search_fts WHERE rowid = 1',
        "INSERT INTO ticket_search_fts (rowid, project, title, body) VALUES (1, 'p', 'other', 'words')",
      ],
      postgres: "UPDATE ticket_search SET tsv = '''other'':1A'::tsvector",
    },
    'search.words-of-tickets',
  ),
  'other words of a comment': plant(
    {
      sqlite: [
        'DELETE FROM comment_search_fts WHERE rowid = 1',
        "INSERT INTO comment_search_fts (rowid, body) VALUES (1, 'other')",
      ],
      postgres: "UPDATE comment_search SET tsv = '''other'':1B'::tsvector",
    },
    'search.words-of-comments',
  ),
  'other words of a message': plant(
    {
      sqlite: [
        'DELETE FROM message_search_fts WHERE rowid = 1',
        "INSERT INTO message_search_fts (rowid, body) VALUES (1, 'other')",
      ],
      postgres: "UPDATE message_search SET tsv = '''other'':1B'::tsvector",
    },
    'search.words-of-messages',
  ),
  'tags of another ticket': plant(`UPDATE ticket_tags SET ticket_id = ${ticket('Free')}`, 'tickets.tags'),
  'a comment that no event tells of': plant(
    `UPDATE comments SET user_id = ${person('Cyd Agent')} WHERE visibility = 'INTERNAL'`,
    'comments.events',
  ),
  'internal words that customers can replay': plant(
    [`UPDATE comments SET visibility = 'INTERNAL' WHERE visibility = 'PUBLIC'`],
    'comments.events',
    'comments.hidden-words',
  ),
  'a row that points nowhere': plant(
    `UPDATE tickets SET department_id = '00000000-0000-7000-8000-00000000dead' WHERE title = 'Free'`,
    'references',
    'statistics.tickets',
    ...untold,
  ),
};

import type { Rule } from './check.js';

export const recordChecks: readonly Rule[] = [
  {
    name: 'projects.counters',
    says: 'every project has its counters',
    advice: 'Insert its row into project_counters, with the highest seq of its events and number of its tickets.',
    sql: `SELECT p.key AS what FROM projects p LEFT JOIN project_counters c ON c.project_id = p.id
      WHERE c.project_id IS NULL`,
  },
  {
    name: 'events.numbers',
    says: 'events are numbered from the oldest kept to the last given, without a gap',
    advice: 'Restore a backup: events that were lost are nowhere else. Clients are told to reload.',
    sql: `SELECT c.project_id AS what FROM project_counters c LEFT JOIN (
        SELECT project_id, min(seq) AS first, max(seq) AS last, count(*) AS n FROM events GROUP BY project_id
      ) e ON e.project_id = c.project_id
      WHERE coalesce(e.n, 0) <> c.event_seq - c.event_min_seq + 1
        OR (e.n > 0 AND (e.first <> c.event_min_seq OR e.last <> c.event_seq))`,
  },
  {
    name: 'feeds.there',
    says: 'every person has a feed',
    advice: 'Insert the row of the person into user_feeds.',
    sql: `SELECT u.email AS what FROM users u LEFT JOIN user_feeds f ON f.user_id = u.id WHERE f.user_id IS NULL`,
  },
  {
    name: 'feeds.numbers',
    says: 'a person’s feed is numbered from the oldest kept to the last given, without a gap',
    advice: 'Restore a backup, or set feed_min_seq above the gap: the person’s clients then reload.',
    sql: `SELECT f.user_id AS what FROM user_feeds f LEFT JOIN (
        SELECT user_id, min(seq) AS first, max(seq) AS last, count(*) AS n FROM feed_events GROUP BY user_id
      ) e ON e.user_id = f.user_id
      WHERE coalesce(e.n, 0) <> f.feed_seq - f.feed_min_seq + 1
        OR (e.n > 0 AND (e.first <> f.feed_min_seq OR e.last <> f.feed_seq))`,
  },
  {
    name: 'events.place',
    says: 'an event of a ticket is in its project’s stream, for its own reporter',
    advice: 'Set withdrawn where the ticket left the project, and reporter_id to the reporter of the ticket.',
    sql: `SELECT e.id AS what FROM events e JOIN tickets t ON t.id = e.ticket_id
      WHERE (t.project_id <> e.project_id AND NOT e.withdrawn AND e.type <> 'ticket.moved')
        OR (e.audience = 'REPORTER' AND e.reporter_id <> t.reporter_id)`,
  },
  {
    name: 'events.withdrawn',
    says: 'withdrawn are exactly the events of a ticket from before it left the project, and what a deleted message said',
    advice: 'Set withdrawn of the event to what this says: true where the ticket left later or the message is deleted.',
    sql: `SELECT e.id AS what FROM events e WHERE e.withdrawn <> (EXISTS (SELECT 1 FROM events d
      WHERE d.project_id = e.project_id AND d.ticket_id = e.ticket_id AND d.type = 'ticket.moved' AND d.seq > e.seq)
      OR (e.type <> 'message.deleted'
        AND EXISTS (SELECT 1 FROM messages m WHERE m.id = e.message_id AND m.deleted_at IS NOT NULL)))`,
  },
  {
    name: 'notifications.own',
    says: 'nobody is told of what they did themselves',
    advice: 'Delete the notification.',
    sql: 'SELECT id AS what FROM notifications WHERE actor_id = user_id',
  },
  {
    name: 'notifications.internal',
    says: 'a customer is told of no internal comment, unless they became one later or it was made internal later',
    advice: 'Delete the notification.',
    sql: `SELECT n.id AS what FROM notifications n JOIN comments c ON c.id = n.comment_id
      JOIN users u ON u.id = n.user_id AND u.role = 'CUSTOMER'
      WHERE c.visibility = 'INTERNAL' AND c.version = 1 AND u.updated_at < n.created_at`,
  },
  {
    name: 'keys.reply',
    says: 'an idempotency key is kept with its reply',
    advice: 'Delete the key: its call was never answered.',
    sql: `SELECT key AS what FROM idempotency_keys WHERE reply IS NULL`,
  },
];

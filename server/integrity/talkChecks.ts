import type { Rule } from './check.js';

export const talkChecks: readonly Rule[] = [
  {
    name: 'conversations.of-tickets',
    says: 'a ticket’s conversation has its ticket',
    advice:
      'Delete the conversation together with its messages, members and reads, or restore the ticket from a backup.',
    sql: `SELECT c.id AS what FROM conversations c LEFT JOIN tickets t ON t.conversation_id = c.id
      WHERE c.kind = 'TICKET' AND t.id IS NULL`,
  },
  {
    name: 'conversations.places',
    says: 'channels are in projects, and people who talk directly are in none',
    advice: 'Give the channel its project and its name, or archive it.',
    sql: `SELECT id AS what FROM conversations
      WHERE (kind = 'CHANNEL' AND (project_id IS NULL OR name IS NULL)) OR (kind = 'DIRECT') <> (members_key IS NOT NULL)
        OR (kind = 'DIRECT' AND project_id IS NOT NULL) OR (kind <> 'CHANNEL' AND is_private)`,
  },
  {
    name: 'conversations.direct-people',
    says: 'two to ten people talk directly',
    advice: 'Add those who are missing to conversation_members, from members_key or a backup.',
    sql: `SELECT c.id AS what FROM conversations c WHERE c.kind = 'DIRECT'
      AND (SELECT count(*) FROM conversation_members m WHERE m.conversation_id = c.id) NOT BETWEEN 2 AND 10`,
  },
  {
    name: 'conversations.staff',
    says: 'who is in a channel is staff of its project',
    advice: 'Remove the person from the channel (conversations.members.remove).',
    sql: `SELECT c.name AS what FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
      JOIN users u ON u.id = m.user_id LEFT JOIN project_members p ON p.project_id = c.project_id AND p.user_id = u.id
      WHERE c.kind = 'CHANNEL' AND u.role <> 'ADMIN' AND coalesce(p.role, 'CUSTOMER') = 'CUSTOMER'`,
  },
  {
    name: 'messages.threads',
    says: 'a message in a thread answers one that is in none, of the same conversation',
    advice: 'Set parent_id to the first message of the thread, or to nothing.',
    sql: `SELECT m.id AS what FROM messages m JOIN messages p ON p.id = m.parent_id
      WHERE p.parent_id IS NOT NULL OR p.conversation_id <> m.conversation_id`,
  },
  {
    name: 'messages.private',
    says: 'only what is said in a private channel is for its members, and all of that',
    advice: 'Set members_of of the event to its conversation where that is a private channel, else to nothing.',
    sql: `SELECT e.id AS what FROM events e JOIN conversations c ON c.id = e.conversation_id
      WHERE (c.kind = 'CHANNEL' AND c.is_private) <> (e.members_of IS NOT NULL) OR e.members_of <> e.conversation_id`,
  },
  {
    name: 'messages.direct',
    says: 'a direct message is told to all who talk there, and to nobody else',
    advice:
      'Who did not get it sees it when the conversation is opened; delete feed events of those who are not in it only by restoring.',
    sql: `SELECT f.id AS what FROM feed_events f JOIN conversations c ON c.id = f.conversation_id AND c.kind = 'DIRECT'
      LEFT JOIN conversation_members m ON m.conversation_id = c.id AND m.user_id = f.user_id WHERE m.user_id IS NULL
      UNION ALL SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'DIRECT'
      WHERE (SELECT count(*) FROM feed_events f WHERE f.message_id = m.id AND f.type = 'message.posted')
        NOT IN (0, (SELECT count(*) FROM conversation_members x WHERE x.conversation_id = c.id))`,
  },
  {
    name: 'messages.withdrawn',
    says: 'words of a deleted message can be replayed by nobody, and of no other one withheld',
    advice: 'Set withdrawn of the feed event to whether its message is deleted.',
    sql: `SELECT f.id AS what FROM feed_events f LEFT JOIN messages m ON m.id = f.message_id
      WHERE f.withdrawn <> (coalesce(m.deleted_at IS NOT NULL, false) AND f.type <> 'message.deleted')`,
  },
];

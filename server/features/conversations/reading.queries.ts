import type { ConversationReading } from '../../../contract/conversation.js';
import { limits } from '../../../contract/limits.js';
import { statement, type RunStatement } from '../../db/statement.js';

// The newest after the mark are cut off before they are looked at: a long conversation that nobody read costs no more.
const reading = statement(
  'conversations.reading',
  (d) => `SELECT c.id, r.last_read_message_id,
     (SELECT max(l.created_at) FROM messages l WHERE l.conversation_id = c.id) AS last_message_at,
     (SELECT count(*) FROM (SELECT m.author_id, m.deleted_at FROM messages m WHERE m.conversation_id = c.id
        AND (m.created_at, m.id) > (coalesce(r.last_read_at, ${d.cast('$3', 'DATE')}), coalesce(r.last_read_message_id, ''))
        ORDER BY m.created_at DESC, m.id DESC LIMIT ${limits.unreadCountMax}) x
      WHERE x.author_id <> $2 AND x.deleted_at IS NULL) AS unread
   FROM conversations c LEFT JOIN conversation_reads r ON r.conversation_id = c.id AND r.user_id = $2
   WHERE ${d.anyOf('c.id', '$1')}`,
);
interface Row {
  readonly id: string;
  readonly last_read_message_id: string | null;
  readonly last_message_at: Date | string | null;
  readonly unread: number | string;
}
const nothing: ConversationReading = { lastMessageAt: null, lastReadMessageId: null, unreadCount: 0 };

/** What there is in conversations that somebody sees, and how much of it others wrote since they read last. */
export async function readingOf(
  all: RunStatement,
  userId: string,
  conversationIds: readonly string[],
): Promise<(conversationId: string) => ConversationReading> {
  if (conversationIds.length === 0) return () => nothing;
  const rows = await all<Row>(reading, [conversationIds, userId, new Date(0)]);
  const known = new Map(
    rows.map((row): [string, ConversationReading] => [
      row.id,
      {
        lastMessageAt: row.last_message_at === null ? null : new Date(row.last_message_at).toISOString(),
        lastReadMessageId: row.last_read_message_id,
        unreadCount: Number(row.unread),
      },
    ]),
  );
  return (id) => known.get(id) ?? nothing;
}

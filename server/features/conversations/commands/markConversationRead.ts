import type { z } from 'zod';
import type { ConversationMark, MarkConversationReadInput } from '../../../../contract/conversation.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { seeConversation } from '../oneConversation.queries.js';
import { readingOf } from '../reading.queries.js';

const findMessage = statement(
  'conversations.messageRead',
  'SELECT created_at FROM messages WHERE id = $1 AND conversation_id = $2',
);
// Of two windows, the one that has read further has the last word.
const moveMark = statement(
  'conversations.markRead',
  `INSERT INTO conversation_reads (user_id, conversation_id, last_read_message_id, last_read_at, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $5)
   ON CONFLICT (user_id, conversation_id) DO UPDATE SET last_read_message_id = excluded.last_read_message_id,
     last_read_at = excluded.last_read_at, updated_at = excluded.updated_at
   WHERE (excluded.last_read_at, excluded.last_read_message_id)
     > (conversation_reads.last_read_at, conversation_reads.last_read_message_id)
   RETURNING user_id`,
);

/**
 * Says that the actor has read a conversation up to and with a message; the mark never goes back. Their other windows are told by
 * their own stream, nobody else is.
 * @throws NOT_FOUND no such conversation for this actor; BAD_INPUT `until` is not a message of it.
 */
export function markConversationRead(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof MarkConversationReadInput>,
): Promise<ConversationMark> {
  return inUnitOfWork(deps, { actor, procedure: 'conversations.markRead', input }, async (unit) => {
    const { conversationId, until } = input;
    const { userId } = actor;
    await seeConversation(unit.all, actor, conversationId);
    const [message] = await unit.all<{ created_at: Date | string }>(findMessage, [until, conversationId]);
    if (!message) throw new AppError('BAD_INPUT', 'This is not a message of the conversation.', { field: 'until' });
    const moved = await unit.all(moveMark, [userId, conversationId, until, message.created_at, unit.at]);
    if (moved.length > 0)
      unit.record.notify({
        userId,
        type: 'conversation.read',
        projectId: null,
        ticketId: null,
        payload: { conversationId, until },
      });
    return { conversationId, ...(await readingOf(unit.all, userId, [conversationId]))(conversationId) };
  });
}

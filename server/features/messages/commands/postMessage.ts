import type { z } from 'zod';
import type { MessageReply, PostMessageInput } from '../../../../contract/message.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import { numberIn, tell } from '../../conversations/conversationEvents.js';
import { demandOpen, loadConversation } from '../../conversations/loadConversation.js';
import type { Deps } from '../../deps.js';
import { noteFirstResponse } from '../../tickets/firstResponse.js';
import { concernedBy, tellOfMessage } from '../messageNews.js';
import { indexMessage, insertMessage } from '../messageWrites.js';
import { presentMessage, type MessageRow } from '../messages.queries.js';

type Input = z.output<typeof PostMessageInput>;

/**
 * Says something in a conversation. At a ticket it is public: the first by staff other than the reporter sets `firstResponseAt`.
 * @throws NOT_FOUND no such conversation for this actor; BAD_INPUT the parent is not a message of this conversation, or is in a thread
 * itself; CONFLICT the conversation, or its project, is archived.
 */
export function postMessage(deps: Deps, actor: Actor, input: Input): Promise<MessageReply> {
  return inUnitOfWork(deps, { actor, procedure: 'messages.post', input }, async (unit) => {
    const held = await loadConversation(unit, actor, input.conversationId);
    demandOpen(held);
    const rootAuthorId = input.parentId === undefined ? null : await demandRoot(unit, held.row.id, input.parentId);
    if (held.ticket) await noteFirstResponse(deps, unit, actor, held.ticket);
    const [concerned, seq] = await Promise.all([
      concernedBy(deps, unit, held, input.content, rootAuthorId),
      numberIn(unit, held),
    ]);
    const row = newMessage(unit, actor, input);
    unit.send(insertMessage.statement, insertMessage.values(row));
    indexMessage(unit, deps, held, row);
    const message = presentMessage(row);
    tell(unit, held, seq, 'message.posted', { message });
    tellOfMessage(unit, actor, held, row, seq, concerned);
    return { ...message, seq };
  });
}

const newMessage = (unit: UnitOfWork, actor: Actor, input: Input): MessageRow => ({
  id: newId(),
  conversationId: input.conversationId,
  authorId: actor.userId,
  authorName: actor.name,
  parentId: input.parentId ?? null,
  content: input.content,
  isEdited: false,
  editedAt: null,
  deletedAt: null,
  deletedBy: null,
  deleteReason: null,
  createdAt: unit.at,
  updatedAt: unit.at,
});

const findParent = statement(
  'messages.parent',
  'SELECT conversation_id, parent_id, author_id FROM messages WHERE id = $1',
);

interface Parent {
  readonly conversation_id: string;
  readonly parent_id: string | null;
  readonly author_id: string;
}

/** Who wrote the message that begins the thread. */
async function demandRoot(unit: UnitOfWork, conversationId: string, parentId: string): Promise<string> {
  const [parent] = await unit.all<Parent>(findParent, [parentId]);
  const field = 'parentId';
  if (parent?.conversation_id !== conversationId)
    throw new AppError('BAD_INPUT', 'The parent is not a message of this conversation.', { field });
  if (parent.parent_id !== null)
    throw new AppError('BAD_INPUT', 'The parent is in a thread itself: answer what begins it.', { field });
  return parent.author_id;
}

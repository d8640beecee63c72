import { Message } from '../../db/models/Message.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import { messageIndex } from '../../db/textIndex.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { demandOpen, loadConversation, type HeldConversation } from '../conversations/loadConversation.js';
import type { Deps } from '../deps.js';
import { readMessage, type MessageRow } from './messages.queries.js';

export const insertMessage = insertRow(Message, [
  ...(['id', 'conversationId', 'authorId', 'parentId', 'content', 'isEdited', 'createdAt', 'updatedAt'] as const),
]);
export const updateMessage = updateRow(Message, [
  'content',
  'isEdited',
  'editedAt',
  'updatedAt',
  'deletedAt',
  'deletedBy',
  'deleteReason',
]);

/**
 * A message under the lock of its conversation.
 * @throws NOT_FOUND missing, foreign or deleted; CONFLICT the conversation, or its project, is archived.
 */
export async function loadMessage(
  unit: UnitOfWork,
  actor: Actor,
  messageId: string,
): Promise<{ message: MessageRow; held: HeldConversation }> {
  const { conversationId } = await readMessage(unit.all, messageId);
  const held = await loadConversation(unit, actor, conversationId).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? notFound('message') : error;
  });
  const message = await readMessage(unit.all, messageId);
  if (message.deletedAt !== null) throw notFound('message');
  demandOpen(held);
  return { message, held };
}

/** Makes the message findable by what it says. */
export const indexMessage = (
  unit: UnitOfWork,
  { db }: Pick<Deps, 'db'>,
  { row }: Pick<HeldConversation, 'row'>,
  { id, content: text }: Pick<MessageRow, 'id' | 'content'>,
): void => messageIndex.put(unit, db.dialect, { id, placeId: row.projectId ?? row.id, text });

/** A message in the audit log: that it was edited or deleted, and why where everybody on the staff sees it, never what it said. */
export const messageEntry = ({ id }: MessageRow, { row }: HeldConversation) =>
  ({ entity: 'MESSAGE', entityId: id, projectId: row.projectId }) as const;

const withdrawEvents = statement('events.withdrawMessage', 'UPDATE events SET withdrawn = $2 WHERE message_id = $1');
const withdrawNotices = statement(
  'feeds.withdrawMessage',
  'UPDATE feed_events SET withdrawn = $2 WHERE message_id = $1',
);

/** Ends the telling of what a message said, also in replays. Before numbers are taken: forgetting old events locks in that order too. */
export const withdrawMessage = async (unit: UnitOfWork, { id }: MessageRow, { row }: HeldConversation): Promise<void> =>
  void (await unit.all(row.projectId === null ? withdrawNotices : withdrawEvents, [id, true]));

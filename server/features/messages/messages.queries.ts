import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import type { GetThreadInput, ListMessagesInput, Message as Presented, ThreadPage } from '../../../contract/message.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Message } from '../../db/models/Message.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { findConversation, seeConversation } from '../conversations/oneConversation.queries.js';
import { decodeCursor, momentOf, toPage } from '../keysetPage.js';

export type MessageRow = Attributes<Message> & { readonly authorName: string };

/** A deleted message keeps its place, without its words. */
export const presentMessage = (row: MessageRow): Presented => ({
  id: row.id,
  conversationId: row.conversationId,
  authorId: row.authorId,
  authorName: row.authorName,
  parentId: row.parentId,
  content: row.deletedAt === null ? row.content : '',
  isEdited: row.isEdited,
  editedAt: row.editedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  deletedAt: row.deletedAt?.toISOString() ?? null,
});

type Raw = { readonly author_name: string };
function decodeMessage({ author_name: authorName, ...columns }: Raw): MessageRow {
  return { ...decodeRow(Message, columns), authorName };
}

const listed = (name: string, column: string, dir: 'asc' | 'desc') =>
  statement(
    `messages.${name}.${dir}`,
    `SELECT m.*, u.name AS author_name FROM messages m JOIN users u ON u.id = m.author_id
     WHERE m.${column} = $1 AND (m.created_at, m.id) ${dir === 'asc' ? '>' : '<'} ($2, $3)
     ORDER BY m.created_at ${dir}, m.id ${dir} LIMIT $4`,
  );
const ofConversation = {
  asc: listed('list', 'conversation_id', 'asc'),
  desc: listed('list', 'conversation_id', 'desc'),
};
const ofThread = listed('thread', 'parent_id', 'asc');
const begin = { asc: [new Date(0), ''], desc: [new Date('9999-01-01'), ''] } as const;
type PlaceInTime = readonly [Date, string];

async function messagesAt(
  db: Database,
  which: typeof ofThread,
  id: string,
  after: PlaceInTime,
  limit: number,
): Promise<Presented[]> {
  const rows = await db.all<Raw>(which, [id, ...after, limit]);
  return rows.map((raw) => presentMessage(decodeMessage(raw)));
}

/** What was said in a ticket's conversation from a place in time on, as far as the actor may see the conversation. */
export async function messagesBeside(
  db: Database,
  actor: Actor,
  conversationId: string,
  { after, dir, limit }: { after: PlaceInTime; dir: 'asc' | 'desc'; limit: number },
): Promise<Presented[]> {
  const seen = await findConversation(db.all, actor, conversationId);
  return seen ? messagesAt(db, ofConversation[dir], conversationId, after, limit) : [];
}

const placeIn = (cursor: string | undefined, start: PlaceInTime): PlaceInTime => {
  const parts = decodeCursor(cursor, ['string', 'string']);
  return parts ? [momentOf(parts[0]), String(parts[1])] : start;
};
const pageOf = (messages: readonly Presented[], limit: number): Page<Presented> =>
  toPage(
    messages,
    limit,
    (message) => [message.createdAt, message.id],
    (message) => message,
  );

/** @throws NOT_FOUND no such conversation for this actor. */
export async function listMessages(
  db: Database,
  actor: Actor,
  { conversationId, dir, limit, cursor }: z.output<typeof ListMessagesInput>,
): Promise<Page<Presented>> {
  const { row } = await seeConversation(db.all, actor, conversationId);
  const after = placeIn(cursor, begin[dir]);
  return pageOf(await messagesAt(db, ofConversation[dir], row.id, after, limit + 1), limit);
}

const byId = statement(
  'messages.byId',
  'SELECT m.*, u.name AS author_name FROM messages m JOIN users u ON u.id = m.author_id WHERE m.id = $1',
);

/** Whoever may see it. @throws NOT_FOUND there is none. */
export async function readMessage(all: RunStatement, messageId: string): Promise<MessageRow> {
  const [raw] = await all<Raw>(byId, [messageId]);
  if (!raw) throw notFound('message');
  return decodeMessage(raw);
}

/** @throws NOT_FOUND no such message for this actor. */
export async function getThread(
  db: Database,
  actor: Actor,
  { messageId, limit, cursor }: z.output<typeof GetThreadInput>,
): Promise<ThreadPage> {
  const message = await readMessage(db.all, messageId);
  if (!(await findConversation(db.all, actor, message.conversationId))) throw notFound('message');
  const root = message.parentId === null ? message : await readMessage(db.all, message.parentId);
  const answers = await messagesAt(db, ofThread, root.id, placeIn(cursor, begin.asc), limit + 1);
  return { ...pageOf(answers, limit), root: presentMessage(root) };
}

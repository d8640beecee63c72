import type { Attributes } from 'sequelize';
import type { z } from 'zod';
import type { GetThreadInput, ListMessagesInput, Message as Presented, ThreadPage } from '../../../contract/message.js';
import { OldestFirst, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Message } from '../../db/models/Message.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import { findConversation, seeConversation } from '../conversations/oneConversation.queries.js';
import { toPage } from '../keysetPage.js';
import { madeAs, moment, sortedList, type PlaceInTime } from '../sortedList.js';

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

const listed = (name: string, column: string) =>
  sortedList(
    `messages.${name}`,
    OldestFirst,
    { createdAt: [moment('m.created_at', 'createdAt'), madeAs('m.id', 'id')] },
    2,
    ({ after, orderBy }) => `SELECT m.*, u.name AS author_name FROM messages m JOIN users u ON u.id = m.author_id
     WHERE m.${column} = $1 AND ${after} ORDER BY ${orderBy} LIMIT $2`,
  );
const ofConversation = listed('list', 'conversation_id');
const ofThread = listed('thread', 'parent_id');

/** What was said in a ticket's conversation from a place in time on, as far as the actor may see the conversation. */
export async function messagesBeside(
  db: Database,
  actor: Actor,
  conversationId: string,
  { after, dir, limit }: PlaceInTime,
): Promise<Presented[]> {
  const seen = await findConversation(db.all, actor, conversationId);
  if (!seen) return [];
  const { statement: asked } = ofConversation({ by: 'createdAt', dir });
  const rows = await db.all<Raw>(asked, [conversationId, limit, ...after]);
  return rows.map((raw) => presentMessage(decodeMessage(raw)));
}

type PageInput = Pick<z.output<typeof GetThreadInput>, 'sort' | 'limit' | 'cursor'>;

async function pageOf(
  db: Database,
  which: typeof ofThread,
  id: string,
  { sort, limit, cursor }: PageInput,
): Promise<Page<Presented>> {
  const { statement: asked, values, cursorOf } = which(sort, cursor);
  const rows = await db.all<Raw>(asked, [id, limit + 1, ...values]);
  return toPage(rows.map(decodeMessage), limit, cursorOf, presentMessage);
}

/** @throws NOT_FOUND no such conversation for this actor. */
export async function listMessages(
  db: Database,
  actor: Actor,
  { conversationId, ...page }: z.output<typeof ListMessagesInput>,
): Promise<Page<Presented>> {
  const { row } = await seeConversation(db.all, actor, conversationId);
  return pageOf(db, ofConversation, row.id, page);
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
  { messageId, ...page }: z.output<typeof GetThreadInput>,
): Promise<ThreadPage> {
  const message = await readMessage(db.all, messageId);
  if (!(await findConversation(db.all, actor, message.conversationId))) throw notFound('message');
  const root = message.parentId === null ? message : await readMessage(db.all, message.parentId);
  return { ...(await pageOf(db, ofThread, root.id, page)), root: presentMessage(root) };
}

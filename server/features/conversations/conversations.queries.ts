import type { z } from 'zod';
import type { ListConversationsInput, ListedConversation } from '../../../contract/conversation.js';
import { OldestFirst, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Conversation } from '../../db/models/Conversation.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { toPage } from '../keysetPage.js';
import { madeAs, sortedList } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { presentConversation, type ConversationRow } from './conversations.present.js';
import { participantsOf } from './oneConversation.queries.js';
import { readingOf } from './reading.queries.js';

const wanted = 'CAST($3 AS boolean) IS NULL OR (c.archived_at IS NOT NULL) = CAST($3 AS boolean)';
const ofProject = sortedList(
  'conversations.ofProject',
  OldestFirst,
  { createdAt: [madeAs('c.id', 'id')] },
  4,
  ({ after, orderBy }, d) => `SELECT c.* FROM conversations c
   WHERE c.project_id = $4 AND c.kind = 'CHANNEL' AND ${after} AND (${wanted})
     AND (c.is_private = ${d.name === 'postgres' ? 'false' : '0'}
       OR EXISTS (SELECT 1 FROM conversation_members m WHERE m.conversation_id = c.id AND m.user_id = $1))
   ORDER BY ${orderBy} LIMIT $2`,
);
// Of a channel only those who are still staff of its project.
const ofPerson = sortedList(
  'conversations.ofPerson',
  OldestFirst,
  { createdAt: [madeAs('m.conversation_id', 'id')] },
  4,
  ({ after, orderBy }) => `SELECT c.* FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
   WHERE m.user_id = $1 AND ${after} AND (${wanted})
     AND (c.kind = 'DIRECT' OR $4 = 'ADMIN' OR EXISTS (SELECT 1 FROM project_members p
       WHERE p.project_id = c.project_id AND p.user_id = $1 AND p.role <> 'CUSTOMER'))
   ORDER BY ${orderBy} LIMIT $2`,
);

/**
 * The channels of a project that the actor may see, none for its customers; without a project the channels and direct
 * conversations they are in. In the order in which they were made unless `sort` says otherwise; archived ones too unless `archived` says otherwise.
 * @throws NOT_FOUND no such project for this actor.
 */
export async function listConversations(
  db: Database,
  actor: Actor,
  { projectId, archived, sort, limit, cursor }: z.output<typeof ListConversationsInput>,
): Promise<Page<ListedConversation>> {
  const { statement, values, cursorOf } = (projectId === undefined ? ofPerson : ofProject)(sort, cursor);
  if (projectId !== undefined && !isStaff(await standingIn(db.all, actor, projectId)))
    return { items: [], nextCursor: null };
  const own = [actor.userId, limit + 1, archived ?? null, projectId ?? actor.role];
  const raw = await db.all(statement, [...own, ...values]);
  const rows = raw.map((row): ConversationRow => decodeRow(Conversation, row));
  const ids = rows.map(({ id }) => id);
  const [participants, reading] = await Promise.all([
    participantsOf(db.all, rows),
    readingOf(db.all, actor.userId, ids),
  ]);
  return toPage(rows, limit, cursorOf, (row) => ({
    ...presentConversation(row, participants.get(row.id) ?? []),
    ...reading(row.id),
  }));
}

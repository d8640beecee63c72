import type { z } from 'zod';
import type { ListConversationsInput, ListedConversation } from '../../../contract/conversation.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Conversation } from '../../db/models/Conversation.js';
import { statement } from '../../db/statement.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { standingIn } from '../projects/projects.queries.js';
import { presentConversation, type ConversationRow } from './conversations.present.js';
import { participantsOf } from './oneConversation.queries.js';
import { readingOf } from './reading.queries.js';

const wanted = 'CAST($4 AS boolean) IS NULL OR (c.archived_at IS NOT NULL) = CAST($4 AS boolean)';
const ofProject = statement(
  'conversations.ofProject',
  (d) => `SELECT c.* FROM conversations c
   WHERE c.project_id = $5 AND c.kind = 'CHANNEL' AND c.id > $2 AND (${wanted})
     AND (c.is_private = ${d.name === 'postgres' ? 'false' : '0'}
       OR EXISTS (SELECT 1 FROM conversation_members m WHERE m.conversation_id = c.id AND m.user_id = $1))
   ORDER BY c.id LIMIT $3`,
);
// Of a channel only those who are still staff of its project.
const ofPerson = statement(
  'conversations.ofPerson',
  `SELECT c.* FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
   WHERE m.user_id = $1 AND m.conversation_id > $2 AND (${wanted})
     AND (c.kind = 'DIRECT' OR $5 = 'ADMIN' OR EXISTS (SELECT 1 FROM project_members p
       WHERE p.project_id = c.project_id AND p.user_id = $1 AND p.role <> 'CUSTOMER'))
   ORDER BY m.conversation_id LIMIT $3`,
);

/**
 * The channels of a project that the actor may see, none for its customers; without a project the channels and direct
 * conversations they are in. In the order in which they were made; archived ones too unless `archived` says otherwise.
 * @throws NOT_FOUND no such project for this actor.
 */
export async function listConversations(
  db: Database,
  actor: Actor,
  { projectId, archived, limit, cursor }: z.output<typeof ListConversationsInput>,
): Promise<Page<ListedConversation>> {
  const [after = ''] = decodeCursor(cursor, ['string']) ?? [];
  if (projectId !== undefined && !isStaff(await standingIn(db.all, actor, projectId)))
    return { items: [], nextCursor: null };
  const which = projectId === undefined ? ofPerson : ofProject;
  const raw = await db.all(which, [actor.userId, after, limit + 1, archived ?? null, projectId ?? actor.role]);
  const rows = raw.map((row): ConversationRow => decodeRow(Conversation, row));
  const ids = rows.map(({ id }) => id);
  const [participants, reading] = await Promise.all([
    participantsOf(db.all, rows),
    readingOf(db.all, actor.userId, ids),
  ]);
  return toPage(
    rows,
    limit,
    (row) => [row.id],
    (row) => ({ ...presentConversation(row, participants.get(row.id) ?? []), ...reading(row.id) }),
  );
}

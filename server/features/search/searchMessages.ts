import { parseSearchQuery } from '../../../contract/searchQuery.js';
import type { MessageHit, SearchInput } from '../../../contract/search.js';
import type { Page } from '../../../contract/text.js';
import type { TicketStatus } from '../../../contract/ticket.js';
import type { Database } from '../../db/database.js';
import { parseSearch } from '../../db/searchIndex.js';
import { adHoc, statement, type RunStatement } from '../../db/statement.js';
import { messageIndex } from '../../db/textIndex.js';
import type { Actor } from '../../kernel/actor.js';
import { decodeCursor, momentOf, toPage } from '../keysetPage.js';
import { Parameters, scopeSql, type TicketScope } from '../tickets/ticketScope.js';
import { excerptOf, highlighted } from './highlight.js';
import { isOfTicket, narrowingSql } from './narrowing.js';
import { searchScope } from './searchTickets.js';

interface Found {
  readonly id: string;
  readonly content: string;
  readonly created_at: Date | string;
  readonly author_id: string;
  readonly author_name: string;
  readonly conversation_id: string;
  readonly conversation_name: string | null;
  readonly project_id: string | null;
  readonly ticket_id: string | null;
  readonly key: string | null;
  readonly title: string | null;
  readonly status: TicketStatus | null;
}

const directOf = statement(
  'search.directConversations',
  `SELECT c.id FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'DIRECT'
   WHERE m.user_id = $1`,
);

/** Those in which the actor talks directly; none when a project is asked for, since they are in none. */
async function directIds(all: RunStatement, actor: Actor, isOfProject: boolean): Promise<string[]> {
  if (isOfProject) return [];
  return (await all<{ id: string }>(directOf, [actor.userId])).map(({ id }) => id);
}

/** `canSeeConversation` in SQL, of the conversation `c` and, when it is that of a ticket, the ticket `t`. */
function seenSql(scope: TicketScope, actor: Actor, { dialect }: Database, parameters: Parameters): string {
  const isMember = `EXISTS (SELECT 1 FROM conversation_members x
    WHERE x.conversation_id = c.id AND x.user_id = ${parameters.bind(actor.userId)})`;
  const isStaff = dialect.anyOf('c.project_id', parameters.bind(scope.staffOf));
  return `(c.kind = 'TICKET' AND t.deleted_at IS NULL AND ${scopeSql(scope, actor, dialect, parameters)}
    OR c.kind = 'CHANNEL' AND ${isStaff} AND (NOT c.is_private OR ${isMember})
    OR c.kind = 'DIRECT' AND ${isMember})`;
}

/**
 * Messages that hold all the words, the newest first, of conversations that the actor sees. What narrows tickets leaves those of tickets alone.
 * @throws as `searchTickets`.
 */
export async function searchMessages(db: Database, actor: Actor, input: SearchInput): Promise<Page<MessageHit>> {
  const query = parseSearchQuery(input.text);
  const terms = parseSearch(query.words);
  const { dialect } = db;
  const scope = await searchScope(db, actor, { projectId: input.projectId }, query);
  const parameters = new Parameters();
  const bind = parameters.bind.bind(parameters);
  const narrowing = narrowingSql(query.qualifiers, { actor, dialect, parameters, projectId: 'c.project_id' });
  const isOfProject = input.projectId !== undefined || narrowing.length > 0;
  const places = [...scope.staffOf, ...scope.customerOf, ...(await directIds(db.all, actor, isOfProject))];
  if (terms.length === 0 || places.length === 0) return { items: [], nextCursor: null };
  const where = [
    messageIndex.holds(dialect, 'm.id', terms, bind(places), bind),
    seenSql(scope, actor, db, parameters),
    'm.deleted_at IS NULL',
    ...(query.qualifiers.some(isOfTicket) ? ['t.id IS NOT NULL'] : []),
    ...narrowing,
  ];
  const after = decodeCursor(input.cursor, ['string', 'string']);
  if (after) where.push(`(m.created_at, m.id) < (${bind(momentOf(String(after[0])))}, ${bind(String(after[1]))})`);
  const text = `SELECT m.id, m.content, m.created_at, m.author_id, u.name AS author_name, m.conversation_id,
      c.name AS conversation_name, c.project_id, t.id AS ticket_id, t.key, t.title, t.status
    FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN users u ON u.id = m.author_id
    LEFT JOIN tickets t ON t.conversation_id = c.id AND c.kind = 'TICKET'
    WHERE ${where.join(' AND ')} ORDER BY m.created_at DESC, m.id DESC LIMIT ${input.limit + 1}`;
  const rows = await db.all<Found>(adHoc(text), parameters.values);
  return toPage(
    rows,
    input.limit,
    (row) => [timeOf(row), row.id],
    (row) => ({
      kind: 'MESSAGE',
      id: row.id,
      conversationId: row.conversation_id,
      ticketId: row.ticket_id,
      projectId: row.project_id,
      key: row.key,
      status: row.status,
      title: highlighted(row.title ?? row.conversation_name ?? '', terms),
      excerpt: excerptOf(row.content, terms),
      author: { id: row.author_id, name: row.author_name },
      at: timeOf(row),
    }),
  );
}

const timeOf = ({ created_at }: Found): string => new Date(created_at).toISOString();

import { parseSearchQuery } from '../../../contract/searchQuery.js';
import type { SearchHit, SearchInput } from '../../../contract/search.js';
import type { Page } from '../../../contract/text.js';
import type { TicketStatus } from '../../../contract/ticket.js';
import type { Database } from '../../db/database.js';
import { parseSearch } from '../../db/searchIndex.js';
import { adHoc } from '../../db/statement.js';
import { commentIndex } from '../../db/textIndex.js';
import type { Actor } from '../../kernel/actor.js';
import { decodeCursor, momentOf, toPage } from '../keysetPage.js';
import { Parameters, scopeSql } from '../tickets/ticketScope.js';
import { excerptOf, highlighted } from './highlight.js';
import { narrowingSql } from './narrowing.js';
import { searchScope } from './searchTickets.js';

interface Found {
  readonly id: string;
  readonly content: string;
  readonly created_at: Date | string;
  readonly user_id: string;
  readonly user_name: string;
  readonly ticket_id: string;
  readonly key: string;
  readonly title: string;
  readonly status: TicketStatus;
  readonly project_id: string;
}

const timeOf = ({ created_at }: Found): string => new Date(created_at).toISOString();

/** Comments that hold all the words, the newest first, of tickets that it is narrowed to. Customers find public ones of what they reported. */
export async function searchComments(db: Database, actor: Actor, input: SearchInput): Promise<Page<SearchHit>> {
  const query = parseSearchQuery(input.text);
  const terms = parseSearch(query.words);
  const scope = await searchScope(db, actor, { projectId: input.projectId }, query);
  const projects = [...scope.staffOf, ...scope.customerOf];
  const { dialect } = db;
  const parameters = new Parameters();
  const bind = parameters.bind.bind(parameters);
  const narrowing = narrowingSql(query.qualifiers, { actor, dialect, parameters });
  if (terms.length === 0 || projects.length === 0) return { items: [], nextCursor: null };
  const where = [
    commentIndex.holds(dialect, 'c.id', terms, bind(projects), bind),
    scopeSql(scope, actor, dialect, parameters),
    `(c.visibility = 'PUBLIC' OR ${dialect.anyOf('t.project_id', bind(scope.staffOf))})`,
    'c.deleted_at IS NULL AND t.deleted_at IS NULL',
    ...narrowing,
  ];
  const after = decodeCursor(input.cursor, ['string', 'string']);
  if (after) where.push(`(c.created_at, c.id) < (${bind(momentOf(String(after[0])))}, ${bind(String(after[1]))})`);
  const text = `SELECT c.id, c.content, c.created_at, c.user_id, u.name AS user_name,
      t.id AS ticket_id, t.key, t.title, t.status, t.project_id
    FROM comments c JOIN tickets t ON t.id = c.ticket_id JOIN users u ON u.id = c.user_id
    WHERE ${where.join(' AND ')} ORDER BY c.created_at DESC, c.id DESC LIMIT ${input.limit + 1}`;
  const rows = await db.all<Found>(adHoc(text), parameters.values);
  return toPage(
    rows,
    input.limit,
    (row) => [timeOf(row), row.id],
    (row) => ({
      kind: 'COMMENT',
      id: row.id,
      ticketId: row.ticket_id,
      projectId: row.project_id,
      key: row.key,
      status: row.status,
      title: highlighted(row.title, terms),
      excerpt: excerptOf(row.content, terms),
      author: { id: row.user_id, name: row.user_name },
      at: timeOf(row),
    }),
  );
}

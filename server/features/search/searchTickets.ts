import { parseSearchQuery, type SearchQuery } from '../../../contract/searchQuery.js';
import type { Page } from '../../../contract/text.js';
import type { Ticket as Presented } from '../../../contract/ticket.js';
import type { SearchTicketsInput } from '../../../contract/ticketInputs.js';
import type { Database } from '../../db/database.js';
import { adHoc } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { filterSql, sortColumns } from '../tickets/ticketListSql.js';
import { Parameters, scopeSql, type TicketScope } from '../tickets/ticketScope.js';
import { filterScope, fromSql, presentAll, presented, type RawTicket } from '../tickets/tickets.queries.js';
import { isAmongStaff, narrowingSql } from './narrowing.js';

/** Where a search may look. @throws NOT_FOUND not inside `projectId`. */
export async function searchScope(
  db: Database,
  actor: Actor,
  input: Pick<SearchTicketsInput, 'projectId' | 'requiredSkill' | 'tag' | 'customFields'>,
  { qualifiers }: SearchQuery,
): Promise<TicketScope> {
  const scope = await filterScope(db, actor, input);
  return qualifiers.some(isAmongStaff) ? { ...scope, customerOf: [] } : scope;
}

/**
 * Tickets that hold all the words, those with all of them in the title first, then the one changed last; without words all that
 * it is narrowed to. A text that holds neither finds nothing. The same tickets in the same order on both databases.
 * @throws BAD_INPUT a value that its name cannot have, as in `status:lost`.
 */
export async function searchTickets(db: Database, actor: Actor, input: SearchTicketsInput): Promise<Page<Presented>> {
  const nothing: Page<Presented> = { items: [], nextCursor: null };
  const query = parseSearchQuery(input.text);
  const scope = await searchScope(db, actor, input, query);
  const projects = [...scope.staffOf, ...scope.customerOf];
  const parameters = new Parameters();
  const narrowing = narrowingSql(query.qualifiers, { actor, dialect: db.dialect, parameters });
  const isListed = query.words === '' && narrowing.length > 0;
  const from = fromSql(db.dialect, isListed ? undefined : query.words, projects, parameters);
  if (projects.length === 0 || from === null) return nothing;
  const titleHit = isListed ? '0' : 'h.title_hit';
  const where = [
    scopeSql(scope, actor, db.dialect, parameters),
    ...filterSql(input, db.dialect, parameters),
    ...narrowing,
  ];
  if (input.status) where.push(db.dialect.anyOf('t.status', parameters.bind(input.status)));
  const after = decodeCursor(input.cursor, ['number', 'string', 'string']);
  if (after) {
    const [hit, updated, id] = after;
    const values = [hit ?? 0, sortColumns.updatedAt.bind(updated ?? ''), id ?? ''].map((value) =>
      parameters.bind(value),
    );
    where.push(`(${titleHit}, t.updated_at, t.id) < (${values.join(', ')})`);
  }
  const text = `SELECT t.*, ${titleHit} AS title_hit FROM ${from} WHERE ${where.join(' AND ')}
    ORDER BY ${isListed ? '' : 'title_hit DESC, '}t.updated_at DESC, t.id DESC LIMIT ${input.limit + 1}`;
  const rows = await db.all<RawTicket & { title_hit: number }>(adHoc(text), parameters.values);
  const tickets = await presentAll(db, scope, rows);
  return toPage(
    rows,
    input.limit,
    (raw) => [raw.title_hit, sortColumns.updatedAt.encode(raw.updated_at), raw.id],
    (raw) => presented(tickets, raw),
  );
}

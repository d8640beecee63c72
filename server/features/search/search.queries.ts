import { searchKinds } from '../../../contract/enums.js';
import { parseSearchQuery } from '../../../contract/searchQuery.js';
import type { SearchHit, SearchInput, SearchKind } from '../../../contract/search.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { parseSearch } from '../../db/searchIndex.js';
import type { Actor } from '../../kernel/actor.js';
import { decodeCursor, encodeCursor } from '../keysetPage.js';
import { excerptOf, highlighted } from './highlight.js';
import { searchComments } from './searchComments.js';
import { searchMessages } from './searchMessages.js';
import { searchTickets } from './searchTickets.js';

type Search = (db: Database, actor: Actor, input: SearchInput) => Promise<Page<SearchHit>>;

const findTickets: Search = async (db, actor, { text, projectId, limit, cursor }) => {
  const terms = parseSearch(parseSearchQuery(text).words);
  const { items, nextCursor } = await searchTickets(db, actor, { text, projectId, limit, cursor });
  const hits = items.map((ticket): SearchHit => ({
    kind: 'TICKET',
    id: ticket.id,
    ticketId: ticket.id,
    projectId: ticket.projectId,
    key: ticket.key,
    status: ticket.status,
    title: highlighted(ticket.title, terms),
    excerpt: excerptOf(ticket.description, terms),
    author: null,
    at: ticket.updatedAt,
  }));
  return { items: hits, nextCursor };
};

const searches: Readonly<Record<SearchKind, Search>> = {
  TICKET: findTickets,
  COMMENT: searchComments,
  MESSAGE: searchMessages,
};

/**
 * All that holds the words and that the actor may see, kind by kind; see {@link searchTickets}, {@link searchComments} and
 * {@link searchMessages}.
 * @throws NOT_FOUND not inside `projectId`; BAD_INPUT a value that its name cannot have, or a foreign cursor.
 */
export async function find(db: Database, actor: Actor, input: SearchInput): Promise<Page<SearchHit>> {
  const { kinds = searchKinds, limit } = input;
  const asked = searchKinds.filter((kind) => kinds.includes(kind));
  const [begin, inner] = decodeCursor(input.cursor, ['number', 'string']) ?? [0, ''];
  const items: SearchHit[] = [];
  let cursor = inner === '' ? undefined : String(inner);
  for (let at = Number(begin); ; at++, cursor = undefined) {
    const kind = asked[at];
    if (kind === undefined) return { items, nextCursor: null };
    if (items.length === limit) return { items, nextCursor: encodeCursor([at, '']) };
    const page = await searches[kind](db, actor, { ...input, cursor, limit: limit - items.length });
    items.push(...page.items);
    if (page.nextCursor !== null) return { items, nextCursor: encodeCursor([at, page.nextCursor]) };
  }
}

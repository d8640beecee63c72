import { parseSearchQuery, type SearchQuery } from '../../../contract/searchQuery.js';
import { tagKey } from '../../../contract/tagKey.js';
import type { Page } from '../../../contract/text.js';
import type { Ticket as Presented } from '../../../contract/ticket.js';
import type { SearchTicketsInput } from '../../../contract/ticketInputs.js';
import type { Database } from '../../db/database.js';
import { parseSearch } from '../../db/searchIndex.js';
import { areFew } from '../../db/searchSql.js';
import type { Actor } from '../../kernel/actor.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { fewTagged, taggedIds } from '../tickets/fewTagged.js';
import type { TicketScope } from '../tickets/ticketScope.js';
import { filterScope, presentIn } from '../tickets/tickets.queries.js';
import { isAmongStaff } from './narrowing.js';
import { placeOf, readFew, readList, readTier, type Asked, type Candidates, type Found } from './ticketHits.js';

/** Where a search may look. @throws NOT_FOUND not inside `projectId`. */
export async function searchScope(
  db: Database,
  actor: Actor,
  input: Parameters<typeof filterScope>[2],
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
  const query = parseSearchQuery(input.text);
  const terms = parseSearch(query.words);
  const scope = await searchScope(db, actor, input, query);
  const projectIds = [...scope.staffOf, ...scope.customerOf];
  const after = decodeCursor(input.cursor, ['number', 'string', 'string']);
  const asked = { db, actor, input, query, scope, search: { terms, projectIds }, after };
  const rows = projectIds.length === 0 ? [] : await rowsOf(asked);
  return toPage(rows, input.limit, placeOf, presentIn(scope));
}

/** One row more than the page holds, when there is one. */
async function rowsOf(asked: Asked): Promise<Found[]> {
  const { db, query, search, input, after } = asked;
  if (query.words === '' && query.qualifiers.length === 0) return [];
  if (query.words !== '' && search.terms.length === 0) return [];
  const few = await fewCandidates(asked);
  if (query.words === '') return few ? readList(few.rest, few.candidates) : readList(asked);
  if (few) return readFew(few.rest, 'any', few.candidates);
  if (await areFew(db.all, db.dialect, search)) return readFew(asked, 'any');
  const found: Found[] = [];
  for (const hit of [1, 0] as const) {
    const isPassed = after !== null && Number(after[0]) < hit;
    if (isPassed || found.length > input.limit) continue;
    found.push(...(await readTier({ ...asked, input: { ...input, limit: input.limit - found.length } }, hit)));
  }
  return found;
}

/** The tickets with a tag that few have, and all else that is asked; null when many have it, or none is asked for. */
async function fewCandidates(asked: Asked): Promise<{ readonly candidates: Candidates; readonly rest: Asked } | null> {
  const { db, input, query } = asked;
  const named = query.qualifiers.find(({ name }) => name === 'tag');
  const values = named?.values ?? (input.tag === undefined ? [] : [input.tag]);
  if (values.length === 0) return null;
  const tagIds = await fewTagged(
    db.all,
    values.map((value) => tagKey(value.trim())),
  );
  if (tagIds === null) return null;
  const rest = named
    ? { ...asked, query: { ...query, qualifiers: query.qualifiers.filter((each) => each !== named) } }
    : { ...asked, input: { ...input, tag: undefined } };
  return { rest, candidates: (bind) => taggedIds(db.dialect, tagIds, bind) };
}

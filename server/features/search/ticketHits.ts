import type { Qualifier, SearchQuery } from '../../../contract/searchQuery.js';
import type { SearchTicketsInput } from '../../../contract/ticketInputs.js';
import { latestFirst } from '../../../contract/ticketOrder.js';
import type { Database } from '../../db/database.js';
import { areFew, areFewEnough, hitsSql, holdsSql, type Bind, type Search, type Tier } from '../../db/searchSql.js';
import { adHoc } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { filterSql } from '../tickets/ticketFilterSql.js';
import { listedSql, orderedSql, sortColumns } from '../tickets/ticketListSql.js';
import { rangesOf, type Range } from '../tickets/ticketRanges.js';
import { Parameters, scopeIn, scopeSql, type TicketScope } from '../tickets/ticketScope.js';
import type { ListedTicket } from '../tickets/tickets.queries.js';
import { narrowingSql, statusesOf } from './narrowing.js';

export interface Asked {
  readonly db: Database;
  readonly actor: Actor;
  readonly input: SearchTicketsInput;
  readonly query: SearchQuery;
  readonly scope: TicketScope;
  readonly search: Search;
  /** Where the page begins: `title_hit`, moment and id of the row before it. */
  readonly after: After | null;
}
type After = readonly (string | number)[];
export type Found = ListedTicket & { readonly title_hit: number };

/** A relation with the column `ticket_id`. */
export type Candidates = (bind: Bind) => string;

/** All that it is narrowed to, the one changed last first. With `candidates`: of those few. */
export async function readList(asked: Asked, candidates: Candidates | null = null): Promise<Found[]> {
  const { db, input } = asked;
  const parameters = new Parameters();
  const isWalk = candidates === null;
  const where = [...wanted(asked, parameters, isWalk), ...begins(asked, 0, parameters)];
  if (candidates) where.unshift('t.id = c.ticket_id');
  const from = candidates ? `(${candidates(bindTo(parameters))}) c CROSS JOIN tickets t` : 'tickets t';
  const ranges = isWalk ? rangesIn(asked, parameters) : null;
  const text = orderedSql(
    db.dialect,
    { from, ranges, inside: insideOf(asked, parameters), where, last: () => [], bind: bindTo(parameters) },
    latestFirst,
    input.limit + 1,
  );
  const rows = await db.all<ListedTicket>(adHoc(text), parameters.values);
  return rows.map((row) => ({ ...row, title_hit: 0 }));
}

/** The hits of a tier, those in the title first, each the one changed last first: looked up, and sorted. With `candidates`: of those few. */
export async function readFew(asked: Asked, tier: Tier, candidates: Candidates | null = null): Promise<Found[]> {
  const { db, input, search, after } = asked;
  const parameters = new Parameters();
  const bind = bindTo(parameters);
  const { from, where } = hitsSql(db.dialect, search, tier, bind, candidates?.(bind));
  const order = ['h.title_hit', 't.updated_at', 't.id'];
  const conditions = [...where, insideOf(asked, parameters)(null), ...wanted(asked, parameters, false)];
  if (after) {
    const values = `${parameters.bind(after[0] ?? 0)}, ${placeAfter(after, parameters)}`;
    conditions.push(`(${order.join(', ')}) < (${values})`);
  }
  const descending = (columns: readonly string[]) => columns.map((column) => `${column} DESC`).join(', ');
  // All hits are sorted by no more than it takes; SQLite would ask of each of them who works on it.
  const page = `SELECT t.id, h.title_hit FROM ${from} WHERE ${conditions.join(' AND ')}
    ORDER BY ${descending(order)} LIMIT ${input.limit + 1}`;
  const text = `SELECT ${listedSql(db.dialect)}, p.title_hit FROM (${page}) p CROSS JOIN tickets t
    WHERE t.id = p.id ORDER BY ${descending(['p.title_hit', 't.updated_at', 't.id'])}`;
  return db.all<Found>(adHoc(text), parameters.values);
}

/**
 * How many tickets are asked one after the other, and how many more if the page is not full. PostgreSQL finds a cheap way to the first few of a
 * list; SQLite collects the hits anew for each step.
 */
const STEPS = { postgres: [250, 2_000, 10_000], sqlite: [2_000, 10_000] } as const;
/** From so many on they tell how common the words are. */
const SAMPLE = 2_000;
const TO_THE_END = 1_000_000_000;

/**
 * The hits of one tier of words that are common, the one changed last first: met on a walk, and looked up when they turn out to be rarer than
 * thought. At most a statement for each of {@link STEPS} and two more.
 */
export async function readTier(asked: Asked, hit: 0 | 1): Promise<Found[]> {
  const tier = hit === 1 ? 'title' : 'rest';
  const { db, search } = asked;
  // What is common may be rare in titles; to count is cheap here.
  const isRare = hit === 1 && db.dialect.name === 'sqlite' && (await areFew(db.all, db.dialect, search, 'title'));
  if (isRare) return readFew(asked, tier);
  const found: Found[] = [];
  let rest = asked;
  let walked = 0;
  for (const length of STEPS[db.dialect.name]) {
    if (walked >= SAMPLE && (found.length / walked) * length <= rest.input.limit) break;
    const met = await walk(rest, hit, tier, length);
    found.push(...met.found);
    if (met.end === null) return found;
    rest = { ...asked, after: met.end, input: { ...asked.input, limit: asked.input.limit - found.length } };
    walked += length;
  }
  const isFetched = await areFewEnough(db.all, db.dialect, search, hit === 1 ? 'title' : 'any');
  return [...found, ...(isFetched ? await readFew(rest, tier) : (await walk(rest, hit, tier, TO_THE_END)).found)];
}

interface Walked {
  readonly found: readonly Found[];
  /** The last that was asked; null when the page is full or the list at its end. */
  readonly end: After | null;
}

interface Met extends Found {
  readonly is_hit: boolean | number;
  readonly nth: number | string;
}

/**
 * The first `length` tickets of the list, each asked whether it is a hit. Of all but the page nothing is read but what the list is
 * sorted by, and the limit inside keeps PostgreSQL from starting helpers, which takes longer than the walk.
 */
async function walk(asked: Asked, hit: 0 | 1, tier: Tier, length: number): Promise<Walked> {
  const { db, input, search } = asked;
  const parameters = new Parameters();
  const where = [...wanted(asked, parameters, true), ...begins(asked, hit, parameters)];
  const inside = insideOf(asked, parameters);
  const order = (of: string) => `ORDER BY ${of}.updated_at DESC, ${of}.id DESC`;
  const ranges = rangesIn(asked, parameters);
  // Each branch in the order of an index, and merged no further than the page needs: PostgreSQL does so with the limit, SQLite without.
  const branches = ranges.map(({ projectId, conditions }) => {
    const all = [inside(projectId), ...conditions, ...where].join(' AND ');
    const branch = `SELECT t.id, t.updated_at FROM tickets t WHERE ${all}`;
    const isWhole = ranges.length === 1 || db.dialect.name === 'sqlite';
    return isWhole ? branch : `(${branch} ${order('t')} LIMIT ${length})`;
  });
  const list = `SELECT x.id, x.updated_at, row_number() OVER (${order('x')}) AS nth FROM (
      ${branches.join(' UNION ALL ')} ORDER BY updated_at DESC, id DESC LIMIT ${length}) x ${order('x')}`;
  const holds = holdsSql(db.dialect, search, tier, 'l.id', bindTo(parameters));
  const page = `SELECT a.id, a.nth, a.is_hit FROM (SELECT l.id, l.updated_at, l.nth, ${holds} AS is_hit FROM (${list}) l) a
    WHERE a.is_hit OR a.nth = ${length} ${order('a')} LIMIT ${input.limit + 1}`;
  const text = `SELECT ${listedSql(db.dialect)}, ${hit} AS title_hit, p.is_hit, p.nth FROM (${page}) p CROSS JOIN tickets t
    WHERE t.id = p.id ${order('t')}`;
  const met = await db.all<Met>(adHoc(text), parameters.values);
  const found = met.filter(({ is_hit }) => Boolean(is_hit));
  const last = met.at(-1);
  const isOver = last === undefined || found.length > input.limit || Number(last.nth) < length;
  return { found, end: isOver ? null : placeOf(last) };
}

/** What a cursor holds of a row. */
export const placeOf = ({ title_hit, updated_at, id }: Found): readonly [number, string | number, string] => [
  title_hit,
  sortColumns.updatedAt.encode(updated_at),
  id,
];

/**
 * All that the rows must be inside of what the actor may see, but for the words and the page. On a walk its ranges say the status, of
 * the input before that of the words.
 */
function wanted({ db: { dialect }, actor, input, query }: Asked, parameters: Parameters, isWalk: boolean): string[] {
  const isSaid = ({ name }: Qualifier) => isWalk && !input.status && name === 'status';
  const qualifiers = query.qualifiers.filter((qualifier) => !isSaid(qualifier));
  return [
    ...filterSql(input, dialect, parameters),
    ...narrowingSql(qualifiers, { actor, dialect, parameters }),
    ...(input.status && !isWalk ? [dialect.anyOf('t.status', parameters.bind(input.status))] : []),
  ];
}

const insideOf =
  ({ db: { dialect }, actor, scope }: Asked, parameters: Parameters) =>
  (projectId: string | null, column?: string): string =>
    scopeSql(scopeIn(scope, projectId), actor, dialect, parameters, column);

const rangesIn = ({ db, input, query, search, scope }: Asked, parameters: Parameters): readonly Range[] => {
  const statuses = input.status ?? statusesOf(query.qualifiers);
  const list = { statuses, projects: search.projectIds, isOfReporter: scope.staffOf.length === 0 };
  return rangesOf(list, db.dialect, parameters);
};

const begins = ({ after }: Asked, hit: number, parameters: Parameters): string[] =>
  after && Number(after[0]) === hit ? [`(t.updated_at, t.id) < (${placeAfter(after, parameters)})`] : [];

const placeAfter = ([, updated = '', id = '']: After, parameters: Parameters): string =>
  [sortColumns.updatedAt.bind(updated), id].map((value) => parameters.bind(value)).join(', ');

const bindTo = (parameters: Parameters): Bind => parameters.bind.bind(parameters);

import type { Dialect } from './dialect.js';
import { spelledTerm, toMatch, toVectorQuery, type Term } from './searchIndex.js';
import { projectWord } from './searchText.js';
import { statement, type RunStatement, type Value } from './statement.js';

/** Of the tickets that hold all terms: all, those that hold all of them in the title, or the others. */
export type Tier = 'any' | 'title' | 'rest';

export interface Search {
  readonly terms: readonly Term[];
  readonly projectIds: readonly string[];
}

/** A relation that has the ticket as `t`, and conditions on it. */
export interface SearchSql {
  readonly from: string;
  readonly where: readonly string[];
}
export type Bind = (value: Value) => string;

/** So many are looked up and sorted in less time than it takes to come across them in the order of a list. */
const FEW = 1_000;

const inColumns = (terms: readonly Term[], tier: Tier): string => {
  const held = toMatch(terms, tier === 'title' ? 'title' : 'title body');
  return tier === 'rest' ? `(${held}) NOT (${toMatch(terms, 'title')})` : held;
};

const asked = {
  postgres: ({ terms }: Search, part: 'any' | 'title') => toVectorQuery(terms, part),
  sqlite: ({ terms, projectIds }: Search, tier: Tier) =>
    `project : (${projectIds.map((id) => projectWord(id)).join(' OR ')}) AND (${inColumns(terms, tier)})`,
};

const countSome = {
  postgres: statement(
    'search.some',
    `SELECT count(*) AS n FROM (SELECT 1 FROM ticket_search
       WHERE project_id = ANY($2::text[]) AND tsv @@ $1::tsquery LIMIT ${FEW + 1}) x`,
  ),
  sqlite: statement(
    'search.some',
    `SELECT count(*) AS n FROM (SELECT 1 FROM ticket_search_fts WHERE ticket_search_fts MATCH $1 LIMIT $2) x`,
  ),
};

/** PostgreSQL collects all places of a word before it gives the first, but knows how many of the common ones there are without looking. */
const guessSome = statement(
  'search.guess',
  `EXPLAIN (FORMAT JSON) SELECT 1 FROM ticket_search WHERE project_id = ANY($2::text[]) AND tsv @@ $1::tsquery`,
);
/** Of each word that is not among the common ones it is guessed that one ticket in a thousand holds it. */
const SURELY_MANY = 1.5 * FEW;

interface Guess {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: { readonly 'Plan Rows': number } }];
}

/** How many hold the terms, as PostgreSQL guesses it: well for a word, and too few for a phrase. */
async function guess(all: RunStatement, search: Search, part: 'any' | 'title'): Promise<number> {
  const [row] = await all<Guess>(guessSome, [asked.postgres(search, part), search.projectIds]);
  return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}

/** More take longer to look up than a walk through all that else is asked for. */
const TOO_MANY = 20_000;

/**
 * A page of so many is met in a list sooner than PostgreSQL could plan to look for it, also among a million, or than SQLite could collect
 * them all: 1.2 ms take both when 3,200 of 100,000 hold a word.
 */
const MANY = 5_000;

/** How many tickets hold the terms: where `many` do PostgreSQL knows without counting. */
export type Commonness = 'few' | 'some' | 'many';

export async function commonness(all: RunStatement, { name }: Dialect, search: Search): Promise<Commonness> {
  const guessed = name === 'postgres' ? await guess(all, search, 'any') : 0;
  if (guessed > SURELY_MANY) return guessed > MANY ? 'many' : 'some';
  const counted = await count(all, name, search, { part: 'any', most: MANY });
  if (counted <= FEW) return 'few';
  return counted > MANY ? 'many' : 'some';
}

/** Up to one more than `most`; on PostgreSQL, which plans for the number that it is told, than {@link FEW}. */
async function count(
  all: RunStatement,
  name: Dialect['name'],
  search: Search,
  { part, most }: { readonly part: 'any' | 'title'; readonly most: number },
): Promise<number> {
  const values = [asked[name](search, part), name === 'postgres' ? search.projectIds : most + 1];
  const [row] = await all<{ n: number | string }>(countSome[name], values);
  return Number(row?.n ?? 0);
}

/** Whether few tickets hold the terms: then {@link hitsSql} is the faster way to them, else {@link walkSql} and {@link holdsSql} are. */
export async function areFew(
  all: RunStatement,
  { name }: Dialect,
  search: Search,
  part: 'any' | 'title' = 'any',
): Promise<boolean> {
  const guessed = name === 'postgres' ? await guess(all, search, part) : 0;
  return guessed <= SURELY_MANY && (await count(all, name, search, { part, most: FEW })) <= FEW;
}

/** Whether terms that were hardly met on a walk are to be looked up: they may be rare, or only where it is looked for them. */
export const areFewEnough = async (
  all: RunStatement,
  dialect: Dialect,
  search: Search,
  part: 'any' | 'title',
): Promise<boolean> =>
  dialect.name === 'postgres' ? (await guess(all, search, part)) <= TOO_MANY : areFew(all, dialect, search, part);

/**
 * First the hits, then their tickets: `h.title_hit` is 1 for those of the tier `title`.
 * @param among ids of tickets, as a relation with the column `ticket_id`: no others are looked at
 */
export function hitsSql({ name }: Dialect, search: Search, tier: Tier, bind: Bind, among?: string): SearchSql {
  const part = tier === 'title' ? 'title' : 'any';
  const [found, inTitle] = [bind(asked[name](search, part)), bind(asked[name](search, 'title'))];
  const isRest = tier === 'rest';
  const hits = {
    // OFFSET: or it could still choose to walk.
    postgres: () => `SELECT s.ticket_id, CASE WHEN s.tsv @@ ${inTitle}::tsquery THEN 1 ELSE 0 END AS title_hit
      FROM ticket_search s ${among === undefined ? '' : `JOIN (${among}) c ON c.ticket_id = s.ticket_id`}
      WHERE s.project_id = ANY(${bind(search.projectIds)}::text[]) AND s.tsv @@ ${found}::tsquery
      ${isRest ? `AND NOT s.tsv @@ ${inTitle}::tsquery` : ''} OFFSET 0`,
    // A plus sign: or it could begin with all hits.
    sqlite: () =>
      `SELECT s.ticket_id, CASE WHEN s.doc IN (${docs(inTitle)}) THEN 1 ELSE 0 END AS title_hit FROM ${
        among === undefined
          ? `ticket_search_fts f JOIN ticket_search s ON s.doc = f.rowid WHERE f.ticket_search_fts MATCH ${found}`
          : `(${among}) c CROSS JOIN ticket_search s ON s.ticket_id = c.ticket_id WHERE +s.doc IN (${docs(found)})`
      } ${isRest ? `AND s.doc NOT IN (${docs(inTitle)})` : ''}`,
  };
  // CROSS: SQLite, which does not know how many they are, keeps to this order.
  return { from: `(${hits[name]()}) h CROSS JOIN tickets t`, where: ['t.id = h.ticket_id'] };
}

/** On PostgreSQL: the tickets in the order of a list, each asked whether it is a hit, unless the database sees a better way: it knows how common words are. */
export const walkSql = (search: Search, tier: Tier, bind: Bind): SearchSql => ({
  from: 'tickets t JOIN ticket_search h ON h.ticket_id = t.id AND h.project_id = t.project_id',
  where: [vectorHolds(search, tier, bind)],
});

const vectorHolds = (search: Search, tier: Tier, bind: Bind): string => {
  const holds = (part: 'any' | 'title') => `h.tsv @@ ${bind(asked.postgres(search, part))}::tsquery`;
  return tier === 'rest' ? `${holds('any')} AND NOT ${holds('title')}` : holds(tier);
};

/** The condition that the ticket named by `column` is a hit, asked of it alone and whatever the database thinks of it. */
export function holdsSql({ name }: Dialect, search: Search, tier: Tier, column: string, bind: Bind): string {
  if (name === 'postgres')
    return `(SELECT ${vectorHolds(search, tier, bind)} FROM ticket_search h WHERE h.ticket_id = ${column})`;
  // Words of many projects would take longer to leave out than those of all take to find; whose ticket it is, is known already.
  const found = search.projectIds.length === 1 ? asked.sqlite(search, tier) : inColumns(search.terms, tier);
  return `(SELECT s.doc FROM ticket_search s WHERE s.ticket_id = ${column}) IN (${docs(bind(found))})`;
}

/**
 * The same on SQLite, of words that many tickets hold: each is asked by its own words, and the hits are not collected. Without words, which a
 * version that did not write them leaves behind, by the index.
 */
export function spelledSql(search: Search, column: string, bind: Bind): string {
  const held = search.terms.map((term) => `instr(s.words, ${bind(spelledTerm(term))}) > 0`);
  const found = bind(inColumns(search.terms, 'any'));
  return `(SELECT coalesce(${held.join(' AND ')}, s.doc IN (${docs(found)})) FROM ticket_search s WHERE s.ticket_id = ${column})`;
}

const docs = (query: string): string => `SELECT rowid FROM ticket_search_fts WHERE ticket_search_fts MATCH ${query}`;

import type { Dialect } from './dialect.js';
import { inBatches, statementsByCount, tuple } from './rowStatements.js';
import { projectWord, searchLine, searchVector, searchWords } from './searchText.js';
import { json, statement, type Statements, type Value } from './statement.js';

interface Searched {
  readonly id: string;
  readonly projectId: string;
  readonly title: string;
  readonly description: string;
}

const rowsOf = (rows: readonly (readonly string[])[]): string => rows.map(tuple).join(', ');

const putVectors = statementsByCount(
  'search.put',
  3,
  (rows) => `INSERT INTO ticket_search (ticket_id, project_id, tsv)
   VALUES ${rows.map(([id, project, words]) => `(${id}, ${project}, ${words}::tsvector)`).join(', ')}
   ON CONFLICT (ticket_id) DO UPDATE SET project_id = excluded.project_id, tsv = excluded.tsv`,
);
const putDocuments = statementsByCount(
  'search.document',
  2,
  (rows) => `INSERT INTO ticket_search (ticket_id, project_id) VALUES ${rowsOf(rows)}
   ON CONFLICT (ticket_id) DO UPDATE SET project_id = excluded.project_id RETURNING ticket_id, doc`,
);
const dropWords = statement(
  'search.drop',
  'DELETE FROM ticket_search_fts WHERE rowid IN (SELECT value FROM json_each($1))',
);
const putWords = statementsByCount(
  'search.words',
  4,
  (rows) => `INSERT INTO ticket_search_fts (rowid, project, title, body) VALUES ${rowsOf(rows)}`,
);

/** Makes the tickets, each once, findable by title and description, in the same transaction that writes them. */
export async function indexTickets(unit: Statements, dialect: Dialect, tickets: readonly Searched[]): Promise<void> {
  for (const batch of inBatches(tickets)) {
    if (dialect.name === 'sqlite') await putInto(unit, batch);
    else unit.send(putVectors(batch.length), batch.flatMap(vectorRow));
  }
}

const vectorRow = ({ id, projectId, title, description }: Searched) => [
  id,
  projectId,
  searchVector(title, description),
];

async function putInto({ all, send }: Statements, tickets: readonly Searched[]): Promise<void> {
  const ids = tickets.flatMap(({ id, projectId }) => [id, projectId]);
  const rows = await all<{ ticket_id: string; doc: number }>(putDocuments(tickets.length), ids);
  const docOf = new Map(rows.map(({ ticket_id, doc }) => [ticket_id, doc]));
  send(dropWords, [json([...docOf.values()])]);
  const words = tickets.flatMap(({ id, projectId, title, description }) => [
    docOf.get(id) ?? 0,
    projectWord(projectId),
    searchLine(title),
    searchLine(description),
  ]);
  send(putWords(tickets.length), words);
}

/** Words that must follow each other; `prefix`: the last one may go on. */
export interface Term {
  readonly words: readonly string[];
  readonly prefix: boolean;
}

const PIECES = /"([^"]*)"(\*?)|(\S+)/gu;

/** `word`, `"a phrase"`, `prefix*`; all of them must be found. What holds no letter or digit is passed over. */
export function parseSearch(text: string): Term[] {
  const terms: Term[] = [];
  for (const [, phrase, starred, bare] of text.matchAll(PIECES)) {
    const source = phrase ?? bare ?? '';
    const words = searchWords(source);
    if (words.length > 0) terms.push({ words, prefix: starred === '*' || (bare ?? '').endsWith('*') });
  }
  return terms;
}

export const toVectorQuery = (terms: readonly Term[], weight: '' | 'A'): string =>
  terms
    .map(({ words, prefix }) => {
      const flag = (last: boolean) => (prefix && last ? '*' : '') + weight;
      const marked = words.map((word, index) => {
        const flags = flag(index === words.length - 1);
        return `'${word}'${flags ? `:${flags}` : ''}`;
      });
      return `(${marked.join(' <-> ')})`;
    })
    .join(' & ');

export const toMatch = (terms: readonly Term[], columns: string): string =>
  terms.map(({ words, prefix }) => `{${columns}} : "${words.join(' ')}"${prefix ? ' *' : ''}`).join(' AND ');

export interface SearchSql {
  /** A relation `h (ticket_id, title_hit)`. */
  readonly from: string;
  readonly values: readonly Value[];
}

/** The tickets of these projects that hold all terms; parameters are numbered from `first` on. */
export function searchSql(
  dialect: Dialect,
  terms: readonly Term[],
  projectIds: readonly string[],
  first: number,
): SearchSql {
  if (dialect.name === 'postgres')
    return {
      from: `(SELECT ticket_id, CASE WHEN tsv @@ $${first + 1}::tsquery THEN 1 ELSE 0 END AS title_hit FROM ticket_search
        WHERE project_id = ANY($${first + 2}::text[]) AND tsv @@ $${first}::tsquery) h`,
      values: [toVectorQuery(terms, ''), toVectorQuery(terms, 'A'), projectIds],
    };
  const scope = `project : (${projectIds.map((id) => projectWord(id)).join(' OR ')})`;
  return {
    from: `(SELECT s.ticket_id, CASE WHEN s.doc IN (SELECT rowid FROM ticket_search_fts WHERE ticket_search_fts MATCH $${first + 1})
        THEN 1 ELSE 0 END AS title_hit FROM ticket_search_fts f JOIN ticket_search s ON s.doc = f.rowid
        WHERE f.ticket_search_fts MATCH $${first}) h`,
    values: [`${scope} AND ${toMatch(terms, 'title body')}`, `${scope} AND ${toMatch(terms, 'title')}`],
  };
}

import type { Dialect } from './dialect.js';
import { inBatches, insertsByCount, statementsByCount, tuple } from './rowStatements.js';
import { projectWord, searchLine, searchVector, searchWords, spelledWords, titleWord } from './searchText.js';
import { statement, type Statements } from './statement.js';

interface Searched {
  readonly id: string;
  readonly projectId: string;
  readonly title: string;
  readonly description: string;
}

/** What writes so many rows of the index; new ones, or in the place of those that are there. */
const puts = (name: string, columns: readonly string[], types: readonly string[] = []) => {
  const changes = columns.slice(1).map((column) => `${column} = excluded.${column}`);
  const put = statementsByCount(
    `${name}.put`,
    columns.length,
    (rows) => `INSERT INTO ticket_search (${columns.join(', ')})
     VALUES ${rows.map((row) => tuple(row.map((value, nth) => value + (types[nth] ?? '')))).join(', ')}
     ON CONFLICT (ticket_id) DO UPDATE SET ${changes.join(', ')}`,
  );
  return { put, add: insertsByCount(`${name}.add`, 'ticket_search', columns) };
};
const vectors = puts('search', ['ticket_id', 'project_id', 'tsv'], ['', '', '::tsvector']);
const documents = puts('search.documents', ['ticket_id', 'project_id', 'words']);
const dropWords = statement(
  'search.drop',
  'DELETE FROM ticket_search_fts WHERE rowid IN (SELECT s.doc FROM json_each($1) JOIN ticket_search s ON s.ticket_id = value)',
);
// SQLite looks up each of them by its ticket, and does not wait to be told their numbers.
const addWords = statementsByCount(
  'search.words',
  4,
  (rows) => `INSERT INTO ticket_search_fts (rowid, project, title, body)
   SELECT s.doc, v.column2, v.column3, v.column4
   FROM (VALUES ${rows.map(tuple).join(', ')}) v CROSS JOIN ticket_search s ON s.ticket_id = v.column1`,
);

/** Makes the tickets, each once, findable by title and description, in the same transaction that writes them; `areNew`: none of them was before. */
export function indexTickets(
  { send }: Pick<Statements, 'send'>,
  { name }: Dialect,
  tickets: readonly Searched[],
  { areNew = false }: { readonly areNew?: boolean } = {},
): void {
  const way = areNew ? 'add' : 'put';
  for (const batch of inBatches(tickets)) {
    const { length: count } = batch;
    if (name === 'postgres') {
      send(vectors[way](count), batch.flatMap(vectorRow));
      continue;
    }
    const lines = batch.map(linesOf);
    const spelled = lines.flatMap(({ id, projectId, title, body }) => [id, projectId, spelledWords(title, body)]);
    send(documents[way](count), spelled);
    if (!areNew) send(dropWords, [batch.map(({ id }) => id)]);
    const words = lines.flatMap(({ id, projectId, title, body }) => [id, projectWord(projectId), title, body]);
    send(addWords(count), words);
  }
}

const vectorRow = ({ id, projectId, title, description }: Searched) => [
  id,
  projectId,
  searchVector(title, description),
];
const linesOf = ({ id, projectId, title, description }: Searched) => ({
  id,
  projectId,
  title: searchLine(title),
  body: searchLine(description),
});

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

export const toVectorQuery = (terms: readonly Term[], part: 'any' | 'title' = 'any'): string =>
  terms
    .map(({ words, prefix }) => {
      const named = words.map((word) => `'${part === 'title' ? titleWord(word) : word}'`);
      return `(${named.join(' <-> ')}${prefix ? ':*' : ''})`;
    })
    .join(' & ');

export const toMatch = (terms: readonly Term[], columns: string): string =>
  terms.map(({ words, prefix }) => `{${columns}} : "${words.join(' ')}"${prefix ? ' *' : ''}`).join(' AND ');

/** What stands in a ticket's {@link spelledWords} when it holds the term. */
export const spelledTerm = ({ words, prefix }: Term): string => ` ${words.join(' ')}${prefix ? '' : ' '}`;

import type { Dialect } from './dialect.js';
import { projectWord, searchLine, searchVector, searchWords } from './searchText.js';
import { statement, type Statements, type Value } from './statement.js';

interface Searched {
  readonly id: string;
  readonly projectId: string;
  readonly title: string;
  readonly description: string;
}

const putVector = statement(
  'search.put',
  `INSERT INTO ticket_search (ticket_id, project_id, tsv) VALUES ($1, $2, $3::tsvector)
   ON CONFLICT (ticket_id) DO UPDATE SET project_id = excluded.project_id, tsv = excluded.tsv`,
);
const putDocument = statement(
  'search.document',
  `INSERT INTO ticket_search (ticket_id, project_id) VALUES ($1, $2)
   ON CONFLICT (ticket_id) DO UPDATE SET project_id = excluded.project_id RETURNING doc`,
);
const dropWords = statement('search.drop', 'DELETE FROM ticket_search_fts WHERE rowid = $1');
const putWords = statement(
  'search.words',
  'INSERT INTO ticket_search_fts (rowid, project, title, body) VALUES ($1, $2, $3, $4)',
);

/** Makes the ticket findable by its title and description, in the same transaction that writes them. */
export async function indexTicket({ all, send }: Statements, dialect: Dialect, ticket: Searched): Promise<void> {
  const { id, projectId, title, description } = ticket;
  if (dialect.name === 'postgres') {
    send(putVector, [id, projectId, searchVector(title, description)]);
    return;
  }
  const [row] = await all<{ doc: number }>(putDocument, [id, projectId]);
  const doc = row?.doc ?? 0;
  send(dropWords, [doc]);
  send(putWords, [doc, projectWord(projectId), searchLine(title), searchLine(description)]);
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

import { projectWord, searchLine, spelledWords } from '../db/searchText.js';
import { adHoc } from '../db/statement.js';
import type { Check, Place, Tell, Walk } from './check.js';

/** Each kind of text that SQLite's index knows, with the columns that it has words in, in their order. */
const nouns = {
  ticket: {
    texts:
      'SELECT s.doc, t.id, s.project_id AS place, t.title, t.description AS body, s.words AS spelled FROM ticket_search s JOIN tickets t ON t.id = s.ticket_id',
    columns: { project: 'place', title: 'title', body: 'body' },
  },
  comment: {
    texts: 'SELECT s.doc, t.id, t.content AS body FROM comment_search s JOIN comments t ON t.id = s.comment_id',
    columns: { body: 'body' },
  },
  message: {
    texts: 'SELECT s.doc, t.id, t.content AS body FROM message_search s JOIN messages t ON t.id = s.message_id',
    columns: { body: 'body' },
  },
} as const;
type Noun = keyof typeof nouns;

const PAGE = 500;
const nameOf = (noun: Noun): string => `search.words-of-${noun}s`;

const docsOf = (noun: Noun): Check => ({
  name: `search.documents-of-${noun}s`,
  says: `of each ${noun}, and nothing else, the search index has words`,
  advice: 'Make the index anew: baton db optimize --search.',
});

/** What SQLite's index holds: it keeps no texts, so its words are sorted by text once, in a table that ends with the connection's work. */
export const sqliteWords: Walk = {
  checks: (['ticket', 'comment', 'message'] as const).map(docsOf),
  async walk(place, tell) {
    if (place.dialect.name !== 'sqlite') return;
    for (const noun of ['ticket', 'comment', 'message'] as const) {
      await documents(place, noun, tell);
      await words(place, noun, tell);
    }
  },
};

async function documents({ all }: Place, noun: Noun, tell: Tell): Promise<void> {
  const sql = `SELECT s.${noun}_id AS what FROM ${noun}_search s LEFT JOIN ${noun}_search_fts_docsize d ON d.id = s.doc
      WHERE d.id IS NULL UNION ALL SELECT 'document ' || d.id FROM ${noun}_search_fts_docsize d
      LEFT JOIN ${noun}_search s ON s.doc = d.id WHERE s.doc IS NULL`;
  for (const { what } of await all<{ what: string }>(adHoc(`${sql} LIMIT 1000`), [])) tell(docsOf(noun).name, what);
}

async function words({ all }: Place, noun: Noun, tell: Tell): Promise<void> {
  const run = (sql: string) => all(adHoc(sql), []);
  const [mode] = await all<{ query_only: number }>(adHoc('PRAGMA query_only'), []);
  await run('PRAGMA query_only = OFF');
  try {
    await run(`CREATE VIRTUAL TABLE temp.checked_words USING fts5vocab('main', '${noun}_search_fts', 'instance')`);
    await run(
      'CREATE TABLE temp.checked_lines AS SELECT doc, col, term FROM temp.checked_words ORDER BY doc, col, offset',
    );
    await run('CREATE INDEX temp.checked_docs ON checked_lines (doc)');
    await compare({ all }, noun, tell);
  } finally {
    await run('DROP TABLE IF EXISTS temp.checked_lines');
    await run('DROP TABLE IF EXISTS temp.checked_words');
    if (mode?.query_only) await run('PRAGMA query_only = ON');
  }
}

interface Text {
  readonly doc: number;
  readonly id: string;
  readonly place?: string;
  readonly title?: string;
  readonly body: string;
  /** Of a ticket. */
  readonly spelled?: string | null;
}

async function compare({ all }: Pick<Place, 'all'>, noun: Noun, tell: Tell): Promise<void> {
  const { texts, columns } = nouns[noun];
  for (let last = 0; ;) {
    const page = await all<Text>(adHoc(`${texts} WHERE s.doc > $1 ORDER BY s.doc LIMIT ${PAGE}`), [last]);
    const end = page.at(-1)?.doc;
    if (end === undefined) return;
    const sql = 'SELECT doc, col, term FROM temp.checked_lines WHERE doc > $1 AND doc <= $2 ORDER BY rowid';
    const held = new Map<string, string[]>();
    for (const { doc, col, term } of await all<{ doc: number; col: string; term: string }>(adHoc(sql), [last, end])) {
      const of = held.get(`${doc} ${col}`) ?? [];
      held.set(`${doc} ${col}`, of);
      of.push(term);
    }
    for (const text of page) {
      const { title = '', body, spelled } = text;
      if (noun === 'ticket' && spelled !== spelledWords(searchLine(title), searchLine(body)))
        tell(nameOf(noun), `${text.id}: other words are spelled out than those of the ${noun}`);
      for (const [column, field] of Object.entries(columns)) {
        const value = text[field] ?? '';
        const wanted = field === 'place' ? projectWord(value) : searchLine(value);
        if ((held.get(`${text.doc} ${column}`) ?? []).join(' ') !== wanted) {
          tell(nameOf(noun), `${text.id}: the search index holds other words than the ${noun}`);
          break;
        }
      }
    }
    last = end;
  }
}

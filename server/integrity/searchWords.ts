import { searchVector } from '../db/searchText.js';
import { adHoc } from '../db/statement.js';
import type { Check, Place, Tell, Walk } from './check.js';
import { pagesOf } from './pages.js';

interface Searched {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}
interface WordChecks {
  readonly checks: readonly Check[];
  /** Tells of those of a page whose words in PostgreSQL's index are not theirs. */
  compare(place: Place, page: readonly Searched[], tell: Tell): Promise<void>;
}

function wordsOf(noun: 'ticket' | 'comment' | 'message'): WordChecks {
  const name = `search.words-of-${noun}s`;
  return {
    checks: [
      {
        name,
        says: `the search index holds the words of each ${noun}, and no others`,
        advice: 'Make the index anew: baton db optimize --search.',
      },
    ],
    async compare({ all, dialect }, page, tell) {
      if (dialect.name !== 'postgres') return;
      const sql = `SELECT e.id FROM ${noun}_search s JOIN unnest($1::text[], $2::text[]) AS e (id, vector)
        ON e.id = s.${noun}_id WHERE s.tsv <> e.vector::tsvector`;
      const values = [page.map(({ id }) => id), page.map(({ title, text }) => searchVector(title, text))];
      for (const { id } of await all<{ id: string }>(adHoc(sql), values))
        tell(name, `${id}: the search index holds other words than the ${noun}`);
    },
  };
}

export const ticketWords = wordsOf('ticket');
export const commentWords = wordsOf('comment');
const messageWords = wordsOf('message');

const PAGE = 500;

export const messageWalk: Walk = {
  checks: messageWords.checks,
  async walk(place, tell) {
    if (place.dialect.name !== 'postgres') return;
    type Row = { id: string; content: string; deleted_at: unknown };
    for await (const page of pagesOf(place.all, 'messages', PAGE)) {
      const there = (page as Row[]).filter((row) => row.deleted_at === null);
      const words = there.map(({ id, content }) => ({ id, title: '', text: content }));
      await messageWords.compare(place, words, tell);
    }
  },
};

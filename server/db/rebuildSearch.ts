import { adHoc, type RunStatement, type Statements } from './statement.js';
import type { Dialect } from './dialect.js';
import { indexTickets } from './searchIndex.js';
import { commentIndex, messageIndex, type TextIndex } from './textIndex.js';

const PAGE = 500;

interface Text {
  readonly id: string;
  readonly place: string;
  readonly text: string;
}

/** Texts that have an index of their own, with the words of SQLite in a table beside it. */
const texts: readonly { readonly noun: string; readonly index: TextIndex; readonly sql: string }[] = [
  {
    noun: 'comment',
    index: commentIndex,
    sql: `SELECT c.id, t.project_id AS place, c.content AS text FROM comments c JOIN tickets t ON t.id = c.ticket_id
      WHERE c.deleted_at IS NULL AND c.id > $1 ORDER BY c.id LIMIT ${PAGE}`,
  },
  {
    noun: 'message',
    index: messageIndex,
    sql: `SELECT m.id, coalesce(c.project_id, c.id) AS place, m.content AS text FROM messages m
      JOIN conversations c ON c.id = m.conversation_id WHERE m.deleted_at IS NULL AND m.id > $1 ORDER BY m.id LIMIT ${PAGE}`,
  },
];
const tickets = `SELECT id, project_id, title, description FROM tickets WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;

/**
 * Makes everything findable by its words anew, from the texts that are there. In a transaction of the caller's: nobody finds less meanwhile.
 * @param all statements run one after the other, in the order of the calls
 */
export async function rebuildSearch(
  all: RunStatement,
  dialect: Dialect,
  progress: (rows: number) => void = () => undefined,
): Promise<void> {
  for (const noun of ['ticket', 'comment', 'message']) await empty(all, dialect, noun);
  await eachPage<{ id: string; project_id: string; title: string; description: string }>(all, tickets, async (page) => {
    const rows = page.map(({ project_id: projectId, ...row }) => ({ ...row, projectId }));
    await sent(all, (unit) => indexTickets(unit, dialect, rows));
    progress(page.length);
  });
  for (const { index, sql } of texts)
    await eachPage<Text>(all, sql, async (page) => {
      await sent(all, (unit) => {
        for (const { id, place: placeId, text } of page) index.put(unit, dialect, { id, placeId, text });
      });
      progress(page.length);
    });
}

async function empty(all: RunStatement, { name }: Dialect, noun: string): Promise<void> {
  const words = `INSERT INTO ${noun}_search_fts (${noun}_search_fts) VALUES ('delete-all')`;
  if (name === 'sqlite') await all(adHoc(words), []);
  await all(adHoc(`DELETE FROM ${noun}_search`), []);
}

async function eachPage<Row extends { readonly id: string }>(
  all: RunStatement,
  sql: string,
  work: (page: readonly Row[]) => Promise<void>,
): Promise<void> {
  for (let last = ''; ;) {
    const page: Row[] = await all<Row>(adHoc(sql), [last]);
    if (page.length > 0) await work(page);
    const end = page.at(-1);
    if (!end || page.length < PAGE) return;
    last = end.id;
  }
}

/** Runs what is sent one after the other: a handle of SQLite would run it in any order. */
async function sent(all: RunStatement, work: (unit: Statements) => Promise<void> | void): Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn: RunStatement = (asked, values) => {
    const answer = last.then(() => all(asked, values));
    last = answer;
    return answer as Promise<never>;
  };
  await work({ all: inTurn, send: (asked, values) => void inTurn(asked, values).catch(() => undefined) });
  await last;
}

import type { Database } from '../db/database.js';
import { rebuildSearch } from '../db/rebuildSearch.js';
import { adHoc } from '../db/statement.js';
import { tablesOf } from './catalog.js';
import { sizesOf } from './statistics.js';

export interface OptimizeOptions {
  readonly db: Database;
  /** Also writes tables and indexes anew, which gives room back; others wait meanwhile. */
  readonly full: boolean;
  /** Also makes the search index anew. */
  readonly search: boolean;
  readonly progress: (done: number, of: number, what: string) => void;
}

/** Lets the database look over its tables and indexes. @returns its size before and after. */
export async function optimize({
  db,
  full,
  search,
  progress,
}: OptimizeOptions): Promise<{ before: number; after: number }> {
  const { bytes: before } = await sizesOf(db, db.all);
  if (search) {
    progress(0, 1, 'search index');
    await db.sequelize.transaction((transaction) => rebuildSearch(db.on(transaction), db.dialect));
  }
  const steps = db.file === null ? await postgresSteps(db, full) : sqliteSteps(full);
  for (const [done, sql] of steps.entries()) {
    progress(done, steps.length, sql);
    await db.all(adHoc(sql), []);
  }
  progress(steps.length, steps.length, '');
  return { before, after: (await sizesOf(db, db.all)).bytes };
}

async function postgresSteps(db: Database, full: boolean): Promise<string[]> {
  const tables = [...(await tablesOf(db.all, db.dialect)).map(({ name }) => name), 'ticket_field_values'];
  const searched = ['ticket_search', 'comment_search', 'message_search'];
  return [...tables, ...searched].flatMap((table) => [
    `VACUUM (${full ? 'FULL, ' : ''}ANALYZE) ${table}`,
    ...(full ? [] : [`REINDEX TABLE CONCURRENTLY ${table}`]),
  ]);
}

const sqliteSteps = (full: boolean): string[] => [
  ...['ticket', 'comment', 'message'].map(
    (noun) => `INSERT INTO ${noun}_search_fts (${noun}_search_fts) VALUES ('optimize')`,
  ),
  'ANALYZE',
  'PRAGMA optimize',
  ...(full ? ['REINDEX', 'VACUUM'] : []),
  'PRAGMA wal_checkpoint(TRUNCATE)',
];

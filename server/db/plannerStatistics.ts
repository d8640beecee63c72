import type { Logger } from '../kernel/logger.js';
import { repeat } from '../kernel/repeat.js';
import type { Database } from './database.js';
import type { DialectName } from './dialect.js';
import { adHoc, statement, type Statement } from './statement.js';

const everyMs: Readonly<Record<DialectName, number>> = { sqlite: 60 * 60_000, postgres: 10_000 };

/**
 * Looks again at tables that were never looked at or have grown a lot, at some rows of each index.
 * @see https://www.sqlite.org/lang_analyze.html#periodically_run_pragma_optimize_
 */
const look = statement('statistics.look', 'PRAGMA optimize = 0x10002');
/** Handles read again what is known when tables come or go, and else never. */
const tell = [
  statement('statistics.tell', 'CREATE TABLE statistics_news (id INTEGER)'),
  statement('statistics.told', 'DROP TABLE statistics_news'),
];

/**
 * All columns of tables that have more than four times the pages which PostgreSQL takes them to have. It looks by itself, but once a minute at
 * best, and what it has planned until then it keeps: of a hundred thousand new tickets each would look for its conversation in all of them.
 */
const findGrown = statement(
  'statistics.grown',
  `SELECT format('%I.%I (%s)', n.nspname, c.relname, string_agg(format('%I', a.attname), ', ')) AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND n.nspname = current_schema()
      AND pg_relation_size(c.oid) / current_setting('block_size')::int > 4 * greatest(c.relpages, 4)
    GROUP BY n.nspname, c.relname`,
);
/** A tenth of the rows that PostgreSQL looks at by itself: what has grown grows on, and is looked at again. */
const lookBriefly = statement('statistics.briefly', 'SET LOCAL default_statistics_target = 10');

/**
 * Tells the database's planner what tables and indexes hold; without that it takes the wrong ways once there are many tickets. Where nothing
 * has changed much it does nothing.
 */
export const refreshStatistics = (db: Database): Promise<void> =>
  db.dialect.name === 'sqlite' ? inTransaction(db, [look, ...tell]) : lookAtGrown(db);

/** By the names of all columns: so PostgreSQL goes on to count what has changed, and looks thoroughly when its time has come. */
async function lookAtGrown(db: Database): Promise<void> {
  const grown = await db.all<{ columns: string }>(findGrown, []);
  for (const { columns } of grown) await inTransaction(db, [lookBriefly, adHoc(`ANALYZE ${columns}`)]);
}

async function inTransaction(db: Database, statements: readonly Statement[]): Promise<void> {
  const open = await db.begin({ alone: true });
  try {
    for (const each of statements) await open.all(each, []);
    await open.commit();
  } catch (error) {
    await open.rollback();
    throw error;
  }
}

/** As long as the returned function is not called. */
export function keepStatistics(db: Database, log: Logger): () => void {
  let isOver = false;
  const stop = repeat(everyMs[db.dialect.name], async () => {
    try {
      await refreshStatistics(db);
    } catch (error) {
      if (!isOver) log.warn({ error: String(error) }, 'the statistics of the database could not be refreshed');
    }
  });
  return () => {
    isOver = true;
    stop();
  };
}

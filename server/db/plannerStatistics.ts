import type { Logger } from '../kernel/logger.js';
import { repeat } from '../kernel/repeat.js';
import type { Database } from './database.js';
import { statement } from './statement.js';

const EVERY_MS = 60 * 60_000;

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
 * Tells SQLite's planner what its indexes lead to; without that it takes the wrong ones once there are many tickets. Where nothing has
 * changed much it does nothing. PostgreSQL sees to it by itself.
 */
export async function refreshStatistics(db: Database): Promise<void> {
  if (db.dialect.name !== 'sqlite') return;
  const open = await db.begin({ alone: true });
  try {
    for (const each of [look, ...tell]) await open.all(each, []);
    await open.commit();
  } catch (error) {
    await open.rollback();
    throw error;
  }
}

/** Now and every hour, until the returned function is called. */
export const keepStatistics = (db: Database, log: Logger): (() => void) =>
  repeat(EVERY_MS, async () => {
    try {
      await refreshStatistics(db);
    } catch (error) {
      log.warn(
        { error: String(error) },
        'the statistics of the database could not be refreshed; trying again in an hour',
      );
    }
  });

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Database } from '../db/database.js';
import { createLogger } from '../kernel/logger.js';

/** Works in an empty SQLite database of its own, which is removed again. */
export async function inScratchDatabase<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-restore-'));
  const url = `sqlite:${join(folder, 'tables.db')}`;
  const db = openDatabase({ url, poolSize: 1, ssl: false, prepared: true, log: createLogger('silent') });
  try {
    return await work(db);
  } finally {
    await db.close();
    await rm(folder, { recursive: true, force: true });
  }
}

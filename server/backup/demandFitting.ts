import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../db/database.js';
import { createMigrator, MigrationFailed } from '../db/migrator.js';
import { createLogger } from '../kernel/logger.js';
import { BadBackup } from './badBackup.js';
import { tablesOf } from './catalog.js';
import { demandAllTables, type Told } from './loader.js';

/**
 * Looks whether what is told of fits into the tables that its migrations make. They are made in a database of their own, which is removed
 * again: nobody loses what the target holds to a backup that then does not fit.
 * @throws BadBackup it does not.
 */
export async function demandFitting(told: readonly Told[], migrations: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-restore-'));
  const url = `sqlite:${join(folder, 'tables.db')}`;
  const db = openDatabase({ url, poolSize: 1, ssl: false, prepared: true, log: createLogger('silent') });
  try {
    await createMigrator(db).upOnly(migrations);
    demandAllTables(told, await tablesOf(db.all, db.dialect));
  } catch (error) {
    if (error instanceof MigrationFailed) throw new BadBackup(`its migrations cannot have run: ${error.message}`);
    throw error;
  } finally {
    await db.close();
    await rm(folder, { recursive: true, force: true });
  }
}

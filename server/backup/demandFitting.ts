import { createMigrator, MigrationFailed } from '../db/migrator.js';
import { BadBackup } from './badBackup.js';
import { tablesOf } from './catalog.js';
import { demandAllTables, type Told } from './loader.js';
import { inScratchDatabase } from './scratchDatabase.js';

/**
 * Looks whether what is told of fits into the tables that its migrations make. They are made in a database of their own: nobody loses what the
 * target holds to a backup that then does not fit.
 * @throws BadBackup it does not.
 */
export const demandFitting = (told: readonly Told[], migrations: readonly string[]): Promise<void> =>
  inScratchDatabase(async (db) => {
    try {
      await createMigrator(db).upOnly(migrations);
      demandAllTables(told, await tablesOf(db.all, db.dialect));
    } catch (error) {
      if (error instanceof MigrationFailed) throw new BadBackup(`its migrations cannot have run: ${error.message}`);
      throw error;
    }
  });

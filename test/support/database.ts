import { openDatabase, type Database } from '../../server/db/database.js';
import { createMigrator } from '../../server/db/migrator.js';
import { createLogger } from '../../server/kernel/logger.js';
import { aDatabase, type Dialect, type Template, type TestDatabase } from './services.js';

/** Opens a database as the program would, silent. Close it before the test file ends. */
export const openTestDatabase = (url: string, poolSize = 4): Database =>
  openDatabase({ url, poolSize, ssl: false, prepared: true, log: createLogger('silent') });

/** Applies every migration to an empty database. */
export async function migrate(url: string): Promise<void> {
  const database = openTestDatabase(url);
  await createMigrator(database).up();
  await database.close();
}

const migrated: Template = { name: 'migrated', prepare: migrate };

/** A database with every migration applied and no rows but the installation's; a copy, so it costs next to nothing. */
export const aMigratedDatabase = (dialect: Dialect): Promise<TestDatabase> => aDatabase(dialect, migrated);

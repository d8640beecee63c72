import { createMigrator } from '../../server/db/migrator.js';
import { openTestDatabase } from './openTestDatabase.js';
import { aDatabase, type Dialect, type Template, type TestDatabase } from './services.js';

export { openTestDatabase };

/** Applies every migration to an empty database. */
export async function migrate(url: string): Promise<void> {
  const database = openTestDatabase(url);
  await createMigrator(database).up();
  await database.close();
}

const migrated: Template = { name: 'migrated', prepare: migrate };

/** A database with every migration applied and no rows but the installation's; a copy, so it costs next to nothing. */
export const aMigratedDatabase = (dialect: Dialect): Promise<TestDatabase> => aDatabase(dialect, migrated);

import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { backup, type BackedUp } from '../../server/backup/backup.js';
import { restore, type Restored, type RestoreOptions } from '../../server/backup/restore.js';
import type { Database } from '../../server/db/database.js';
import { digestOf } from '../../server/db/digest.js';
import { createMigrator } from '../../server/db/migrator.js';
import { validate } from '../../server/integrity/validate.js';
import type { FileStore } from '../../server/storage/fileStore.js';
import { openFileStore } from '../../server/storage/openFileStore.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { aDatabase, type Dialect } from '../support/services.js';

export const aFolder = (): Promise<string> => mkdtemp(join(inject('runFolder'), 'backup-'));

export const aStore = async (): Promise<FileStore> => openFileStore({ folder: await aFolder() });

/** Where something can be restored: a database with nothing in it, and an empty storage. */
export interface Place {
  readonly db: Database;
  readonly store: FileStore;
}

/** @param bare also without tables */
export async function anEmptyPlace(dialect: Dialect, bare = false): Promise<Place> {
  const { url } = await (bare ? aDatabase(dialect) : aMigratedDatabase(dialect));
  return { db: openTestDatabase(url), store: await aStore() };
}

export async function aBackup({ db, store }: Place, more: { readonly file?: string } = {}): Promise<BackedUp> {
  const file = more.file ?? join(await aFolder(), 'backup.tar');
  return backup({ db, store, file, now: new Date() });
}

export const restoreInto = (
  { db, store }: Place,
  file: string,
  more: Partial<RestoreOptions> = {},
): Promise<Restored> => restore({ db, store, migrator: createMigrator(db), file, now: new Date(), ...more });

/** Digests of all tables but those that another history begins with. */
export async function factsOf({ sequelize }: Database): Promise<Record<string, unknown>> {
  const { installation: _, refresh_tokens: tokens, ...facts } = await digestOf(sequelize);
  return { ...facts, refresh_tokens: tokens?.rows };
}

/** Names of the checks that find something. */
export async function findingsIn({ db, store }: Place): Promise<string[]> {
  const { all, dialect, file } = db;
  const found = await validate({ all, dialect, file, store, now: new Date() });
  return found.map(({ name, examples }) => `${name}: ${examples.join('; ')}`);
}

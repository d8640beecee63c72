import type { Database } from '../db/database.js';
import type { Migrator } from '../db/migrator.js';
import { adHoc } from '../db/statement.js';
import { BadBackup } from './badBackup.js';
import { epochIn, namesIn } from './backup.js';
import { hasTables } from './catalog.js';
import { migrationsSource } from '../db/migrator.js';

/** What is there holds something, and nobody said that it may go. */
export class TargetNotEmpty extends Error {
  override readonly name = 'TargetNotEmpty';
}

export interface Target {
  readonly db: Database;
  readonly migrator: Migrator;
}
export interface TargetState {
  readonly hasTables: boolean;
  /** Nobody could sign in, and nothing was ever done. */
  readonly isEmpty: boolean;
  readonly executed: readonly string[];
  readonly unknown: readonly string[];
  /** Null: it was never set up. */
  readonly epoch: string | null;
}

/** Looks only. */
export async function lookAt({ db, migrator }: Target): Promise<TargetState> {
  if (!(await hasTables(db.all, db.dialect)))
    return { hasTables: false, isEmpty: true, executed: [], unknown: [], epoch: null };
  if ((await namesIn(db.all, db, migrationsSource.table)).length === 0)
    throw new TargetNotEmpty('the database holds tables of something else.');
  const { executed, unknown } = await migrator.status();
  const people = await db.all(adHoc('SELECT id FROM users LIMIT 1'), []);
  const projects = await db.all(adHoc('SELECT id FROM projects LIMIT 1'), []);
  const isEmpty = people.length === 0 && projects.length === 0;
  return { hasTables: true, isEmpty, executed, unknown, epoch: await epochIn(db.all) };
}

/** @throws BadBackup it comes from a newer version. */
export async function demandKnown(
  { migrator }: Pick<Target, 'migrator'>,
  migrations: readonly string[],
): Promise<void> {
  const { executed, pending } = await migrator.status();
  const known = new Set([...executed, ...pending]);
  const strange = migrations.filter((name) => !known.has(name));
  if (strange.length > 0)
    throw new BadBackup(`it needs a newer version of Baton, which knows the migration ${strange.at(-1)}`);
  if (migrations.length === 0) throw new BadBackup('no migration ever ran in it');
}

/** Makes the tables such as the rows were in. What the tables of another age held is gone by that; those of the same stay until all is loaded. */
export async function prepareTables(
  { migrator }: Target,
  state: TargetState,
  migrations: readonly string[],
): Promise<void> {
  const isSame =
    state.executed.length === migrations.length && state.executed.every((name) => migrations.includes(name));
  if (state.hasTables && isSame && state.unknown.length === 0) return;
  if (state.unknown.length > 0)
    throw new TargetNotEmpty(`the database was used by a newer version of Baton (${state.unknown.at(-1)}).`);
  if (state.hasTables) await migrator.down({ to: null });
  await migrator.upOnly(migrations);
}

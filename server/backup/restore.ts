import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { newId } from '../kernel/ids.js';
import { rebuildSearch } from '../db/rebuildSearch.js';
import { adHoc, type RunStatement } from '../db/statement.js';
import type { FileStore } from '../storage/fileStore.js';
import { linesOf, readArchive } from './archiveReader.js';
import { BadBackup } from './badBackup.js';
import { demandFitting } from './demandFitting.js';
import { rememberSeeders } from './seeders.js';
import { Loader } from './loader.js';
import { loading } from './loadTarget.js';
import { entryNames, type Manifest } from './manifest.js';
import { demandKnown, lookAt, prepareTables, TargetNotEmpty, type Target } from './target.js';
import { verifyArchive } from './verifyArchive.js';

export interface RestoreOptions extends Target {
  readonly file: string;
  /** Null: only the rows come back. */
  readonly store: FileStore | null;
  readonly now: Date;
  /** What the database holds may go. */
  readonly force?: boolean;
  /** People stay signed in who were when the backup was made, also those who have signed out since. */
  readonly keepSessions?: boolean;
  /** The database whose attachments the storage held is gone: the storage is to be this one's. */
  readonly adoptFiles?: boolean;
  /** Called once it is known to be a whole backup. */
  readonly verified?: () => Promise<unknown>;
  readonly progress?: (phase: 'verify' | 'load', done: number, of: number) => void;
}
export interface Restored {
  readonly createdAt: string;
  readonly source: Manifest['source'];
  readonly epoch: string;
  readonly rows: number;
  readonly files: number;
  /** Migrations that are newer than the backup, and ran after it. */
  readonly migrated: readonly string[];
  /** Whether files that no row tells of will be removed: not as long as the storage is another database's. */
  readonly ownsFiles: boolean;
}

/**
 * Puts back what a backup holds, from whichever database it was taken. All of it is read and verified before anything is touched. Rows come in
 * one transaction. The database gets a new epoch: clients that followed it, or its other future, are told to reload.
 * @throws BadBackup, TargetNotEmpty: nothing was touched
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { db, migrator, file, store, force = false, progress } = options;
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  const manifest = await verifyArchive(file, (bytes) => progress?.('verify', bytes, size));
  await options.verified?.();
  await demandKnown({ migrator }, manifest.migrations);
  await demandFitting(manifest.tables, manifest.migrations);
  const state = await lookAt(options);
  if (!state.isEmpty && !force) throw new TargetNotEmpty('the database is not empty.');
  await prepareTables(options, state, manifest.migrations);
  const isOfToday = (await migrator.status()).pending.length === 0;
  const epoch = newId();
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  await loading(db, rows, async (all) => {
    await loadArchive(options, all, manifest);
    await rememberSeeders(all, manifest.seeders);
    await beginAnew(all, epoch, options);
    if (isOfToday) await rebuildSearch(all, db.dialect);
  });
  const migrated = isOfToday ? [] : await migrator.up();
  if (!isOfToday) await db.sequelize.transaction((transaction) => rebuildSearch(db.on(transaction), db.dialect));
  return {
    createdAt: manifest.createdAt,
    source: manifest.source,
    epoch,
    rows,
    files: manifest.files?.count ?? 0,
    migrated,
    ownsFiles: store !== null && (await takeStorage(store, epoch, state.epoch, options.adoptFiles === true)),
  };
}

/** @throws BadBackup the file is not the one that was verified any more. */
async function loadArchive(
  { db, file, store, progress }: RestoreOptions,
  all: RunStatement,
  manifest: Manifest,
): Promise<void> {
  const loader = await Loader.begin(db, all, manifest.tables);
  const total = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const wanted = new Map(manifest.tables.flatMap(({ parts }) => parts.map((part) => [part.name, part.sha256])));
  let rows = 0;
  for await (const { name, content } of readArchive(file, () => undefined)) {
    const [, table] = entryNames.part.exec(name) ?? [];
    const [, id] = entryNames.file.exec(name) ?? [];
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (table !== undefined) {
      if (wanted.get(name) !== sha256) throw new BadBackup(`${name} has changed since it was verified`);
      const lines = await linesOf(content);
      await loader.insert(table, lines);
      progress?.('load', (rows += lines.length), total);
    }
    // Before the rows that tell of it are there for anybody.
    if (id !== undefined) await store?.put(id, Readable.from([content]), { size: content.length, sha256 });
  }
  for (const { name, rows: told } of manifest.tables)
    if ((loader.counts.get(name) ?? 0) !== told) throw new BadBackup(`${name} has changed since it was verified`);
}

/** Another epoch, and nobody signed in by what may have been revoked since. */
export async function beginAnew(
  all: RunStatement,
  epoch: string,
  { now, keepSessions = false }: { readonly now: Date; readonly keepSessions?: boolean },
): Promise<void> {
  await all(adHoc('UPDATE installation SET epoch = $1, updated_at = $2'), [epoch, now]);
  if (!keepSessions) await all(adHoc('UPDATE refresh_tokens SET revoked_at = $1 WHERE revoked_at IS NULL'), [now]);
}

/** @param before whose the storage may have been, besides nobody's */
async function takeStorage(store: FileStore, epoch: string, before: string | null, adopts: boolean): Promise<boolean> {
  const owner = await store.owner();
  if (owner !== null && owner !== before && !adopts) return false;
  await store.give(epoch);
  return true;
}

import { createHash, type Hash } from 'node:crypto';
import type { Database } from '../db/database.js';
import { seedersSource } from '../db/migrator.js';
import { rebuildSearch } from '../db/rebuildSearch.js';
import type { RunStatement } from '../db/statement.js';
import { canonicalJson } from '../kernel/canonicalJson.js';
import { newId } from '../kernel/ids.js';
import { atOneMoment, epochIn, namesIn, rowsIn } from './backup.js';
import { tablesOf, type Table } from './catalog.js';
import { Loader } from './loader.js';
import { loading, LoadFailed } from './loadTarget.js';
import { beginAnew } from './restore.js';
import { rememberSeeders } from './seeders.js';
import { isSameDatabase } from './sameDatabase.js';
import { readTable } from './tableRows.js';
import { demandKnown, lookAt, prepareTables, TargetNotEmpty, type Target } from './target.js';
import { migrationsSource } from '../db/migrator.js';

export interface CopyOptions {
  readonly from: Database;
  readonly to: Target;
  readonly now: Date;
  /** What the target holds may go. */
  readonly force?: boolean;
  /** The source is not used any more: sessions, the epoch that cursors are of, and the storage of attachments go along. */
  readonly move?: boolean;
  /** Called with the source as it was copied, once the copy is there. */
  readonly copied?: (source: RunStatement) => Promise<void>;
  readonly progress?: (done: number, of: number) => void;
}
export interface Copied {
  readonly rows: number;
  readonly epoch: string;
  /** Of each table: equal in both databases. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly digest: string }>>;
}

/**
 * Fills an empty database, of either kind, with what another holds at one moment, in one transaction. Reads back all of it before that
 * ends: it ends only when the digests of all tables are equal.
 * @throws TargetNotEmpty, also when it is the source itself, LoadFailed: the target is as it was
 */
export async function copyDatabase(options: CopyOptions): Promise<Copied> {
  const { from, to, now, force = false, move = false } = options;
  if (await isSameDatabase(from, to.db)) throw new TargetNotEmpty('that is the database that would be copied.');
  const migrations = await namesIn(from.all, from, migrationsSource.table);
  await demandKnown(to, migrations);
  const state = await lookAt(to);
  if (!state.isEmpty && !force) throw new TargetNotEmpty('the database is not empty.');
  await prepareTables(to, state, migrations);
  const search = (await to.migrator.status()).pending.length === 0;
  const copied = await atOneMoment(from, async (source) => {
    const total = await rowsIn(source, await tablesOf(source, from.dialect));
    const done = await loading(to.db, total, async (target) => {
      const epoch = move ? await epochIn(source) : newId();
      const tables = await pour(options, source, target);
      await rememberSeeders(target, await namesIn(source, from, seedersSource.table));
      if (!move) await beginAnew(target, epoch, { now, keepSessions: true });
      if (search) await rebuildSearch(target, to.db.dialect);
      const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
      return { rows, epoch, tables };
    });
    if (search) await options.copied?.(source);
    return done;
  });
  if (search) return copied;
  await to.migrator.up();
  await to.db.sequelize.transaction((transaction) => rebuildSearch(to.db.on(transaction), to.db.dialect));
  return copied;
}

async function pour({ from, to, progress }: CopyOptions, source: RunStatement, target: RunStatement) {
  const tables = await tablesOf(source, from.dialect);
  const loader = await Loader.begin(to.db, target, tables);
  const total = await rowsIn(source, tables);
  const digests: Record<string, { rows: number; digest: string }> = {};
  let done = 0;
  for (const table of tables) {
    const hash = createHash('sha256');
    let inserting: Promise<void> = Promise.resolve();
    for await (const { lines } of readTable(source, from.dialect, table)) {
      for (const line of lines) add(hash, table, line);
      await inserting;
      // While the next ones are read.
      inserting = loader.insert(table.name, lines);
      inserting.catch(() => undefined);
      progress?.((done += lines.length), total);
    }
    await inserting;
    digests[table.name] = { rows: loader.counts.get(table.name) ?? 0, digest: hash.digest('hex') };
  }
  await readBack(to.db, target, tables, digests);
  return digests;
}

async function readBack(
  { dialect }: Database,
  all: RunStatement,
  told: readonly Table[],
  digests: Readonly<Record<string, { rows: number; digest: string }>>,
): Promise<void> {
  const there = new Map((await tablesOf(all, dialect)).map((table) => [table.name, table]));
  for (const { name, columns } of told) {
    const table = there.get(name);
    if (!table) throw new LoadFailed(`the table ${name} is missing`);
    const own = new Map(table.columns.map((column) => [column.name, column]));
    const ordered = { ...table, columns: columns.flatMap((column) => own.get(column.name) ?? []) };
    const hash = createHash('sha256');
    for await (const { lines } of readTable(all, dialect, ordered)) for (const line of lines) add(hash, ordered, line);
    if (hash.digest('hex') !== digests[name]?.digest)
      throw new LoadFailed(`what was read back of ${name} is not what was written`);
  }
}

/** Databases keep the keys of JSON in orders of their own. */
function add(hash: Hash, { columns }: Table, line: string): void {
  if (!columns.some(({ type }) => type === 'json')) {
    hash.update(`${line}\n`);
    return;
  }
  const row = JSON.parse(line) as unknown[];
  const same = row.map((value, at) =>
    columns[at]?.type === 'json' && typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
  );
  hash.update(`${canonicalJson(same)}\n`);
}

import { createHash } from 'node:crypto';
import type { Database } from '../db/database.js';
import { migrationsSource, seedersSource } from '../db/migrator.js';
import { keptReader } from '../db/sqliteSnapshots.js';
import { adHoc, type RunStatement } from '../db/statement.js';
import { FileMissing, type FileStore } from '../storage/fileStore.js';
import { ArchiveWriter } from './archiveWriter.js';
import { tablesOf, type Table } from './catalog.js';
import { fileLine, type Manifest } from './manifest.js';
import { readTable } from './tableRows.js';

export interface BackupOptions {
  readonly db: Database;
  /** Null: the bytes of attachments are not in it. */
  readonly store: FileStore | null;
  readonly now: Date;
  readonly file: string;
  readonly progress?: (done: number, of: number) => void;
}
export interface BackedUp {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  readonly files: number;
  /** Ids of files that were not in the storage as their rows tell of them; the first few. */
  readonly missing: readonly string[];
}

/**
 * Writes all that the database holds at one moment into one file, which either database can be restored from. Whoever writes
 * meanwhile does not wait. What is in memory at once does not grow with what there is.
 * @throws BackupExists
 */
export async function backup(options: BackupOptions): Promise<BackedUp> {
  const { db, file, now } = options;
  const archive = await ArchiveWriter.create(file, now);
  try {
    return await atOneMoment(db, (all) => write(options, archive, all));
  } finally {
    await archive.abandon();
  }
}

/** On SQLite by a reader of its own: the database's has others to serve. */
export async function atOneMoment<Result>(db: Database, work: (all: RunStatement) => Promise<Result>): Promise<Result> {
  if (db.file === null) return db.snapshot(work);
  const reader = keptReader(db.file);
  try {
    return await reader.read(work);
  } finally {
    await reader.close();
  }
}

async function write({ db, store, now, file, progress }: BackupOptions, archive: ArchiveWriter, all: RunStatement) {
  const tables = await tablesOf(all, db.dialect);
  const total = await rowsIn(all, tables);
  let rows = 0;
  const told = (count: number) => progress?.((rows += count), total);
  const written: Manifest['tables'] = [];
  for (const table of tables) {
    const parts = await archive.addTable(table.name, readTable(all, db.dialect, table), told);
    const columns = table.columns.map(({ name, type }) => ({ name, type }));
    written.push({ name: table.name, columns, rows: parts.reduce((sum, part) => sum + part.rows, 0), parts });
  }
  const missing: string[] = [];
  const files = store && (await addFiles(all, store, archive, missing));
  const bytes = await archive.finish({
    format: 'baton-backup',
    formatVersion: 1,
    createdAt: now.toISOString(),
    source: db.dialect.name,
    epoch: await epochIn(all),
    migrations: await namesIn(all, db, migrationsSource.table),
    seeders: await namesIn(all, db, seedersSource.table),
    tables: written,
    files,
  });
  return { file, bytes, rows, files: files?.count ?? 0, missing };
}

export async function rowsIn(all: RunStatement, tables: readonly Table[]): Promise<number> {
  let total = 0;
  for (const { name } of tables) {
    const [row] = await all<{ n: number | string }>(adHoc(`SELECT count(*) AS n FROM ${name}`), []);
    total += Number(row?.n ?? 0);
  }
  return total;
}

export async function epochIn(all: RunStatement): Promise<string> {
  const [row] = await all<{ epoch: string }>(adHoc('SELECT epoch FROM installation'), []);
  return row?.epoch ?? '';
}

/** What ran of a folder of migrations or seeders; none when there is no such memory. */
export async function namesIn(
  all: RunStatement,
  { dialect }: Pick<Database, 'dialect'>,
  table: string,
): Promise<string[]> {
  const isThere = {
    postgres: 'SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = $1',
    sqlite: 'SELECT 1 FROM sqlite_master WHERE name = $1',
  };
  if ((await all(adHoc(isThere[dialect.name]), [table])).length === 0) return [];
  return (await all<{ name: string }>(adHoc(`SELECT name FROM ${table} ORDER BY name`), [])).map(({ name }) => name);
}

interface Stored {
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
  readonly released_at: unknown;
}
const PAGE = 200;
const LISTED = 20;

async function addFiles(all: RunStatement, store: FileStore, archive: ArchiveWriter, missing: string[]) {
  const hash = createHash('sha256');
  const counted = { count: 0, bytes: 0, missing: 0 };
  const sql = `SELECT id, sha256, size, released_at FROM stored_files WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;
  for (let last = ''; ;) {
    const page: Stored[] = await all<Stored>(adHoc(sql), [last]);
    for (const { id, sha256, size, released_at } of page) {
      hash.update(fileLine(id, sha256, size));
      const content = await bytesOf(store, id, size, sha256);
      if (content) {
        await archive.add(`files/${id}`, content);
        counted.count++;
        counted.bytes += size;
        continue;
      }
      await archive.add(`missing/${id}`, Buffer.from(`${sha256} ${size}`));
      counted.missing++;
      // What was let go of may go at any moment.
      if (released_at === null && missing.length < LISTED) missing.push(id);
    }
    last = page.at(-1)?.id ?? '';
    if (page.length < PAGE) return { ...counted, sha256: hash.digest('hex') };
  }
}

/** Null when they are not there, or others. */
async function bytesOf(store: FileStore, id: string, size: number, sha256: string): Promise<Buffer | null> {
  try {
    const parts: Buffer[] = [];
    for await (const part of await store.read(id, 0, size - 1)) parts.push(part as Buffer);
    const content = Buffer.concat(parts);
    return createHash('sha256').update(content).digest('hex') === sha256 ? content : null;
  } catch (error) {
    if (error instanceof FileMissing) return null;
    throw error;
  }
}

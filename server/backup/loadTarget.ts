import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../db/database.js';
import { closeHandle, openHandle, type SqliteHandle } from '../db/sqliteDriver.js';
import { adHoc, type RunStatement } from '../db/statement.js';
import { tablesOf } from './catalog.js';

/** How long somebody else may hold what is to be replaced. */
const PATIENCE_MS = 10_000;

/** Fewer rows come in sooner than indexes are made anew. */
const FEW_ROWS = 20_000;

/** What was to be loaded cannot be, and nothing of it was. */
export class LoadFailed extends Error {
  override readonly name = 'LoadFailed';
}

/**
 * Runs `work` in one transaction in which rows may come in any order: references are looked at in the end, and indexes made then, which is
 * several times faster for many of them. Until it has ended nobody sees any of it; when it fails, or its process dies, nothing happened.
 */
export const loading = <Result>(
  db: Database,
  rows: number,
  work: (all: RunStatement) => Promise<Result>,
): Promise<Result> =>
  db.file === null ? loadPostgres(db, rows > FEW_ROWS, work) : loadSqlite(db.file, rows > FEW_ROWS, work);

interface Named {
  readonly name: string;
  readonly table: string;
  readonly definition: string;
}

const referencesSql = `SELECT quote_ident(conname) AS name, conrelid::regclass::text AS "table", pg_get_constraintdef(oid) AS definition
  FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname`;
const indexesSql = `SELECT i.indexrelid::regclass::text AS name, '' AS "table", pg_get_indexdef(i.indexrelid) AS definition
  FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
  WHERE t.relnamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1`;

function loadPostgres<Result>(
  db: Database,
  many: boolean,
  work: (all: RunStatement) => Promise<Result>,
): Promise<Result> {
  return db.sequelize.transaction(async (transaction) => {
    const all = db.on(transaction);
    const run = (sql: string) => all(adHoc(sql), []);
    await run(`SET LOCAL lock_timeout = ${PATIENCE_MS}`);
    await run('SET LOCAL statement_timeout = 0');
    await run("SET LOCAL maintenance_work_mem = '128MB'");
    const references = await all<Named>(adHoc(referencesSql), []);
    const indexes = many ? await all<Named>(adHoc(indexesSql), []) : [];
    for (const { table, name } of references) await run(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
    for (const { name } of indexes) await run(`DROP INDEX ${name}`);
    const result = await work(all);
    for (const { definition } of indexes) await run(definition);
    for (const { table, name, definition } of references)
      await run(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
    if (many) for (const { name } of await tablesOf(all, db.dialect)) await run(`ANALYZE ${name}`);
    return result;
  });
}

async function loadSqlite<Result>(
  file: string,
  many: boolean,
  work: (all: RunStatement) => Promise<Result>,
): Promise<Result> {
  const handle = await openHandle(file);
  const all: RunStatement = (asked, values) => handle.runPrepared(asked, values);
  const run = (sql: string) => all(adHoc(sql), []);
  try {
    await run('PRAGMA foreign_keys = OFF');
    await begin(handle);
    try {
      const made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
      const indexes = many ? await all<{ name: string; sql: string }>(adHoc(made), []) : [];
      for (const { name } of indexes) await run(`DROP INDEX ${name}`);
      const result = await work(all);
      for (const { sql } of indexes) await run(sql);
      const [orphan] = await all<{ table: string; parent: string }>(adHoc('PRAGMA foreign_key_check'), []);
      if (orphan) throw new LoadFailed(`a row of ${orphan.table} points at no row of ${orphan.parent}`);
      await run('PRAGMA optimize');
      await run('COMMIT');
      return result;
    } catch (error) {
      await run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  } finally {
    await closeHandle(handle);
  }
}

async function begin(handle: SqliteHandle): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; ;) {
    try {
      await handle.runPrepared(adHoc('BEGIN IMMEDIATE'), []);
      return;
    } catch (error) {
      if (!String(error).includes('SQLITE_BUSY')) throw error;
      if (Date.now() > until) throw new LoadFailed('somebody else is writing to the database');
      await pause(50);
    }
  }
}

import { dirname, join } from 'node:path';
import pg from 'pg';
import { QueryTypes } from 'sequelize';
import sqlite3 from 'sqlite3';
import { allModels } from '../../../server/db/allModels.js';
import { openDatabase } from '../../../server/db/database.js';
import { createLogger } from '../../../server/kernel/logger.js';
import { runSql } from '../../support/postgresServer.js';

export interface Loaded {
  readonly rows: number;
  readonly seconds: number;
}

/** Without the row that every database has from its beginning. */
const tables = (): string[] => allModels.map((model) => model.tableName).filter((name) => name !== 'installation');

export async function countRows(url: string): Promise<number> {
  const db = openDatabase({ url, poolSize: 1, ssl: false, prepared: true, log: createLogger('silent') });
  try {
    const sums = [...tables(), 'ticket_search'].map((table) => `(SELECT count(*) FROM ${table})`);
    const [row] = await db.sequelize.query<{ n: number | string }>(`SELECT ${sums.join(' + ')} AS n`, {
      type: QueryTypes.SELECT,
    });
    return Number(row?.n);
  } finally {
    await db.close();
  }
}

const seconds = (since: number): number => (performance.now() - since) / 1_000;

/** All rows through files of the server's own into another database with the same tables, indexes and references. */
export async function copyPostgres(from: string, to: string): Promise<Loaded> {
  const [setting] = await runSql(from, 'SHOW data_directory');
  const folder = dirname(String(setting?.['data_directory']));
  const names = await inOrderOfReferences(from);
  const columns = new Map<string, string>();
  for (const name of names) {
    const sql = `SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) AS names FROM information_schema.columns
      WHERE table_name = '${name}' AND is_generated = 'NEVER'`;
    columns.set(name, String((await runSql(from, sql))[0]?.['names']));
    await runSql(from, `COPY ${name} (${columns.get(name)}) TO '${join(folder, name)}'`);
  }
  const client = new pg.Client({ connectionString: to });
  await client.connect();
  const begun = performance.now();
  let rows = 0;
  await client.query('BEGIN');
  for (const name of names) {
    const { rowCount } = await client.query(`COPY ${name} (${columns.get(name)}) FROM '${join(folder, name)}'`);
    rows += rowCount ?? 0;
  }
  await client.query('COMMIT');
  const took = seconds(begun);
  await client.end();
  return { rows, seconds: took };
}

/** Each table after those that its rows point at. */
async function inOrderOfReferences(url: string): Promise<string[]> {
  const links = await runSql(
    url,
    `SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint
     WHERE contype = 'f' AND conrelid <> confrelid`,
  );
  const parentsOf = (child: string) =>
    links.filter((link) => link['child'] === child).map((link) => String(link['parent']));
  const ordered = new Set<string>();
  const visit = (name: string): void => {
    if (ordered.has(name) || name === 'installation') return;
    for (const parent of parentsOf(name)) visit(parent);
    ordered.add(name);
  };
  for (const name of [...tables(), 'ticket_search']) visit(name);
  return [...ordered];
}

const ROWS = 100;
const opened = (file: string): Promise<sqlite3.Database> =>
  new Promise((resolve, reject) => {
    const handle = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(handle)));
  });
type Row = Record<string, string | number | null>;
const all = <Result>(handle: sqlite3.Database, sql: string, values: readonly unknown[] = []): Promise<Result[]> =>
  new Promise((resolve, reject) => {
    handle.all<Result>(sql, values, (error, rows) => (error ? reject(error) : resolve(rows)));
  });

/** All rows but the words of the search index, by inserts of {@link ROWS} rows each in one transaction. */
export async function copySqlite(from: string, to: string): Promise<Loaded> {
  const [source, target] = await Promise.all([from, to].map((url) => opened(url.replace('sqlite:', ''))));
  if (!source || !target) throw new Error('no database');
  const contents: { name: string; columns: string[]; rows: Row[] }[] = [];
  for (const name of [...tables(), 'ticket_search']) {
    const columns = await all<{ name: string }>(
      source,
      `SELECT name FROM pragma_table_xinfo('${name}') WHERE hidden = 0`,
    );
    const names = columns.map((column) => column.name);
    contents.push({ name, columns: names, rows: await all<Row>(source, `SELECT ${names.join(', ')} FROM ${name}`) });
  }
  for (const pragma of ['journal_mode=WAL', 'synchronous=NORMAL', 'foreign_keys=ON', 'cache_size=-65536'])
    await all(target, `PRAGMA ${pragma}`);
  const begun = performance.now();
  let count = 0;
  await all(target, 'BEGIN IMMEDIATE');
  await all(target, 'PRAGMA defer_foreign_keys = ON');
  for (const { name, columns, rows } of contents)
    for (let at = 0; at < rows.length; at += ROWS)
      count += await insertRows(target, name, columns, rows.slice(at, at + ROWS));
  await all(target, 'COMMIT');
  const took = seconds(begun);
  source.close();
  target.close();
  return { rows: count, seconds: took };
}

async function insertRows(handle: sqlite3.Database, table: string, columns: string[], rows: Row[]): Promise<number> {
  const marks = `(${columns.map(() => '?').join(', ')})`;
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows.map(() => marks).join(', ')}`;
  await all(
    handle,
    sql,
    rows.flatMap((row) => columns.map((column) => row[column] ?? null)),
  );
  return rows.length;
}

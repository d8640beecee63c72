import pLimit from 'p-limit';
import pg from 'pg';
import sqlite3 from 'sqlite3';
import { bareStatements, type BareConnection, type BareName, type BareRow, type Tx } from './bareStatements.js';

/** One client of `pg`; statements are named, hence planned once, and awaited one after the other. */
export async function connectPostgres(url: string): Promise<BareConnection> {
  const texts = bareStatements('postgres', 'FOR NO KEY UPDATE OF t');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const tx: Tx = async (name, ...values) => (await client.query<BareRow>({ name, text: texts[name], values })).rows;
  return {
    async transaction(work) {
      await client.query({ name: 'begin', text: 'BEGIN' });
      try {
        const result = await work(tx);
        const { command } = await client.query({ name: 'commit', text: 'COMMIT' });
        if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    },
    close: () => client.end(),
  };
}

/** All workers share one handle, as SQLite has one writer at a time anyway. */
let sqlite: Promise<BareConnection> | undefined;
export const connectSqlite = (file: string): Promise<BareConnection> => (sqlite ??= openSqlite(file));

async function openSqlite(file: string): Promise<BareConnection> {
  const handle = await new Promise<sqlite3.Database>((resolve, reject) => {
    const made = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(made)));
  });
  const pragmas = 'journal_mode=WAL synchronous=NORMAL foreign_keys=ON cache_size=-65536'.split(' ');
  for (const pragma of pragmas) await exec(handle, `PRAGMA ${pragma}`);
  const texts = bareStatements('sqlite', '');
  const prepared = new Map<BareName, sqlite3.Statement>();
  const tx: Tx = (name, ...values) => {
    // `?1` is bound by position, `$1` would be by its first appearance.
    const compiled = prepared.get(name) ?? handle.prepare(texts[name].replaceAll('$', '?'));
    prepared.set(name, compiled);
    return new Promise((resolve, reject) => {
      compiled.all<BareRow>(values, (error: Error | null, rows: BareRow[]) => (error ? reject(error) : resolve(rows)));
    });
  };
  const inTurn = pLimit(1);
  return {
    transaction: (work) =>
      inTurn(async () => {
        await exec(handle, 'BEGIN IMMEDIATE');
        try {
          const result = await work(tx);
          await exec(handle, 'COMMIT');
          return result;
        } catch (error) {
          await exec(handle, 'ROLLBACK');
          throw error;
        }
      }),
    close: () => Promise.resolve(),
  };
}

const exec = (handle: sqlite3.Database, sql: string): Promise<void> =>
  new Promise((resolve, reject) => {
    handle.exec(sql, (error) => (error ? reject(error) : resolve()));
  });

import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Database } from '../db/database.js';
import { adHoc, type RunStatement } from '../db/statement.js';

/** Whether both are one database, whatever their addresses say: a file has many paths, a server many names. */
export async function isSameDatabase(one: Database, other: Database): Promise<boolean> {
  if (one.file !== null && other.file !== null) return isSameFile(one.file, other.file);
  return one.dialect.name === other.dialect.name && sharesLocks(one, other);
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map(identityOf));
  return a !== null && a === b;
}

/** Null when it is not there yet. */
async function identityOf(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return null;
  }
}

const takeLock = adHoc('SELECT pg_advisory_xact_lock($1::int, $2::int)');
const tryLock = adHoc('SELECT pg_try_advisory_xact_lock($1::int, $2::int) AS is_free');

/** Locks by number are of one database, so the one finds taken what the other took. Needs no rights, and nobody else takes this number. */
async function sharesLocks(one: Database, other: Database): Promise<boolean> {
  const key = [randomInt(2 ** 31), randomInt(2 ** 31)];
  return inTransaction(one, async (holder) => {
    await holder(takeLock, key);
    const [row] = await inTransaction(other, (asker) => asker<{ is_free: boolean }>(tryLock, key));
    return row?.is_free === false;
  });
}

const inTransaction = <Result>(db: Database, work: (all: RunStatement) => Promise<Result>): Promise<Result> =>
  db.sequelize.transaction((transaction) => work(db.on(transaction)));

import type { Transaction } from 'sequelize';
import type { Database } from './database.js';
import { statement, type RunStatement } from './statement.js';
import { refuseStrayQuery } from './strayQueryGuard.js';

/**
 * A view of a database on which units of work are savepoints of one outer transaction, one at a time: commands run as they
 * always do, and only `commit` makes anything of it lasting. What rehearses ends with `rollback`.
 */
export interface NestedUnits {
  /** Reads and units of work through it see what the outer transaction has written. */
  readonly db: Database;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

const open = statement('nested.open', 'SAVEPOINT unit');
const keep = statement('nested.keep', 'RELEASE SAVEPOINT unit');
const undo = statement('nested.undo', 'ROLLBACK TO SAVEPOINT unit');

export function nestUnits(outside: Database): NestedUnits {
  let outer: Transaction | undefined;
  const current = (): Transaction => {
    if (!outer) throw new Error('no outer transaction: call begin() first');
    return outer;
  };
  const end = (how: 'commit' | 'rollback') => {
    const ending = current();
    outer = undefined;
    return ending[how]();
  };
  const all: RunStatement = (asked, values) => {
    refuseStrayQuery(asked.name);
    return outside.on(current())(asked, values);
  };
  const sequelize = Object.create(outside.sequelize, {
    transaction: { value: () => savepoint(current(), outside) },
  }) as Database['sequelize'];
  return {
    db: { ...outside, sequelize, all, close: () => Promise.reject(new Error('close the database outside')) },
    begin: async () => {
      outer = await outside.sequelize.transaction();
    },
    commit: () => end('commit'),
    rollback: () => end('rollback'),
  };
}

/**
 * A unit's transaction on the outer one's connection. Sequelize has savepoints of its own but never releases them, so that
 * each would nest in the one before.
 */
async function savepoint(outer: Transaction, db: Database): Promise<Transaction> {
  const run = db.on(outer);
  await run(open, []);
  return Object.create(outer, {
    commit: { value: () => run(keep, []) },
    rollback: { value: () => run(undo, []).then(() => run(keep, [])) },
  }) as Transaction;
}

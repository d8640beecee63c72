import type { Transaction } from 'sequelize';
import type { Database } from './database.js';
import { OpenTransaction } from './openTransaction.js';
import { statement, type RunStatement } from './statement.js';

/**
 * A view of a database on which units of work take place inside of one outer transaction, one at a time: commands run as they
 * always do, and only `commit` makes anything of it lasting. What rehearses ends with `rollback`. Views nest.
 */
export interface NestedUnits {
  /** Reads and units of work through it see what the outer transaction has written. */
  readonly db: Database;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}
interface Options {
  /** False spares each unit its savepoint; after one that failed only `rollback` makes sense. */
  readonly savepoints?: boolean;
}

const open = statement('nested.open', 'SAVEPOINT unit');
const keep = statement('nested.keep', 'RELEASE SAVEPOINT unit');
const undo = statement('nested.undo', 'ROLLBACK TO SAVEPOINT unit');

export function nestUnits(outside: Database, { savepoints = true }: Options = {}): NestedUnits {
  let outer: OpenTransaction | undefined;
  const current = (): OpenTransaction => {
    if (!outer) throw new Error('no outer transaction: call begin() first');
    return outer;
  };
  const end = (how: 'commit' | 'rollback') => {
    const ending = current();
    outer = undefined;
    return ending[how]();
  };
  const all: RunStatement = (asked, values) => {
    outside.guard.refuse(asked.name);
    return current().all(asked, values);
  };
  // Async, so that what is not begun rejects.
  const begin = async () => unitInside(current(), savepoints);
  return {
    db: { ...outside, begin, all, close: () => Promise.reject(new Error('close the database outside')) },
    begin: async () => {
      outer = await outside.begin({ alone: true });
    },
    commit: () => end('commit'),
    rollback: () => end('rollback'),
  };
}

/**
 * A unit's transaction on the outer one's connection. Sequelize has savepoints of its own but never releases them, so that
 * each would nest in the one before.
 */
const unitInside = (outer: OpenTransaction, savepoint: boolean): OpenTransaction =>
  new OpenTransaction({
    fly: (asked) => outer.lend(asked),
    begin: savepoint ? open : null,
    // An object of its own for each unit: what failed inside of it is remembered under it.
    model: () => Object.create(outer.model) as Transaction,
    async commit(unit) {
      await unit.settled();
      if (savepoint && unit.hasBegun) await unit.force(keep);
    },
    committed: () => undefined,
    async rollback(unit) {
      if (savepoint && unit.hasBegun) for (const step of [undo, keep]) await unit.force(step);
    },
  });

import type { Sequelize } from 'sequelize';
import { PassingFailure } from './databaseErrors.js';
import { COMMIT, OpenTransaction, ROLLBACK } from './openTransaction.js';
import { modelOf } from './postgresUnits.js';
import type { SqliteHandle } from './sqliteDriver.js';
import { statement, type Fly } from './statement.js';

/** As many units of work share one transaction at most, so that nobody waits long for the first of them. */
const GROUP_LIMIT = 64;

// IMMEDIATE: a deferred transaction that reads and then writes fails with SQLITE_BUSY at once, whatever the timeout.
const begin = statement('BEGIN IMMEDIATE', 'BEGIN IMMEDIATE');
const open = statement('group.open', 'SAVEPOINT member');
const keep = statement('group.keep', 'RELEASE SAVEPOINT member');
const undo = statement('group.undo', 'ROLLBACK TO SAVEPOINT member');

interface Connections {
  getConnection(options: { uuid: string }): Promise<SqliteHandle>;
  releaseConnection(handle: SqliteHandle): void;
  destroyConnection(handle: SqliteHandle): Promise<void>;
}

/** A unit of work that waits for the writer; `alone`: it shares no transaction. */
interface Waiting {
  readonly alone: boolean;
  readonly granted: (open: OpenTransaction) => void;
  readonly refused: (error: unknown) => void;
}
/** One that has done its work, and waits for the group's COMMIT. */
interface Member {
  readonly committed: () => void;
  readonly failed: (error: unknown) => void;
}

export const flyOnSqlite =
  (handle: SqliteHandle): Fly =>
  async (asked) => {
    let failure: { error: unknown } | null = null;
    for (const { statement: next, values, resolve, reject } of asked) {
      if (!failure)
        try {
          resolve(await handle.runPrepared(next, values));
          continue;
        } catch (error) {
          failure = { error };
        }
      reject(failure.error);
    }
  };

/**
 * Group commit: SQLite has one writer at a time, and whoever comes while it is busy joins its transaction, one after the other.
 * Each unit of work has a savepoint of its own there, and ends when the whole group is committed. Nobody waits to be joined.
 */
export function unitsOnSqlite(sequelize: Sequelize): (alone: boolean) => Promise<OpenTransaction> {
  const connections = sequelize.connectionManager as unknown as Connections;
  const waiting: Waiting[] = [];
  let isWorking = false;

  const work = async (): Promise<void> => {
    isWorking = true;
    while (waiting.length > 0) {
      const handle = await takeTurn();
      if (handle) await runGroup(handle);
    }
    isWorking = false;
  };

  const takeTurn = async (): Promise<SqliteHandle | null> => {
    let handle: SqliteHandle | null = null;
    try {
      handle = await connections.getConnection({ uuid: 'units' });
      await handle.runPrepared(begin, []);
      return handle;
    } catch (error) {
      if (handle) connections.releaseConnection(handle);
      waiting.shift()?.refused(error);
      return null;
    }
  };

  const runGroup = async (handle: SqliteHandle): Promise<void> => {
    const members: Member[] = [];
    try {
      for (let next = waiting.shift(); next; next = joining(next, members.length)) {
        const member = await runMember(handle, next, members.length > 0);
        if (member) members.push(member);
        else if (members.length === 0) return await abandon(handle);
      }
      await handle.runPrepared(COMMIT, []);
      connections.releaseConnection(handle);
      for (const { committed } of members) committed();
    } catch (error) {
      await abandon(handle);
      const isShared = members.length > 1;
      for (const { failed } of members)
        failed(isShared ? new PassingFailure('work that shared its transaction failed', { cause: error }) : error);
    }
  };

  const abandon = async (handle: SqliteHandle): Promise<void> => {
    try {
      await handle.runPrepared(ROLLBACK, []);
      connections.releaseConnection(handle);
    } catch {
      await connections.destroyConnection(handle).catch(() => undefined);
    }
  };

  const joining = (last: Waiting, count: number): Waiting | undefined =>
    last.alone || waiting[0]?.alone || count >= GROUP_LIMIT ? undefined : waiting.shift();

  /** Lets one unit do its work. @returns null when it is undone; of the first, by `abandon`. @throws when it cannot be. */
  const runMember = (handle: SqliteHandle, { granted }: Waiting, savepoint: boolean): Promise<Member | null> =>
    new Promise((ended, broken) => {
      const unit = new OpenTransaction({
        fly: flyOnSqlite(handle),
        begin: savepoint ? open : null,
        model: () => modelOf(sequelize, handle),
        async commit() {
          await unit.settled();
          if (savepoint && unit.hasBegun) await unit.force(keep);
        },
        committed: () => new Promise<void>((committed, failed) => ended({ committed, failed })),
        async rollback() {
          try {
            if (savepoint && unit.hasBegun) for (const step of [undo, keep]) await unit.force(step);
            ended(null);
          } catch (error) {
            broken(error);
          }
        },
      });
      granted(unit);
    });

  return (alone) =>
    new Promise((granted, refused) => {
      waiting.push({ alone, granted, refused });
      if (!isWorking) void work();
    });
}

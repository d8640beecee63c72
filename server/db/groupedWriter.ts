import type { Sequelize } from 'sequelize';
import { PassingFailure } from './databaseErrors.js';
import { COMMIT, modelOn, OpenTransaction, ROLLBACK } from './openTransaction.js';
import type { ObserveStatement } from './queryProfile.js';
import { flyOnSqlite, type SqliteHandle } from './sqliteDriver.js';
import { statement } from './statement.js';

/** As many units of work share one transaction at most, so that nobody waits long for the first of them. */
const GROUP_LIMIT = 64;

// IMMEDIATE: a deferred transaction that reads and then writes fails with SQLITE_BUSY at once, whatever the timeout.
const begin = statement('BEGIN IMMEDIATE', 'BEGIN IMMEDIATE');
const openMember = statement('group.open', 'SAVEPOINT member');
const keepMember = statement('group.keep', 'RELEASE SAVEPOINT member');
const undoMember = statement('group.undo', 'ROLLBACK TO SAVEPOINT member');

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

/**
 * Group commit: SQLite has one writer at a time, and whoever comes while it is busy joins its transaction, one after the other.
 * Each unit of work has a savepoint of its own there, and ends when the whole group is committed. Nobody waits to be joined.
 */
export class GroupedWriter {
  private readonly connections: Connections;
  private readonly waiting: Waiting[] = [];
  private isWorking = false;

  constructor(
    private readonly sequelize: Sequelize,
    private readonly observe?: ObserveStatement,
  ) {
    this.connections = sequelize.connectionManager as unknown as Connections;
  }

  begin(alone: boolean): Promise<OpenTransaction> {
    return new Promise((granted, refused) => {
      this.waiting.push({ alone, granted, refused });
      if (!this.isWorking) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.isWorking = true;
    while (this.waiting.length > 0) {
      const handle = await this.takeTurn();
      if (handle) await this.runGroup(handle);
    }
    this.isWorking = false;
  }

  private async takeTurn(): Promise<SqliteHandle | null> {
    let handle: SqliteHandle | null = null;
    try {
      handle = await this.connections.getConnection({ uuid: 'units' });
      await handle.keepUndoInMemory();
      await handle.runPrepared(begin, []);
      return handle;
    } catch (error) {
      if (handle) this.connections.releaseConnection(handle);
      this.waiting.shift()?.refused(error);
      return null;
    }
  }

  private async runGroup(handle: SqliteHandle): Promise<void> {
    const members: Member[] = [];
    try {
      for (let next = this.waiting.shift(); next; next = this.joining(next, members.length)) {
        const member = await this.runMember(handle, next, members.length > 0);
        if (member) members.push(member);
        // The first has no savepoint: what it did is undone with the whole.
        else if (members.length === 0) return await this.abandon(handle);
      }
      await handle.runPrepared(COMMIT, []);
      this.connections.releaseConnection(handle);
      for (const { committed } of members) committed();
    } catch (error) {
      await this.abandon(handle);
      const cause = members.length > 1 ? new PassingFailure('the shared transaction failed', { cause: error }) : error;
      for (const { failed } of members) failed(cause);
    }
  }

  private joining(last: Waiting, count: number): Waiting | undefined {
    return last.alone || this.waiting[0]?.alone || count >= GROUP_LIMIT ? undefined : this.waiting.shift();
  }

  private async abandon(handle: SqliteHandle): Promise<void> {
    try {
      await handle.runPrepared(ROLLBACK, []);
      this.connections.releaseConnection(handle);
    } catch {
      await this.connections.destroyConnection(handle).catch(() => undefined);
    }
  }

  /** Lets one unit do its work. @returns null when it failed and is undone. @throws when it could not be undone. */
  private async runMember(handle: SqliteHandle, { granted }: Waiting, savepoint: boolean): Promise<Member | null> {
    const ended = await new Promise<Member | { readonly undone: Promise<void> }>((end) => {
      const isNested = (open: OpenTransaction) => savepoint && open.hasBegun;
      const undo = async (open: OpenTransaction): Promise<void> => {
        if (isNested(open)) for (const step of [undoMember, keepMember]) await open.force(step);
      };
      granted(
        new OpenTransaction({
          fly: flyOnSqlite(handle, this.observe),
          begin: savepoint ? openMember : null,
          model: () => modelOn(this.sequelize, handle),
          async commit(open) {
            await open.settled();
            if (isNested(open)) await open.force(keepMember);
          },
          committed: () => new Promise<void>((committed, failed) => end({ committed, failed })),
          rollback: async (open) => end({ undone: undo(open) }),
        }),
      );
    });
    if (!('undone' in ended)) return ended;
    await ended.undone;
    return null;
  }
}

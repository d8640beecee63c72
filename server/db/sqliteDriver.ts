import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import type { Sequelize } from 'sequelize';
import sqlite3 from 'sqlite3';
import { dialects } from './dialect.js';
import type { ObserveStatement } from './queryProfile.js';
import { adHoc, type Asked, type Fly, type Statement, type Value } from './statement.js';

/** Short on purpose: a waiting BEGIN sleeps in a libuv thread, and four of them starve the holder of the lock. */
const BUSY_TIMEOUT_MS = 200;
/**
 * The log grows to 32 MB before it is written into the file: of the 4 MB that are usual, many rows fill more with each COMMIT, and each
 * would write the same pages of the indexes.
 */
const PRAGMAS =
  'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=8000;';

/** Of so many values to hand them over takes so long that it is worth a journey of its own. */
const isLarge = ({ statement, values }: Asked): boolean => values.length >= 512 && statement.name !== '';

/**
 * SQLite makes a file that everybody may read, and gives its log the mode of the file. Never touches one that is there: to close any
 * descriptor of it would end the locks that this process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // It is there, or cannot be made, which SQLite tells better.
  }
}

/** A handle with our settings: Sequelize's afterConnect hook is not called for SQLite, so they are set on opening. */
class ConfiguredDatabase extends sqlite3.Database {
  private readonly prepared = new Map<string, Promise<sqlite3.Statement>>();
  /** The values that wait in a statement, and when they are there. */
  private readonly boundAhead = new Map<string, { readonly values: readonly Value[]; readonly done: Promise<void> }>();
  /** The driver keeps what is asked of a handle until it is open: of this one for ever. */
  private neverOpened = false;
  private isUndoInMemory = false;

  constructor(file: string, mode: number, opened: (error: Error | null) => void) {
    if (file !== ':memory:') createPrivately(file);
    super(file, mode, (error) => {
      if (error) {
        this.neverOpened = true;
        return opened(error);
      }
      this.configure('busyTimeout', BUSY_TIMEOUT_MS);
      this.exec(PRAGMAS, opened);
    });
  }

  /** `all`, never `get`: an unfinished read keeps the WAL from being checkpointed. `sent` is called when the database has it. */
  async runPrepared<Row>(statement: Statement, values: readonly Value[], sent?: () => void): Promise<Row[]> {
    const compiled = statement.name === '' ? null : await this.compile(statement);
    const ahead = this.boundAhead.get(statement.name);
    if (ahead?.values === values) await ahead.done;
    // Somebody else may have run it meanwhile.
    const isBound = ahead?.values === values && this.boundAhead.get(statement.name) === ahead;
    this.boundAhead.delete(statement.name);
    const bound = isBound ? [] : values.map(toSqlite);
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, rows: Row[]) => (error ? reject(error) : resolve(rows));
      if (compiled) compiled.all<Row>(bound, done);
      else this.all<Row>(numbered(statement), bound, done);
      sent?.();
    });
  }

  /**
   * What SQLite notes to undo a statement or savepoint by goes into memory from now on, instead of a file from 64 KB on; and so does what it sorts,
   * so only those should say it who write little at a time and make no indexes. Outside of any transaction.
   */
  async keepUndoInMemory(): Promise<void> {
    if (this.isUndoInMemory) return;
    await this.runPrepared(adHoc('PRAGMA temp_store = MEMORY'), []);
    this.isUndoInMemory = true;
  }

  /** Hands over the values of the statement that is to be run next, while another one runs: many take this thread about as long as the database. */
  async bindAhead(statement: Statement, values: readonly Value[]): Promise<void> {
    // Whoever runs it is told what is wrong.
    const compiled = await this.compile(statement).catch(() => null);
    if (!compiled) return;
    const done = new Promise<void>((resolve, reject) => {
      compiled.bind(values.map(toSqlite), (error: Error | null) => (error ? reject(error) : resolve()));
    });
    done.catch(() => undefined);
    this.boundAhead.set(statement.name, { values, done });
  }

  private compile(statement: Statement): Promise<sqlite3.Statement> {
    const known = this.prepared.get(statement.name);
    if (known) return known;
    const compiling = new Promise<sqlite3.Statement>((resolve, reject) => {
      const made = this.prepare(numbered(statement), (error: Error | null) => (error ? reject(error) : resolve(made)));
    });
    this.prepared.set(statement.name, compiling);
    compiling.catch(() => this.prepared.delete(statement.name));
    return compiling;
  }

  override close(done?: (error: Error | null) => void): void {
    if (this.neverOpened) return done?.(null);
    const open = [...this.prepared.values()];
    this.prepared.clear();
    const finalised = open.map((compiling) => compiling.then((made) => new Promise((ended) => made.finalize(ended))));
    void Promise.allSettled(finalised).then(() => super.close(done));
  }
}

/**
 * The text with `?1` for `$1`: what SQLite takes for a name is looked up among all names of the statement, once for each
 * value of each row; a number is the place itself.
 */
const numbered = ({ text }: Statement): string => text(dialects.sqlite).replaceAll(/\$(\d+)/g, '?$1');

/** Sequelize's own text form of a moment on SQLite, so that named statements and models write the same bytes. */
export const sqliteMoment = (moment: Date): string => moment.toISOString().replace('T', ' ').replace('Z', ' +00:00');

/** Most rows that are written together bear the same moment. */
let lastMoment: { readonly moment: Date; readonly text: string } | null = null;
function textOf(moment: Date): string {
  if (lastMoment?.moment !== moment) lastMoment = { moment, text: sqliteMoment(moment) };
  return lastMoment.text;
}

function toSqlite(value: Value): string | number | null {
  if (value instanceof Date) return textOf(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}

export const sqliteModule = { ...sqlite3, Database: ConfiguredDatabase };
export type SqliteHandle = ConfiguredDatabase;

export const flyOnSqlite =
  (handle: SqliteHandle, observe?: ObserveStatement): Fly =>
  async (asked) => {
    let failure: { error: unknown } | null = null;
    for (const [at, { statement, values, resolve, reject }] of asked.entries()) {
      const began = performance.now();
      const next = asked[at + 1];
      const bindNext = next && isLarge(next) ? () => void handle.bindAhead(next.statement, next.values) : undefined;
      if (!failure)
        try {
          resolve(await handle.runPrepared(statement, values, bindNext));
          observe?.(statement, performance.now() - began);
          continue;
        } catch (error) {
          failure = { error };
        }
      reject(failure.error);
    }
  };

interface ConnectionManager {
  /** The reader that all share, as `default`. */
  readonly connections: Record<string, SqliteHandle>;
  getConnection(options?: { uuid?: string }): Promise<SqliteHandle>;
  releaseConnection(handle: SqliteHandle): void;
  destroyConnection(handle: SqliteHandle): Promise<void>;
  close(): Promise<void>;
}

/**
 * Gives Sequelize one kept handle for transactions, taken in turn. By itself it opens a handle per transaction and lets
 * them collide: waiting BEGIN IMMEDIATEs block libuv's threads, and closing the last handle checkpoints the WAL.
 */
export function keepOneWriter(sequelize: Sequelize, file: string): void {
  const manager = sequelize.connectionManager as unknown as ConnectionManager;
  const openReader = manager.getConnection.bind(manager);
  const closeReaders = manager.close.bind(manager);
  const turn = pLimit(1);
  const endTurn = new Map<SqliteHandle, () => void>();
  let writer: Promise<SqliteHandle> | undefined;
  let reader: Promise<SqliteHandle> | undefined;

  const finish = (handle: SqliteHandle): void => {
    endTurn.get(handle)?.();
    endTurn.delete(handle);
  };
  /** Sequelize would go on with a handle that could not be opened, which never answers. */
  const openAnew = (options: Parameters<typeof openReader>[0]) =>
    openReader(options).catch((error: unknown) => {
      reader = undefined;
      delete manager.connections['default'];
      throw error;
    });
  manager.getConnection = async (options) => {
    if (options?.uuid === undefined || options.uuid === 'default') return (reader ??= openAnew(options));
    return new Promise((resolve, reject) => {
      void turn(async () => {
        try {
          writer ??= openHandle(file);
          const handle = await writer;
          await new Promise<void>((ended) => {
            endTurn.set(handle, ended);
            resolve(handle);
          });
        } catch (error) {
          writer = undefined;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  };
  manager.releaseConnection = finish;
  manager.destroyConnection = async (handle) => {
    if ((await writer) === handle) writer = undefined;
    await closeHandle(handle);
    finish(handle);
  };
  manager.close = async () => {
    await turn(async () => {
      if (writer) await closeHandle(await writer);
      writer = undefined;
    });
    reader = undefined;
    await closeReaders();
  };
}

export function openHandle(file: string): Promise<SqliteHandle> {
  return new Promise((resolve, reject) => {
    const handle = new ConfiguredDatabase(file, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE, (error) =>
      error ? reject(error) : resolve(handle),
    );
  });
}

export function closeHandle(handle: SqliteHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    handle.close((error) => (error ? reject(error) : resolve()));
  });
}

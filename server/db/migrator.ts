import { existsSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { BaseError, QueryTypes, Transaction, type QueryInterface, type Sequelize } from 'sequelize';
import type { MigrationParams, RunnableMigration, Umzug, UmzugOptions, UmzugStorage } from 'umzug';
import type { Logger } from '../kernel/logger.js';
import type { Migration } from './migration.js';

/** A folder of dated files and the table that remembers which of them have run. */
export interface MigrationSource {
  readonly folder: string;
  readonly table: string;
}

// From server/db to the root, in the sources as in dist/, so a name means the same file wherever it runs.
const root = fileURLToPath(new URL('../../', import.meta.url));
const extension = extname(fileURLToPath(import.meta.url));
export const migrationsSource: MigrationSource = { folder: join(root, 'migrations'), table: 'sequelize_meta' };
export const seedersSource: MigrationSource = { folder: join(root, 'seeders'), table: 'sequelize_data' };

export interface MigratorDatabase {
  readonly sequelize: Sequelize;
}
export interface MigrationStatus {
  /** Oldest first, as are the others. */
  readonly executed: readonly string[];
  readonly pending: readonly string[];
  /** Executed by another version of the program, which has files that this one lacks. */
  readonly unknown: readonly string[];
}
export interface RollbackTarget {
  /** Stays; what came after it is rolled back. `null`: everything is. */
  readonly to?: string | null;
  /** How many to roll back, newest first; 1 unless told. */
  readonly steps?: number;
}
export interface Migrator {
  /** Runs what is pending, up to and including `to`. Returns what this process ran, without what another was faster at. */
  up(to?: string): Promise<string[]>;
  /** Runs those of these that are pending, and no others, oldest first. */
  upOnly(names: readonly string[]): Promise<string[]>;
  /** Rolls back, newest first. Returns what this process rolled back. @throws MigrationFailed a newer version's lie on top. */
  down(target?: RollbackTarget): Promise<string[]>;
  status(): Promise<MigrationStatus>;
}

/** A file did not run; nothing of it was applied, what ran before it stays. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';
}

/** The same number in every process of every version: PostgreSQL's advisory lock is known by it. */
const ADVISORY_LOCK = 7_202_611_220;
/** How long a file is tried again while others, on SQLite another one's migration, stand in its way. */
const PATIENCE_MS = 120_000;
const RETRY_MS = 50;

type Direction = 'up' | 'down';

/**
 * Runs the files of a folder in the order of their names, each in one transaction that also writes or removes its line
 * in the bookkeeping table. That transaction takes the lock first and then looks the line up, so any number of
 * processes may start at once: each file runs once, and one that dies leaves nothing behind and nobody locked out.
 * The lock lives as long as its transaction, which makes it safe behind PgBouncer too.
 */
export function createMigrator(
  database: MigratorDatabase,
  logger?: Logger,
  source: MigrationSource = migrationsSource,
): Migrator {
  const { sequelize } = database;
  const book = new Bookkeeping(sequelize, source.table);
  const ran: string[] = [];

  const step = async (direction: Direction, name: string, file: string): Promise<void> => {
    const migration = await load(file);
    const happened = await exclusively(sequelize, async (transaction) => {
      await book.create(transaction);
      const applied = (await book.names(transaction)).includes(name);
      if (applied === (direction === 'up')) return false;
      await migration[direction]({ context: sequelize.getQueryInterface(), transaction });
      await book.record(direction, name, transaction);
      return true;
    }).catch((error: unknown) => {
      throw new MigrationFailed(`${name} failed going ${direction}: ${reasonOf(error)}. Nothing of it was applied.`, {
        cause: error,
      });
    });
    if (happened) ran.push(name);
  };

  /** Loaded by whoever has something to run: it brings two hundred modules for a command line of its own. */
  const openUmzug = async () => {
    const { Umzug } = await import('umzug');
    return new Umzug({
      migrations: () => Promise.resolve(filesOf(source.folder).map((file) => runnable(source.folder, file, step))),
      context: sequelize.getQueryInterface(),
      storage: book,
      logger: logger && umzugLogger(logger),
    });
  };
  /** Umzug wraps what a file threw; the one inside says what happened. */
  const runAndTell = async (work: (umzug: Umzug<QueryInterface>) => Promise<unknown>): Promise<string[]> => {
    ran.length = 0;
    await work(await openUmzug()).catch((error: unknown) => {
      throw error instanceof Error && error.cause instanceof MigrationFailed ? error.cause : error;
    });
    return [...ran];
  };
  const status = () => statusOf(book, source.folder);
  return {
    status,
    up: async (to) => {
      if (to !== undefined) return runAndTell((umzug) => umzug.up({ to }));
      return (await status()).pending.length === 0 ? [] : runAndTell((umzug) => umzug.up());
    },
    upOnly: (names) =>
      runAndTell(async (umzug) => {
        const { pending } = await status();
        return umzug.up({ migrations: pending.filter((name) => names.includes(name)) });
      }),
    down: (target = {}) =>
      runAndTell(async (umzug) => umzug.down({ migrations: namesToRollBack(await status(), target) })),
  };
}

/** The database's own words: Sequelize replaces some of them by "Validation error". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof BaseError && 'original' in error ? reasonOf(error.original) : error.message;
}

/** Umzug's storage, except that a file's own transaction writes the line: nothing can die between the two. */
class Bookkeeping implements UmzugStorage<QueryInterface> {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly table: string,
  ) {}

  async create(transaction: Transaction): Promise<void> {
    const sql = `CREATE TABLE IF NOT EXISTS ${this.table} (name VARCHAR(255) NOT NULL PRIMARY KEY)`;
    await this.sequelize.query(sql, { transaction, raw: true });
  }

  async names(transaction?: Transaction): Promise<string[]> {
    const rows = await this.sequelize.query<{ name: string }>(`SELECT name FROM ${this.table}`, {
      type: QueryTypes.SELECT,
      ...(transaction ? { transaction } : {}),
    });
    return rows.map((row) => row.name).toSorted();
  }

  async record(direction: Direction, name: string, transaction: Transaction): Promise<void> {
    const sql =
      direction === 'up' ? `INSERT INTO ${this.table} (name) VALUES ($1)` : `DELETE FROM ${this.table} WHERE name = $1`;
    await this.sequelize.query(sql, { bind: [name], transaction, raw: true });
  }

  async executed(): Promise<string[]> {
    return whenFree(async () => {
      const known = await this.sequelize.getQueryInterface().tableExists(this.table);
      return known ? this.names() : [];
    });
  }

  logMigration = (): Promise<void> => Promise.resolve();
  unlogMigration = (): Promise<void> => Promise.resolve();
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
    .toSorted();
}

/** Without the extension: the sources and the build must remember a file under one name. */
const nameOf = (file: string): string => file.slice(0, -extension.length);

function runnable(
  folder: string,
  file: string,
  step: (direction: Direction, name: string, file: string) => Promise<void>,
): RunnableMigration<QueryInterface> {
  const path = join(folder, file);
  const go = (direction: Direction) => (params: MigrationParams<QueryInterface>) => step(direction, params.name, path);
  return { name: nameOf(file), path, up: go('up'), down: go('down') };
}

async function load(file: string): Promise<Record<Direction, Migration>> {
  const loaded = (await import(pathToFileURL(file).href)) as Partial<Record<Direction, Migration>>;
  if (!loaded.up || !loaded.down) throw new MigrationFailed(`${file} does not export both up and down.`);
  return { up: loaded.up, down: loaded.down };
}

async function statusOf(book: Bookkeeping, folder: string): Promise<MigrationStatus> {
  const recorded = await book.executed();
  const names = filesOf(folder).map(nameOf);
  return {
    executed: recorded.filter((name) => names.includes(name)),
    pending: names.filter((name) => !recorded.includes(name)),
    unknown: recorded.filter((name) => !names.includes(name)),
  };
}

function namesToRollBack({ executed, unknown }: MigrationStatus, target: RollbackTarget): string[] {
  const names = newestUntil(executed.toReversed(), target);
  const oldest = names.at(-1);
  // What a newer version has built on top only that version can take back.
  const above = oldest === undefined ? undefined : unknown.find((name) => name > oldest);
  if (above === undefined) return names;
  throw new MigrationFailed(`${above} was run by another version of Baton, which has to roll it back first.`);
}

function newestUntil(newestFirst: readonly string[], { to, steps = 1 }: RollbackTarget): string[] {
  if (to === null) return [...newestFirst];
  if (to === undefined) return newestFirst.slice(0, steps);
  const end = newestFirst.indexOf(to);
  if (end < 0) throw new MigrationFailed(`${to} has not been executed, so there is nothing to roll back to.`);
  return newestFirst.slice(0, end);
}

/** Runs `work` in a transaction that no other migrating process shares the time of. */
async function exclusively<Result>(
  sequelize: Sequelize,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  if (sequelize.getDialect() === 'sqlite') return whenFree(() => immediately(sequelize, work));
  // Servers of the older version go on meanwhile, and lock tables in an order of their own.
  return whenFree(() => exclusivelyOnPostgres(sequelize, work));
}

const exclusivelyOnPostgres = <Result>(sequelize: Sequelize, work: (transaction: Transaction) => Promise<Result>) =>
  sequelize.transaction(async (transaction) => {
    const say = (sql: string) => sequelize.query(sql, { transaction, raw: true });
    // A server's defaults are for requests; a migration of a large table is neither slow nor stuck.
    await say('SET LOCAL statement_timeout = 0');
    await say('SET LOCAL lock_timeout = 0');
    await say(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    return work(transaction);
  });

/** BEGIN IMMEDIATE takes SQLite's only write lock, and dies with its process. */
const immediately = <Result>(sequelize: Sequelize, work: (transaction: Transaction) => Promise<Result>) =>
  sequelize.transaction({ type: Transaction.TYPES.IMMEDIATE }, work);

async function whenFree<Result>(work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      // Nothing has happened yet, or nothing of it is left: it may simply be tried again.
      if (!isInTheWay(error) || Date.now() > deadline) throw error;
      await pause(RETRY_MS);
    }
  }
}

const DEADLOCK = '40P01';

/** A busy SQLite refuses to open or to BEGIN; PostgreSQL, in whatever language, ends one of those who wait for each other. */
function isInTheWay(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = (error instanceof BaseError && 'original' in error ? error.original : error) as { code?: unknown };
  return code === DEADLOCK || error.message.includes('SQLITE_BUSY');
}

function umzugLogger(logger: Logger): Exclude<UmzugOptions['logger'], undefined> {
  const tell = (message: Record<string, unknown>) => {
    logger.info(message, 'migrations');
  };
  return { info: tell, warn: tell, error: tell, debug: () => undefined };
}

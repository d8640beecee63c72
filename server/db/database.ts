import { Sequelize, type SequelizeOptions } from 'sequelize-typescript';
import type { Client } from 'pg';
import type { Transaction } from 'sequelize';
import type { Logger } from '../kernel/logger.js';
import { allModels } from './allModels.js';
import { associate } from './associations.js';
import { beginOnPostgres } from './beginOnPostgres.js';
import { againIfOutdated } from './databaseErrors.js';
import { dialects, type Dialect } from './dialect.js';
import { GroupedWriter } from './groupedWriter.js';
import { openTransactionOf, type OpenTransaction } from './openTransaction.js';
import { keepFresh, poolCounts, type PostgresConnections } from './pooledConnections.js';
import { flyOnPostgres } from './postgresFlight.js';
import { poolOf, postgresSettings, type DatabaseTls } from './postgresSettings.js';
import { inTime, promptReads, type PromptReads } from './promptReads.js';
import { QueryProfile } from './queryProfile.js';
import { openReplica } from './replicas/openReplica.js';
import { readsFrom } from './replicas/replicaReads.js';
import { Replicas } from './replicas/replicas.js';
import { pooledSnapshots } from './snapshots.js';
import { flyOnSqlite, keepOneWriter, sqliteModule, type SqliteHandle } from './sqliteDriver.js';
import { keptReader } from './sqliteSnapshots.js';
import { flyAlone, type Fly, type RunStatement } from './statement.js';
import { strayQueryGuard, type StrayQueryGuard } from './strayQueryGuard.js';

export interface DatabaseOptions {
  /** `sqlite:./data/baton.db` or `postgres://…` */
  readonly url: string;
  /** Connections of this process; 4–8 over all nodes serve two cores best. */
  readonly poolSize: number;
  readonly ssl: DatabaseTls | false;
  /** False for PgBouncer before 1.21, which cannot carry named statements. */
  readonly prepared: boolean;
  /** Servers that follow the one of `url`; reads that nobody decides by may go there. */
  readonly replicaUrls?: readonly string[];
  /** A connection of PostgreSQL that is older is used no more; left out, it may be of any age. */
  readonly maxAgeMs?: number;
  /** Whether a connection that was idle is asked first whether it still answers. */
  readonly pings?: boolean;
  /** Statements that take so long are told of in the log; left out, none is. */
  readonly slowMs?: number;
  /** How long PostgreSQL may take for an answer, in ms; left out, as long as it takes. */
  readonly answerMs?: number | undefined;
  /** Refuses queries of a unit of work that lack its transaction: everywhere but in production. */
  readonly guardsQueries?: boolean;
  readonly log: Logger;
}

export interface Database {
  readonly sequelize: Sequelize;
  readonly dialect: Dialect;
  /** File of a SQLite database; null on PostgreSQL. */
  readonly file: string | null;
  readonly guard: StrayQueryGuard;
  /** How long statements take. */
  readonly profile: QueryProfile;
  /** Of the pool, as it stands; all 0 on SQLite, which has none. */
  readonly connections: () => { readonly used: number; readonly idle: number; readonly waiting: number };
  /** Null: there are none. */
  readonly replicas: Replicas | null;
  /**
   * The same database for the reads of one call that begins now, and that no write hangs on: they may be answered by a replica that has
   * all that was acknowledged before.
   */
  forReading(): Database;
  /** Reads outside of any transaction. Throws inside a unit of work: use its own `all`. */
  readonly all: RunStatement;
  /** The same for what permissions hang on: answered within {@link PROMPT_MS} or failed, whatever the pool is busy with. */
  readonly promptly: RunStatement;
  /**
   * Several reads of one moment: what commits meanwhile is seen by none of them. Writers do not wait for it, nor it for them.
   * Only for reading.
   */
  snapshot<Result>(work: (all: RunStatement) => Promise<Result>): Promise<Result>;
  /** The same on a transaction's connection. */
  on(transaction: Transaction): RunStatement;
  /** For units of work. On SQLite several may share one transaction, each undone by itself; `alone`: not this one. */
  begin(options?: { readonly alone?: boolean }): Promise<OpenTransaction>;
  close(): Promise<void>;
}

type Connection = Client | SqliteHandle;
interface Connections extends Pick<PostgresConnections, 'connect' | 'config'> {
  getConnection(options: { type?: string; useMaster?: boolean }): Promise<Connection>;
  releaseConnection(connection: Connection): void;
  destroyConnection(connection: Connection): Promise<void>;
}

/** Longer than a slow answer takes; then the next read is worth more than this one. */
const PROMPT_MS = 1_000;

const SQLITE_URL = /^sqlite:(?:\/\/)?(.+)$/;

export function openDatabase(options: DatabaseOptions): Database {
  const file = SQLITE_URL.exec(options.url)?.[1] ?? null;
  const sequelize = new Sequelize({ ...dialectOptions(options, file), ...commonOptions(options) });
  associate();
  const dialect = file === null ? dialects.postgres : dialects.sqlite;
  const guard = strayQueryGuard(options.guardsQueries ?? true);
  watchQueries(sequelize, guard);
  const profile = new QueryProfile(dialect, options.log, options.slowMs ?? 0);
  const { observe } = profile;
  if (file !== null) keepOneWriter(sequelize, file);
  const flight = { named: options.prepared, answerMs: options.answerMs ?? null, observe };
  const flyOn = (connection: Connection): Fly =>
    file === null ? flyOnPostgres(connection as Client, flight) : flyOnSqlite(connection as SqliteHandle, observe);
  const writer = new GroupedWriter(sequelize, observe);
  const connections = sequelize.connectionManager as unknown as Connections;
  const upkeep = { maxAgeMs: options.maxAgeMs ?? 0, pings: options.pings ?? false };
  if (file === null) keepFresh(connections as PostgresConnections, upkeep);
  const run = <Row extends object>(connection: Connection, ...asked: Parameters<RunStatement>): Promise<Row[]> =>
    flyAlone(flyOn(connection), ...asked);
  const { all, prompt, snapshots } = readersOn({ file, connections, run, guard, observe });
  const servers = (options.replicaUrls ?? []).map((at) => openReplica(at, { ...options, ...upkeep, flight }));
  const replicas = servers.length === 0 ? null : new Replicas({ servers, promptly: prompt.all, log: options.log });
  const database: Database = {
    sequelize,
    dialect,
    file,
    guard,
    profile,
    connections: () =>
      file === null ? poolCounts(connections as PostgresConnections) : { used: 0, idle: 0, waiting: 0 },
    replicas,
    forReading: () => (replicas === null ? database : { ...database, ...readsFrom(replicas, guard, database) }),
    all,
    promptly: async (asked, values) => {
      guard.refuse(asked.name);
      return prompt.all(asked, values);
    },
    snapshot(work) {
      guard.refuse('a snapshot');
      return snapshots.read(work);
    },
    on(transaction) {
      const { connection } = transaction as unknown as { connection: Connection };
      const fly = flyOn(connection);
      return openTransactionOf(transaction)?.all ?? ((...asked) => flyAlone(fly, ...asked));
    },
    begin: ({ alone = false } = {}) => (file === null ? beginOnPostgres(sequelize, flight) : writer.begin(alone)),
    close: async () => {
      await replicas?.close();
      await prompt.close();
      await snapshots.close();
      await sequelize.close();
    },
  };
  return database;
}

interface ReadingParts {
  readonly file: string | null;
  readonly connections: Connections;
  readonly run: <Row extends object>(connection: Connection, ...asked: Parameters<RunStatement>) => Promise<Row[]>;
  readonly guard: StrayQueryGuard;
  readonly observe: QueryProfile['observe'];
}

/** The ways to read outside of transactions. */
function readersOn({ file, connections, run, guard, observe }: ReadingParts) {
  const read: typeof run = (...asked) => againIfOutdated(() => run(...asked));
  const all: RunStatement = async <Row extends object>(...[asked, values]: Parameters<RunStatement>) => {
    guard.refuse(asked.name);
    const connection = await connections.getConnection({ type: 'SELECT', useMaster: true });
    try {
      return await read<Row>(connection, asked, values);
    } finally {
      if (file === null) connections.releaseConnection(connection);
    }
  };
  const beside = () => connections.connect(connections.config);
  const prompt = file === null ? promptReads(beside, read, PROMPT_MS) : besideNothing(all);
  const snapshots = file === null ? pooledSnapshots(connections, run) : keptReader(file, observe);
  return { all, prompt, snapshots };
}

/** A file does not go away, and its readers do not wait for each other. */
const besideNothing = (all: RunStatement): PromptReads => ({
  all: (statement, values) => inTime(all(statement, values), PROMPT_MS),
  close: () => Promise.resolve(),
});

function dialectOptions({ url, ssl }: DatabaseOptions, file: string | null): SequelizeOptions {
  if (file !== null) {
    // IMMEDIATE: a deferred transaction that reads and then writes fails with SQLITE_BUSY at once, whatever the timeout.
    const type = { transactionType: 'IMMEDIATE' } as SequelizeOptions;
    return { dialect: 'sqlite', storage: file, dialectModule: sqliteModule, ...type };
  }
  return postgresSettings(url, ssl);
}

const commonOptions = ({ poolSize, log }: DatabaseOptions): SequelizeOptions => ({
  models: [...allModels],
  logging: log.isLevelEnabled('trace') ? (sql: string) => log.trace({ sql }, 'query') : false,
  pool: poolOf(poolSize),
  define: { underscored: true },
});

/** The one place every model query passes: stray ones are refused, failed ones doom their transaction. */
function watchQueries(sequelize: Sequelize, guard: StrayQueryGuard): void {
  type Query = (sql: unknown, options?: { transaction?: Transaction | null }) => Promise<unknown>;
  const holder = sequelize as unknown as { query: Query };
  const query = holder.query.bind(sequelize);
  holder.query = async (sql, options) => {
    const transaction = options?.transaction;
    if (!transaction) guard.refuse(typeof sql === 'string' ? sql.slice(0, 120) : 'a model query');
    const open = transaction ? openTransactionOf(transaction) : undefined;
    await open?.settled();
    try {
      return await query(sql, options);
    } catch (error) {
      open?.fail(error);
      throw error;
    }
  };
}

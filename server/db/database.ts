import { Sequelize, type SequelizeOptions } from 'sequelize-typescript';
import type { Transaction } from 'sequelize';
import type { Logger } from '../kernel/logger.js';
import { allModels } from './allModels.js';
import { associate } from './associations.js';
import { dialects, type Dialect } from './dialect.js';
import { inTime, promptReads, type OwnConnection, type PromptReads } from './promptReads.js';
import { keepOneWriter, sqliteModule, type SqliteHandle } from './sqliteDriver.js';
import { pooledSnapshots } from './snapshots.js';
import { keptReader } from './sqliteSnapshots.js';
import type { RunStatement, Statement, Value } from './statement.js';
import { refuseStrayQuery } from './strayQueryGuard.js';

export interface DatabaseOptions {
  /** `sqlite:./data/baton.db` or `postgres://…` */
  readonly url: string;
  /** Connections of this process; 4–8 over all nodes serve two cores best. */
  readonly poolSize: number;
  readonly ssl: boolean;
  /** False for PgBouncer before 1.21, which cannot carry named statements. */
  readonly prepared: boolean;
  readonly log: Logger;
}

export interface Database {
  readonly sequelize: Sequelize;
  readonly dialect: Dialect;
  /** File of a SQLite database; null on PostgreSQL. */
  readonly file: string | null;
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
  /** Told of every failed query of a transaction, also of those whose error the caller swallowed. */
  onTransactionError(listener: (transaction: Transaction, error: unknown) => void): void;
  close(): Promise<void>;
}

interface PgClient extends OwnConnection {
  query(query: { name?: string; text: string; values: unknown[] }): Promise<{ rows: object[] }>;
}
interface Connections {
  getConnection(options: { type?: string; useMaster?: boolean }): Promise<PgClient | SqliteHandle>;
  releaseConnection(connection: PgClient | SqliteHandle): void;
  /** PostgreSQL only: a connection beside the pool. */
  connect(config: object): Promise<PgClient>;
  readonly config: object;
  destroyConnection(connection: PgClient | SqliteHandle): Promise<void>;
}

/** Longer than a slow answer takes; then the next read is worth more than this one. */
const PROMPT_MS = 1_000;

const SQLITE_URL = /^sqlite:(?:\/\/)?(.+)$/;

export function openDatabase(options: DatabaseOptions): Database {
  const file = SQLITE_URL.exec(options.url)?.[1] ?? null;
  const sequelize = new Sequelize({ ...dialectOptions(options, file), ...commonOptions(options) });
  associate();
  const dialect = file === null ? dialects.postgres : dialects.sqlite;
  const listeners: ((transaction: Transaction, error: unknown) => void)[] = [];
  const failed = (transaction: Transaction, error: unknown) => {
    for (const listener of listeners) listener(transaction, error);
  };
  watchQueries(sequelize, failed);
  if (file !== null) keepOneWriter(sequelize, file);
  const run = file === null ? postgresRunner(options.prepared) : runSqlite;
  const connections = sequelize.connectionManager as unknown as Connections;
  const all: RunStatement = async <Row extends object>(statement: Statement, values: readonly Value[]) => {
    refuseStrayQuery(statement.name);
    const connection = await connections.getConnection({ type: 'SELECT', useMaster: true });
    try {
      return await run<Row>(connection, statement, values);
    } finally {
      if (file === null) connections.releaseConnection(connection);
    }
  };
  const prompt = file === null ? promptly(connections, run) : besideNothing(all);
  const snapshots = file === null ? pooledSnapshots(connections, run) : keptReader(file);
  return {
    sequelize,
    dialect,
    file,
    all,
    promptly: prompt.all,
    snapshot(work) {
      refuseStrayQuery('a snapshot');
      return snapshots.read(work);
    },
    on: (transaction) => async (statement, values) => {
      const { connection } = transaction as unknown as { connection: PgClient | SqliteHandle };
      try {
        return await run(connection, statement, values);
      } catch (error) {
        failed(transaction, error);
        throw error;
      }
    },
    onTransactionError: (listener) => void listeners.push(listener),
    close: async () => {
      await prompt.close();
      await snapshots.close();
      await sequelize.close();
    },
  };
}

const promptly = (connections: Connections, run: Run): PromptReads =>
  promptReads(() => connections.connect(connections.config), run, PROMPT_MS);

/** A file does not go away, and its readers do not wait for each other. */
const besideNothing = (all: RunStatement): PromptReads => ({
  all: (statement, values) => inTime(all(statement, values), PROMPT_MS),
  close: () => Promise.resolve(),
});

type Run = <Row extends object>(
  connection: PgClient | SqliteHandle,
  statement: Statement,
  values: readonly Value[],
) => Promise<Row[]>;

const postgresRunner = (prepared: boolean): Run =>
  async function run<Row extends object>(
    connection: PgClient | SqliteHandle,
    statement: Statement,
    values: readonly Value[],
  ) {
    const text = statement.text(dialects.postgres);
    const query =
      prepared && statement.name !== ''
        ? { name: statement.name, text, values: [...values] }
        : { text, values: [...values] };
    return (await (connection as PgClient).query(query)).rows as Row[];
  };

const runSqlite: Run = (connection, statement, values) => (connection as SqliteHandle).runPrepared(statement, values);

function dialectOptions({ url, ssl }: DatabaseOptions, file: string | null): SequelizeOptions {
  if (file !== null) {
    // IMMEDIATE: a deferred transaction that reads and then writes fails with SQLITE_BUSY at once, whatever the timeout.
    const type = { transactionType: 'IMMEDIATE' } as SequelizeOptions;
    return { dialect: 'sqlite', storage: file, dialectModule: sqliteModule, ...type };
  }
  const { hostname, port, pathname, username, password } = new URL(url);
  return {
    dialect: 'postgres',
    host: decodeURIComponent(hostname) || '127.0.0.1',
    port: Number(port || 5432),
    database: decodeURIComponent(pathname.slice(1)),
    username: decodeURIComponent(username),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    dialectOptions: { connectionTimeoutMillis: 3_000, keepAlive: true, ...(ssl ? { ssl: true } : {}) },
  };
}

const commonOptions = ({ poolSize, log }: DatabaseOptions): SequelizeOptions => ({
  models: [...allModels],
  logging: log.isLevelEnabled('trace') ? (sql: string) => log.trace({ sql }, 'query') : false,
  pool: { min: 0, max: poolSize, acquire: 5_000, idle: 10_000 },
  define: { underscored: true },
});

/** The one place every model query passes: stray ones are refused, failed ones are told of. */
function watchQueries(sequelize: Sequelize, failed: (transaction: Transaction, error: unknown) => void): void {
  type Query = (sql: unknown, options?: { transaction?: Transaction | null }) => Promise<unknown>;
  const holder = sequelize as unknown as { query: Query };
  const query = holder.query.bind(sequelize);
  holder.query = async (sql, options) => {
    const transaction = options?.transaction;
    if (!transaction) refuseStrayQuery(typeof sql === 'string' ? sql.slice(0, 120) : 'a model query');
    try {
      return await query(sql, options);
    } catch (error) {
      if (transaction) failed(transaction, error);
      throw error;
    }
  };
}

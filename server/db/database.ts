import { Sequelize, type SequelizeOptions } from 'sequelize-typescript';
import type { Client } from 'pg';
import type { Transaction } from 'sequelize';
import type { Logger } from '../kernel/logger.js';
import { allModels } from './allModels.js';
import { associate } from './associations.js';
import { beginOnPostgres } from './beginOnPostgres.js';
import { dialects, type Dialect } from './dialect.js';
import { GroupedWriter } from './groupedWriter.js';
import { openTransactionOf, type OpenTransaction } from './openTransaction.js';
import { flyOnPostgres } from './postgresFlight.js';
import { inTime, promptReads, type PromptReads } from './promptReads.js';
import { pooledSnapshots } from './snapshots.js';
import { flyOnSqlite, keepOneWriter, sqliteModule, type SqliteHandle } from './sqliteDriver.js';
import { keptReader } from './sqliteSnapshots.js';
import type { Asked, Fly, RunStatement } from './statement.js';
import { strayQueryGuard, type StrayQueryGuard } from './strayQueryGuard.js';

export interface DatabaseOptions {
  /** `sqlite:./data/baton.db` or `postgres://…` */
  readonly url: string;
  /** Connections of this process; 4–8 over all nodes serve two cores best. */
  readonly poolSize: number;
  readonly ssl: boolean;
  /** False for PgBouncer before 1.21, which cannot carry named statements. */
  readonly prepared: boolean;
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
interface Connections {
  getConnection(options: { type?: string; useMaster?: boolean }): Promise<Connection>;
  releaseConnection(connection: Connection): void;
  destroyConnection(connection: Connection): Promise<void>;
  /** PostgreSQL only: a connection beside the pool. */
  connect(config: object): Promise<Client>;
  readonly config: object;
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
  if (file !== null) keepOneWriter(sequelize, file);
  const flight = { named: options.prepared, answerMs: options.answerMs ?? null };
  const flyOn = (connection: Connection): Fly =>
    file === null ? flyOnPostgres(connection as Client, flight) : flyOnSqlite(connection as SqliteHandle);
  const writer = new GroupedWriter(sequelize);
  const connections = sequelize.connectionManager as unknown as Connections;
  const run = <Row extends object>(connection: Connection, ...asked: Parameters<RunStatement>): Promise<Row[]> =>
    flyAlone(flyOn(connection), ...asked);
  const all: RunStatement = async <Row extends object>(...[asked, values]: Parameters<RunStatement>) => {
    guard.refuse(asked.name);
    const connection = await connections.getConnection({ type: 'SELECT', useMaster: true });
    try {
      return await run<Row>(connection, asked, values);
    } finally {
      if (file === null) connections.releaseConnection(connection);
    }
  };
  const beside = () => connections.connect(connections.config);
  const prompt = file === null ? promptReads(beside, run, PROMPT_MS) : besideNothing(all);
  const snapshots = file === null ? pooledSnapshots(connections, run) : keptReader(file);
  return {
    sequelize,
    dialect,
    file,
    guard,
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
      await prompt.close();
      await snapshots.close();
      await sequelize.close();
    },
  };
}

const flyAlone = <Row extends object>(fly: Fly, ...[statement, values]: Parameters<RunStatement>): Promise<Row[]> =>
  new Promise((resolve, reject) => {
    void fly([{ statement, values, resolve: resolve as Asked['resolve'], reject }]);
  });

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

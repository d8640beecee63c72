import { Sequelize, type SequelizeOptions } from 'sequelize-typescript';
import type { ClientBase } from 'pg';
import type { Transaction } from 'sequelize';
import type { Logger } from '../kernel/logger.js';
import { allModels } from './allModels.js';
import { associate } from './associations.js';
import { beginOnPostgres } from './beginOnPostgres.js';
import { dialects, type Dialect } from './dialect.js';
import { GroupedWriter } from './groupedWriter.js';
import { openTransactionOf, type OpenTransaction } from './openTransaction.js';
import { flyOnPostgres } from './postgresFlight.js';
import { flyOnSqlite, keepOneWriter, sqliteModule, type SqliteHandle } from './sqliteDriver.js';
import type { Asked, Fly, RunStatement } from './statement.js';
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
  /** The same on a transaction's connection. */
  on(transaction: Transaction): RunStatement;
  /** For units of work. On SQLite several may share one transaction, each undone by itself; `alone`: not this one. */
  begin(options?: { readonly alone?: boolean }): Promise<OpenTransaction>;
  close(): Promise<void>;
}

type Connection = ClientBase | SqliteHandle;
interface Connections {
  getConnection(options: { type?: string; useMaster?: boolean }): Promise<Connection>;
  releaseConnection(connection: Connection): void;
}

const SQLITE_URL = /^sqlite:(?:\/\/)?(.+)$/;

export function openDatabase(options: DatabaseOptions): Database {
  const file = SQLITE_URL.exec(options.url)?.[1] ?? null;
  const sequelize = new Sequelize({ ...dialectOptions(options, file), ...commonOptions(options) });
  associate();
  const dialect = file === null ? dialects.postgres : dialects.sqlite;
  watchQueries(sequelize);
  if (file !== null) keepOneWriter(sequelize, file);
  const flyOn = (connection: Connection): Fly =>
    file === null ? flyOnPostgres(connection as ClientBase, options.prepared) : flyOnSqlite(connection as SqliteHandle);
  const writer = new GroupedWriter(sequelize);
  const connections = sequelize.connectionManager as unknown as Connections;
  return {
    sequelize,
    dialect,
    file,
    async all(statement, values) {
      refuseStrayQuery(statement.name);
      const connection = await connections.getConnection({ type: 'SELECT', useMaster: true });
      try {
        return await flyAlone(flyOn(connection), statement, values);
      } finally {
        if (file === null) connections.releaseConnection(connection);
      }
    },
    on(transaction) {
      const { connection } = transaction as unknown as { connection: Connection };
      const fly = flyOn(connection);
      return openTransactionOf(transaction)?.all ?? ((...asked) => flyAlone(fly, ...asked));
    },
    begin: ({ alone = false } = {}) =>
      file === null ? beginOnPostgres(sequelize, options.prepared) : writer.begin(alone),
    close: () => sequelize.close(),
  };
}

const flyAlone = <Row extends object>(fly: Fly, ...[statement, values]: Parameters<RunStatement>): Promise<Row[]> =>
  new Promise((resolve, reject) => {
    void fly([{ statement, values, resolve: resolve as Asked['resolve'], reject }]);
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
function watchQueries(sequelize: Sequelize): void {
  type Query = (sql: unknown, options?: { transaction?: Transaction | null }) => Promise<unknown>;
  const holder = sequelize as unknown as { query: Query };
  const query = holder.query.bind(sequelize);
  holder.query = async (sql, options) => {
    const transaction = options?.transaction;
    if (!transaction) refuseStrayQuery(typeof sql === 'string' ? sql.slice(0, 120) : 'a model query');
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

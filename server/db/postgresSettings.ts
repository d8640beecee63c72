import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';

/** How a connection to PostgreSQL is kept from being read and from being answered by somebody else. */
export interface DatabaseTls {
  /** As libpq names them: encrypted; and signed by who is trusted; and for the host that was asked for. */
  readonly mode: 'require' | 'verify-ca' | 'verify-full';
  /** In PEM; null: whom the system trusts. */
  readonly ca: string | null;
}

/** What `tls.connect` is told. */
export function tlsOptions({ mode, ca }: DatabaseTls): ConnectionOptions {
  return {
    rejectUnauthorized: mode !== 'require',
    ...(ca === null ? {} : { ca }),
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  };
}

/**
 * Sequelize listens for errors of a connection a moment after it was made. A server whose main process has just died says so with its
 * greeting, in that moment, and an error that nobody listens for ends the program. The first statement fails all the same.
 */
class HeardClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
const driver = { types: pg.types, Client: HeardClient };

const CONNECT_MS = 3_000;

/** Where `postgres://…` leads, in the words of Sequelize. */
export function postgresSettings(url: string, tls: DatabaseTls | false) {
  const { hostname, port, pathname, username, password } = new URL(url);
  return {
    dialect: 'postgres' as const,
    dialectModule: driver,
    host: decodeURIComponent(hostname) || '127.0.0.1',
    port: Number(port || 5432),
    database: decodeURIComponent(pathname.slice(1)),
    username: decodeURIComponent(username),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    dialectOptions: {
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      ...(tls === false ? {} : { ssl: tlsOptions(tls) }),
    },
  };
}

/** Of one process: a connection that nobody needs for 10 s is closed; who waits longer than 5 s for one is told so. */
export const poolOf = (max: number) => ({ min: 0, max, acquire: 5_000, idle: 10_000 });

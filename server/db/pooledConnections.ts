import type { Client, Connection } from 'pg';
import { inTime } from './promptReads.js';

/** What Sequelize's manager of connections to PostgreSQL does, whose types are not public. */
export interface PostgresConnections {
  getConnection(options?: { type?: string; useMaster?: boolean }): Promise<Client>;
  releaseConnection(connection: Client): void;
  destroyConnection(connection: Client): Promise<void>;
  /** A connection beside the pool. */
  connect(config: object): Promise<Client>;
  readonly config: object;
  readonly pool: { readonly using: number; readonly available: number; readonly waiting: number };
}

export const poolCounts = ({ pool }: PostgresConnections) => ({
  used: pool.using,
  idle: pool.available,
  waiting: pool.waiting,
});

export interface Upkeep {
  /** A connection that is older is closed instead of being used again; 0: it may be of any age. */
  readonly maxAgeMs: number;
  /** What was not used for {@link IDLE_MS} is asked whether it still answers. */
  readonly pings: boolean;
}

/** Networks that forget a connection do so after minutes; a server that went away closes it, and that is seen at once. */
const IDLE_MS = 2_000;
const PING_MS = 1_000;

const streamOf = (client: Client) => (client as unknown as { connection: Connection }).connection.stream;

/**
 * Lets nobody have a connection that is too old, or that does not answer any more. An old one ends when it would have been used
 * again, so that after a failover, or behind a balancer, work moves to where new connections lead.
 */
export function keepFresh(connections: PostgresConnections, { maxAgeMs, pings }: Upkeep, now = () => Date.now()): void {
  const known = new WeakMap<Client, { readonly bornAt: number; usedAt: number }>();
  const get = connections.getConnection.bind(connections);
  const release = connections.releaseConnection.bind(connections);
  const isFresh = async (connection: Client): Promise<boolean> => {
    const life = known.get(connection);
    if (!life) {
      known.set(connection, { bornAt: now(), usedAt: now() });
      return true;
    }
    if (maxAgeMs > 0 && now() - life.bornAt > maxAgeMs) return false;
    if (!pings || now() - life.usedAt < IDLE_MS) return true;
    return inTime(connection.query('SELECT 1'), PING_MS).then(
      () => true,
      () => {
        // One that hangs does not say good-bye either.
        streamOf(connection).destroy();
        return false;
      },
    );
  };
  connections.getConnection = async (options) => {
    for (;;) {
      const connection = await get(options);
      if (await isFresh(connection)) return connection;
      void connections.destroyConnection(connection).catch(() => undefined);
    }
  };
  connections.releaseConnection = (connection) => {
    const life = known.get(connection);
    if (life) life.usedAt = now();
    release(connection);
  };
}

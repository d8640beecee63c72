import { Redis } from 'ioredis';
import type { Config } from './config.js';
import { openDatabase, type Database } from './db/database.js';
import { createMigrator, type Migrator } from './db/migrator.js';
import { loadAccessFacts } from './features/auth/accessFacts.js';
import { createAuth, type AuthOptions } from './features/auth/createAuth.js';
import type { Deps } from './features/deps.js';
import { systemClock, type Clock } from './kernel/clock.js';
import { createLogger, type Logger } from './kernel/logger.js';
import type { Bus } from './realtime/bus.js';
import { memoryBus } from './realtime/busMemory.js';
import { RedisBus } from './realtime/busRedis.js';
import { EventLog } from './realtime/eventLog.js';
import { Hub } from './realtime/hub.js';
import { keepPruning } from './realtime/retention.js';
import { createMetrics, type Metrics } from './transport/metrics.js';
import { createWebServer, type WebServer } from './transport/server.js';

export interface App {
  readonly deps: Deps;
  readonly migrator: Migrator;
  readonly bus: Bus;
  /** The port that {@link listen} bound; 0 before. */
  readonly port: number;
  /** Serves until {@link close}. The database must be migrated. */
  listen(): Promise<number>;
  /** Lets what has begun end, and lets go of every connection and timer. Repeating it does nothing. */
  close(): Promise<void>;
}

/** What tests and the command line bring along instead of what would be built. */
export interface AppOverrides {
  readonly log?: Logger;
  readonly clock?: Clock;
  readonly bus?: Bus;
  readonly pollMs?: number;
  readonly auth?: Pick<AuthOptions, 'loginLimits' | 'passwordCost'>;
}

/** Builds the whole program out of its settings; nothing else does. Opens connections when they are first needed. */
export function buildApp(config: Config, overrides: AppOverrides = {}): App {
  const log = overrides.log ?? createLogger(config.logLevel);
  const clock = overrides.clock ?? systemClock;
  const db = databaseOf(config, log);
  const eventLog = new EventLog(db);
  const bus = overrides.bus ?? createBus(config, log, eventLog);
  const redis = config.redisUrl === null ? null : sharedRedis(config.redisUrl, log);
  const migrator = createMigrator(db, log);
  const server: { web?: WebServer } = {};
  const metrics = createMetrics({
    sockets: () => server.web?.socketCount() ?? 0,
    subscriptions: () => server.web?.subscriptionCount() ?? 0,
    busUp: () => bus.state().up,
    pollAgeMs: () => hub.pollAgeMs,
  });
  const hub = createHub({ db, eventLog, bus, log, metrics }, overrides.pollMs);
  const deps: Deps = {
    db,
    clock,
    log,
    hub,
    auth: createAuth({ ...config, ...overrides.auth, redis }),
    wake: (wakes) => {
      metrics.moved(wakes.length);
      // The answer first: whoever asked does not wait until all that follow have been written to.
      setImmediate(() => hub.wake(wakes));
    },
  };
  const rules = { allowedOrigins: config.allowedOrigins, trustProxy: config.trustProxy };
  const web = createWebServer({ deps, db, migrator, bus, metrics, rules });
  server.web = web;

  let port = 0;
  let stopPruning = () => {};
  let closing: Promise<void> | null = null;
  return {
    deps,
    migrator,
    bus,
    get port() {
      return port;
    },
    async listen() {
      port = await web.listen(config.port, config.host);
      stopPruning = keepPruning({ db, clock, logger: log, eventDays: config.eventRetentionDays });
      return port;
    },
    close: () =>
      (closing ??= closeInOrder([
        () => stopPruning(),
        () => web.close(),
        () => hub.close(),
        () => bus.close(),
        () => redis?.disconnect(),
        () => db.close(),
      ])),
  };
}

const databaseOf = ({ databaseUrl, poolSize, databaseSsl, prepared }: Config, log: Logger): Database =>
  openDatabase({ url: databaseUrl, poolSize, ssl: databaseSsl, prepared, log });

const createBus = ({ redisUrl }: Config, logger: Logger, eventLog: EventLog): Bus =>
  redisUrl === null ? memoryBus() : new RedisBus({ url: redisUrl, logger, epoch: () => eventLog.epoch() });

interface HubParts {
  readonly db: Database;
  readonly eventLog: EventLog;
  readonly bus: Bus;
  readonly log: Logger;
  readonly metrics: Metrics;
}
const createHub = ({ db, eventLog, bus, log, metrics }: HubParts, pollMs: number | undefined): Hub =>
  new Hub({
    log: eventLog,
    bus,
    loadFacts: (userIds) => loadAccessFacts(db, userIds),
    logger: log,
    observer: metrics.hub,
    ...(pollMs === undefined ? {} : { pollMs }),
  });

/** For counters that all nodes share. Its outages are told by the bus, and whoever uses it goes on without. */
function sharedRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: false });
  redis.on('error', (error: Error) => log.debug({ error: error.message }, 'Redis'));
  return redis;
}

async function closeInOrder(steps: readonly (() => unknown)[]): Promise<void> {
  for (const step of steps) await step();
}

import { Redis, type Cluster } from 'ioredis';
import type { NodeHealth } from '../contract/admin.js';
import type { Config } from './config.js';
import { openDatabase, type Database } from './db/database.js';
import { createMigrator, type Migrator } from './db/migrator.js';
import { loadAccessFacts } from './features/auth/accessFacts.js';
import { uploadTimes, type FileSettings } from './features/attachments/fileSettings.js';
import { keepSweeping } from './features/attachments/sweepAttachments.js';
import { createAuth, type AuthOptions } from './features/auth/createAuth.js';
import type { Deps } from './features/deps.js';
import { keepTellingDue } from './features/notifications/dueSoon.js';
import { queryReader } from './features/tickets/ticketWindow.queries.js';
import { systemClock, type Clock } from './kernel/clock.js';
import { createLogger, type Logger } from './kernel/logger.js';
import type { Bus } from './realtime/bus.js';
import { memoryBus } from './realtime/busMemory.js';
import { RedisBus } from './realtime/busRedis.js';
import { EventLog } from './realtime/eventLog.js';
import { Hub } from './realtime/hub.js';
import { redisCluster } from './realtime/redis/redisCluster.js';
import { keepPruning } from './realtime/retention.js';
import { clamd } from './storage/clamd.js';
import { openFileStore } from './storage/openFileStore.js';
import { readiness, type HealthParts } from './transport/health.js';
import { createMetrics, type Gauges, type Metrics } from './transport/metrics.js';
import { Pacing } from './transport/pacing.js';
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
  readonly eventLog?: EventLog;
  readonly pollMs?: number;
  /** How long the database may take for an answer, in ms; left out, as long as it takes. */
  readonly answerMs?: number;
  readonly auth?: Pick<AuthOptions, 'loginLimits' | 'passwordCost'>;
  readonly files?: Partial<FileSettings>;
}

/** Builds the whole program out of its settings; nothing else does. Opens connections when they are first needed. */
export function buildApp(config: Config, overrides: AppOverrides = {}): App {
  const log = overrides.log ?? createLogger(config.logLevel);
  const clock = overrides.clock ?? systemClock;
  const db = databaseOf(config, log, overrides.answerMs);
  const eventLog = overrides.eventLog ?? new EventLog(db);
  const bus = overrides.bus ?? createBus(config, log, eventLog);
  const redis = sharedRedis(config, log);
  const migrator = createMigrator(db, log);
  const server: Serving = {};
  const startedAt = clock.now();
  const metrics = createMetrics(gaugesOf(server, bus, () => hub));
  const heads = overrides.eventLog ?? new EventLog({ all: db.promptly });
  const hub = createHub({ db, eventLog, heads, bus, log, metrics }, overrides.pollMs);
  const deps: Deps = {
    db,
    clock,
    log,
    hub,
    auth: createAuth({ ...config, ...overrides.auth, redis }),
    files: { ...fileSettingsOf(config), ...overrides.files },
    health: () => healthOf({ db, migrator, bus, hub, server, startedAt }),
    wake: (wakes) => {
      metrics.moved(wakes.length);
      // The answer first: whoever asked does not wait until all that follow have been written to.
      setImmediate(() => hub.wake(wakes));
    },
  };
  const rules = { allowedOrigins: config.allowedOrigins, trustProxy: config.trustProxy };
  const pacing = new Pacing(config.callsPerSecond);
  const web = createWebServer({ deps, db, migrator, bus, metrics, rules, pacing });
  server.web = web;

  let port = 0;
  let stopUpkeep = () => {};
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
      stopUpkeep = keepTidy(deps, config);
      return port;
    },
    close: () =>
      (closing ??= closeInOrder([
        () => stopUpkeep(),
        () => web.close(),
        () => hub.close(),
        () => bus.close(),
        () => redis?.disconnect(),
        () => db.close(),
      ])),
  };
}

/** Forgets what is old and removes what nobody has, each hour, until the returned function is called. */
function keepTidy(deps: Deps, { eventRetentionDays: eventDays, auditRetentionDays: auditDays }: Config): () => void {
  const { db, clock, log: logger, files } = deps;
  const stops = [
    keepPruning({ db, clock, logger, eventDays, auditDays }),
    keepSweeping({ db, clock, logger, store: files.store }),
    keepTellingDue(deps),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Made last, and asked by what was made before. */
interface Serving {
  web?: WebServer;
}

const gaugesOf = (server: Serving, bus: Bus, hub: () => Hub): Gauges => ({
  sockets: () => server.web?.socketCount() ?? 0,
  subscriptions: () => server.web?.subscriptionCount() ?? 0,
  busUp: () => bus.state().up,
  pollAgeMs: () => hub().pollAgeMs,
  following: () => hub().running.countOf,
  presence: () => hub().presence.counts,
  bytesWritten: () => server.web?.bytesWritten() ?? 0,
});

type HealthSources = Omit<HealthParts, 'isDraining'> & { hub: Hub; server: Serving; startedAt: Date };

const healthOf = async ({ hub, server: { web }, startedAt, ...parts }: HealthSources): Promise<NodeHealth> => ({
  ...(await readiness({ ...parts, isDraining: () => web?.isDraining() ?? false })),
  node: hub.node,
  startedAt: startedAt.toISOString(),
  sockets: web?.socketCount() ?? 0,
  subscriptions: web?.subscriptionCount() ?? 0,
  pollAgeMs: Math.round(hub.pollAgeMs),
  memoryBytes: process.memoryUsage.rss(),
});

const databaseOf = (
  { databaseUrl: url, poolSize, databaseSsl: ssl, prepared, production }: Config,
  log: Logger,
  answerMs: number | undefined,
): Database => openDatabase({ url, poolSize, ssl, prepared, answerMs, guardsQueries: !production, log });

const fileSettingsOf = ({ filePlace, clamdUrl, attachmentQuotaBytes: quotaBytes }: Config): FileSettings => ({
  store: openFileStore(filePlace),
  scanner: clamdUrl === null ? null : clamd(clamdUrl),
  quotaBytes,
  ...uploadTimes,
});

const createBus = ({ redisUrl: url, redisCluster: cluster }: Config, logger: Logger, eventLog: EventLog): Bus =>
  url === null ? memoryBus() : new RedisBus({ url, cluster, logger, epoch: () => eventLog.epoch() });

interface HubParts {
  readonly db: Database;
  readonly eventLog: EventLog;
  readonly heads: EventLog;
  readonly bus: Bus;
  readonly log: Logger;
  readonly metrics: Metrics;
}
const createHub = ({ db, eventLog, heads, bus, log, metrics }: HubParts, pollMs: number | undefined): Hub =>
  new Hub({
    log: eventLog,
    heads,
    bus,
    loadFacts: (userIds) => loadAccessFacts(db, userIds),
    queries: { reader: queryReader(db) },
    logger: log,
    observer: metrics.hub,
    ...(pollMs === undefined ? {} : { pollMs }),
  });

/** For counters that all nodes share. Its outages are told by the bus, and whoever uses it goes on without. */
function sharedRedis({ redisUrl, redisCluster: isCluster }: Config, log: Logger): Redis | Cluster | null {
  if (redisUrl === null) return null;
  const redis = isCluster
    ? redisCluster(redisUrl, 'counters')
    : new Redis(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  redis.on('error', (error: Error) => log.debug({ error: error.message }, 'Redis'));
  return redis;
}

async function closeInOrder(steps: readonly (() => unknown)[]): Promise<void> {
  for (const step of steps) await step();
}

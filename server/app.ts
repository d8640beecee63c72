import { Redis, type Cluster } from 'ioredis';
import type { NodeHealth } from '../contract/admin.js';
import { lastBackup } from './backup/scheduled.js';
import { limits } from '../contract/limits.js';
import type { Config } from './config.js';
import { openDatabase, type Database } from './db/database.js';
import { createMigrator, type Migrator } from './db/migrator.js';
import { loadAccessFacts } from './features/auth/accessFacts.js';
import { uploadTimes, type FileSettings } from './features/attachments/fileSettings.js';
import { createAuth, type AuthOptions } from './features/auth/createAuth.js';
import type { Deps } from './features/deps.js';
import { mailTimes, type MailSettings } from './features/mails/mailSettings.js';
import { queryReader } from './features/tickets/ticketWindow.queries.js';
import { postTimes, webhookTimes, type WebhookSettings } from './features/webhooks/webhookSettings.js';
import { systemClock, type Clock } from './kernel/clock.js';
import { createLogger, type Logger } from './kernel/logger.js';
import { smtpMailer } from './mail/smtpMailer.js';
import { poster } from './outbound/post.js';
import type { Planner } from './planner/plan.js';
import { createPlanner } from './planner/planner.js';
import type { Bus } from './realtime/bus.js';
import { memoryBus } from './realtime/busMemory.js';
import { RedisBus } from './realtime/busRedis.js';
import type { LogConsumer } from './realtime/consumers/logConsumer.js';
import { EventLog } from './realtime/eventLog.js';
import { Hub } from './realtime/hub.js';
import { redisCluster } from './realtime/redis/redisCluster.js';
import { clamd } from './storage/clamd.js';
import { openFileStore } from './storage/openFileStore.js';
import { readiness, type HealthParts } from './transport/health.js';
import { createMetrics, type Gauges, type Metrics } from './transport/metrics.js';
import { Pacing } from './transport/pacing.js';
import type { WebServer } from './transport/server.js';
import type { Upkeep } from './upkeep.js';

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
  /** Of no effect where no e-mail is sent. */
  readonly mail?: Partial<MailSettings>;
  readonly webhooks?: Partial<WebhookSettings>;
  /** Who acts upon the log, instead of all. */
  readonly consumers?: readonly LogConsumer[];
  /** Nothing is done but what is called for: nobody acts upon the log, and nothing is swept, told or sent now and then. */
  readonly isIdle?: boolean;
  readonly planner?: Planner;
  /** Told of each commit of this process, and waited for when nobody is served any more. */
  readonly keeper?: { readonly wrote: () => void; readonly close: () => Promise<void> };
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
  const gauges = gaugesOf(server, bus, () => hub);
  const metrics = createMetrics(gauges, db);
  let port = 0;
  const heads = overrides.eventLog ?? new EventLog({ all: db.promptly });
  const hub = createHub({ db, eventLog, heads, bus, log, metrics }, overrides.pollMs);
  const planner = overrides.planner ?? plannerOf(log);
  const deps: Deps = {
    db,
    clock,
    log,
    hub,
    planner,
    placeSoon: () => setImmediate(() => server.upkeep?.placeSoon()),
    webhooks: { ...webhookSettingsOf(config, () => port), ...overrides.webhooks },
    webhooksSoon: () => setImmediate(() => server.upkeep?.webhooksSoon()),
    auth: createAuth({ ...config, ...overrides.auth, redis }),
    files: { ...fileSettingsOf(config), ...overrides.files },
    mail: mailSettingsOf(config, overrides.mail),
    health: () => healthOf({ db, migrator, bus, hub, server, startedAt }),
    wake: wakerOf(hub, metrics, server, overrides.keeper),
  };
  let closing: Promise<void> | null = null;
  return {
    deps,
    migrator,
    bus,
    get port() {
      return port;
    },
    async listen() {
      const { createWebServer, keepRunning } = await whatServes();
      server.web = createWebServer({ deps, db, migrator, bus, metrics, ...callersOf(config) });
      port = await server.web.listen(config.port, config.host);
      if (!overrides.isIdle) server.upkeep = keepRunning(deps, config, metrics, overrides.consumers);
      return port;
    },
    close: () =>
      (closing ??= closeInOrder([
        () => Promise.all([server.upkeep?.stop(), server.web?.close()]),
        () => overrides.keeper?.close(),
        () => planner.close(),
        () => hub.close(),
        () => bus.close(),
        () => redis?.disconnect(),
        () => db.close(),
      ])),
  };
}

/** All procedures come with it: a command that serves nobody starts in two thirds of the time. */
const whatServes = async () => ({ ...(await import('./transport/server.js')), ...(await import('./upkeep.js')) });

const callersOf = ({ allowedOrigins, trustProxy, callsPerSecond }: Config) => ({
  rules: { allowedOrigins, trustProxy },
  pacing: new Pacing(callsPerSecond),
});

const wakerOf =
  (hub: Hub, metrics: Metrics, server: Serving, keeper: AppOverrides['keeper']): Deps['wake'] =>
  (wakes) => {
    keeper?.wrote();
    server.upkeep?.consuming.moved(wakes);
    metrics.moved(wakes.length);
    // The answer first: whoever asked does not wait until all that follow have been written to.
    setImmediate(() => hub.wake(wakes));
  };

/** Made last, and asked by what was made before. */
interface Serving {
  web?: WebServer;
  upkeep?: Upkeep;
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
  lastBackup: await lastBackup(parts.db).catch(() => null),
  memoryBytes: process.memoryUsage.rss(),
  replicas: parts.db.replicas?.states ?? [],
});

const databaseOf = (config: Config, log: Logger, answerMs: number | undefined): Database =>
  openDatabase({
    url: config.databaseUrl,
    poolSize: config.poolSize,
    ssl: config.databaseSsl,
    prepared: config.prepared,
    replicaUrls: config.replicaUrls,
    maxAgeMs: config.connectionAgeMs,
    pings: config.prePing,
    slowMs: config.slowQueryMs,
    guardsQueries: !config.production,
    answerMs,
    log,
  });

const plannerOf = (log: Logger): Planner =>
  createPlanner({ onBroken: (err) => log.error({ err }, 'a plan broke down') });

const fileSettingsOf = ({ filePlace, clamdUrl, attachmentQuotaBytes: quotaBytes }: Config): FileSettings => ({
  store: openFileStore(filePlace),
  scanner: clamdUrl === null ? null : clamd(clamdUrl),
  quotaBytes,
  ...uploadTimes,
});

const mailSettingsOf = ({ mail }: Config, overrides: Partial<MailSettings> = {}): MailSettings | null =>
  mail && { mailer: smtpMailer(mail), publicUrl: mail.publicUrl, ...mailTimes, ...overrides };

const webhookSettingsOf = (
  { webhookAllowHttp: plainHttp, webhookAllowedHosts: allowed }: Config,
  ownPort: () => number,
): WebhookSettings => {
  const rules = { plainHttp, allowed, ownPort };
  return { ...webhookTimes, rules, post: poster({ ...rules, ...postTimes, bodyBytes: limits.webhookAnswerBytes }) };
};

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

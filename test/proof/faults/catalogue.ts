import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../seeders/support/random.js';
import type { ChildService } from '../../support/childService.js';
import type { Cut } from '../../support/cutProxy.js';
import { runSql } from '../../support/postgresServer.js';
import type { TcpProxy, Toxics } from '../../support/tcpProxy.js';
import { childrenOf, signalTree } from '../../support/processTree.js';
import { closeHandle, openHandle, type SqliteHandle } from '../../../server/db/sqliteDriver.js';
import { statement } from '../../../server/db/statement.js';
import { STALL_MS } from '../planted/stall.js';
import { migrateByProgram } from '../stage/olderVersion.js';
import type { Node, Stage } from '../stage/stage.js';
import type { Fault } from './fault.js';

/** For about so long; never twice the same. */
const about = (ms: number, random: Random): Promise<void> => sleep(ms / 2 + random.below(ms));

const onNode =
  (act: (node: Node, random: Random) => Promise<unknown>): Fault =>
  async ({ nodes }, random) => {
    const node = random.pick(nodes);
    await act(node, random);
    return node.name;
  };

const onRedis =
  (act: (redis: Stage['services']['redis'], random: Random) => Promise<unknown>): Fault =>
  async ({ services }, random) => {
    await act(services.redis, random);
    return 'redis';
  };

const onPostgres =
  (act: (postgres: Stage['services']['postgres'], random: Random) => Promise<unknown>): Fault =>
  async ({ services }, random) => {
    await act(services.postgres, random);
    return 'postgres';
  };

const onReplica =
  (act: (replica: ChildService, random: Random) => Promise<unknown>): Fault =>
  async ({ replica }, random) => {
    if (!replica) throw new Error('there is no replica');
    await act(replica, random);
    return 'replica';
  };

/** Any one link of any node: to its clients, to the database, or to Redis. */
const onLink =
  (act: (link: TcpProxy, random: Random) => Promise<unknown>): Fault =>
  async ({ nodes }, random) => {
    const { name, links } = random.pick(nodes);
    const open = Object.entries(links).filter((entry): entry is [string, TcpProxy] => entry[1] !== null);
    const [side, link] = random.pick(open);
    await act(link, random);
    return `${name} ${side}`;
  };

const poison = (toxics: (random: Random) => Toxics): Fault =>
  onLink(async (link, random) => {
    link.worsen(toxics(random));
    await about(800, random);
    link.worsen({});
  });

const hasBegun = (handle: SqliteHandle): Promise<boolean> =>
  handle.runPrepared(statement('', 'BEGIN IMMEDIATE'), []).then(
    () => true,
    () => false,
  );

const cuts: readonly Cut[] = ['before', 'torn', 'after', 'late'];

/** What can happen to Baton, by the names of the catalogue. */
export const faults = {
  /** A1: a node dies in the middle of everything, and comes back. */
  killNode: onNode(async ({ process }, random) => {
    await process.kill();
    await about(100, random);
    await process.start();
  }),
  /** A2: Redis dies and comes back empty. */
  killRedis: onRedis(async (redis, random) => {
    await redis.kill();
    await about(600, random);
    await redis.start();
  }),
  /** A3: Redis is there and answers nobody. */
  freezeRedis: onRedis(async (redis, random) => {
    redis.sleep();
    await about(4_000, random);
    redis.wake();
  }),
  /** A4: PostgreSQL is restarted in the three ways that it can be, or loses one of its processes. */
  restartPostgresFast: onPostgres((postgres) => postgres.stop('SIGINT').then(() => postgres.start())),
  restartPostgresImmediately: onPostgres((postgres) => postgres.stop('SIGQUIT').then(() => postgres.start())),
  killPostgres: onPostgres(async (postgres) => {
    signalTree(postgres.pid ?? undefined, 'SIGKILL');
    await postgres.kill();
    await postgres.start();
  }),
  killBackend: onPostgres(async ({ pid }, random) => {
    const backends = childrenOf(pid ?? 0);
    if (backends.length > 0) process.kill(random.pick(backends), 'SIGKILL');
    await sleep(200);
  }),
  /** A5: PostgreSQL is there and answers nobody. */
  freezePostgres: onPostgres(async (postgres, random) => {
    postgres.sleep();
    await about(10_000, random);
    postgres.wake();
  }),
  /** A6: the connection breaks around a COMMIT. */
  cutCommit: onNode(async ({ commits }, random) => {
    if (!commits) return;
    const before = commits.cuts;
    commits.cutNext(random.pick(cuts));
    for (let waited = 0; commits.cuts === before && waited < 2_000; waited += 5) await sleep(5);
  }),
  /** A7: bad networks. */
  cutLink: onLink((link) => Promise.resolve(link.cut())),
  slowLink: poison((random) => ({ latencyMs: 5 + random.below(60) })),
  slicedLink: poison((random) => ({ sliceBytes: 1 + random.below(40) })),
  resetLink: poison((random) => ({ resetAfterBytes: 1_000 + random.below(60_000) })),
  silentLink: onLink(async (link, random) => {
    link.silence();
    await about(2_500, random);
    if (random.chance(0.5)) link.cut();
    link.speak();
  }),
  /** A8: nothing more fits on the disk that the database lies on. */
  fillDisk: async ({ database: { disk } }, random) => {
    if (!disk) throw new Error('there is no disk to fill');
    const ends = performance.now() + 1_500 + random.below(1_500);
    // What SQLite gives back meanwhile is taken as well.
    for (; performance.now() < ends; await sleep(20)) disk.fill();
    disk.empty();
    return 'disk';
  },
  /** B8: another process writes to the file for longer than SQLite itself waits for it. */
  lockFile: async ({ database: { url } }, random) => {
    const handle = await openHandle(url.replace('sqlite:', ''));
    while (!(await hasBegun(handle)));
    await about(700, random);
    await closeHandle(handle);
    return 'file';
  },
  /** A13: a node is there and does nothing: it is not run at all, or its event loop has other things to do. */
  freezeNode: onNode(async ({ process }) => {
    process.sleep();
    await sleep(STALL_MS);
    process.wake();
  }),
  stallNode: onNode(async ({ process }) => {
    process.signal('SIGUSR2');
    await sleep(STALL_MS);
  }),
  /** A16: a node is asked to stop, and lets what has begun end. */
  drainNode: onNode(async ({ process }) => {
    await process.stop();
    await process.start();
  }),
  /** A replica dies, hangs, or stands still while it goes on answering. */
  killReplica: onReplica(async (replica, random) => {
    await replica.kill();
    await about(600, random);
    await replica.start();
  }),
  freezeReplica: onReplica(async (replica, random) => {
    replica.sleep();
    await about(2_500, random);
    replica.wake();
  }),
  pauseReplica: onReplica(async ({ url }, random) => {
    await runSql(url, 'SELECT pg_wal_replay_pause()');
    await about(2_000, random);
    await runSql(url, 'SELECT pg_wal_replay_resume()');
  }),
  /** F4: this version migrates the database that nodes of an older one are working with. */
  migrate: async ({ database: { url } }) => {
    await migrateByProgram(url);
    return 'database';
  },
  /** F4: a node of the older version is stopped in order, and comes back as this one. */
  upgradeNode: async ({ nodes }) => {
    for (const { process, name, renew } of nodes) {
      if (!(await renew())) continue;
      await process.stop();
      await process.start();
      return name;
    }
    throw new Error('all nodes are of this version already');
  },
} as const satisfies Record<string, Fault>;
export type FaultName = keyof typeof faults;

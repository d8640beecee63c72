import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median } from '../../bench/statistics.js';
import { postgresCpu } from '../../bench/postgresCpu.js';
import { printTable } from '../../bench/table.js';
import type { ChildService } from '../../support/childService.js';
import { compile, compiledFolder } from '../../support/compile.js';
import { startNodeProcess } from '../../support/nodeProcess.js';
import { runSql } from '../../support/postgresServer.js';
import { startReplicaServer } from '../../support/replicaServer.js';
import { durable, startServices, type Services } from '../stage/services.js';
import { setUp, type Cast } from '../stage/setUp.js';
import { BUILD, sameDatabase } from '../stage/stage.js';
import { Callers } from '../storm/calls.js';
import { readsOf } from '../storm/readBack.js';

// `npx tsx test/proof/replicas/main.ts [--rounds 2000] [--only killed]`: what is written at one node is read at once at another, which reads at a replica
// that follows closely, late, in jerks, or dies again and again; and what such reads cost the primary.

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '2000' }, only: { type: 'string', default: '' } },
});
const ROUNDS = Number(values.rounds);
const AT_ONCE = 4;

interface Scene {
  readonly services: Services;
  readonly replica: ChildService;
  readonly cast: Cast;
  /** Reads and writes at the primary alone; reads at the replica. */
  readonly plain: ChildService;
  readonly reading: ChildService;
}

type Trouble = (scene: Scene, isOver: () => boolean) => Promise<void>;
const onReplica = ({ replica }: Scene, ...statements: string[]) => runSql(replica.url, ...statements);

const troubles: Readonly<Record<string, Trouble>> = {
  'follows closely': () => Promise.resolve(),
  'follows 20 ms late': async (scene, isOver) => {
    await onReplica(scene, "ALTER SYSTEM SET recovery_min_apply_delay = '20ms'", 'SELECT pg_reload_conf()');
    while (!isOver()) await sleep(50);
    await onReplica(scene, 'ALTER SYSTEM RESET recovery_min_apply_delay', 'SELECT pg_reload_conf()');
  },
  'stands still every other 300 ms': async (scene, isOver) => {
    while (!isOver()) {
      await onReplica(scene, 'SELECT pg_wal_replay_pause()');
      await sleep(300);
      await onReplica(scene, 'SELECT pg_wal_replay_resume()');
      await sleep(300);
    }
  },
  'is killed every 2 s': async ({ replica }, isOver) => {
    while (!isOver()) {
      await sleep(1_500);
      await replica.kill();
      await sleep(300);
      await replica.start();
    }
  },
};

interface Round {
  readonly ms: number;
  readonly isStale: boolean;
}

async function writeAndRead({ cast, plain, reading }: Scene, nth: number): Promise<Round> {
  const callers = new Callers(cast.admin.token);
  const title = `round ${nth}`;
  const { id } = (await callers.to(plain.url, 'http').mutate('tickets.create', { projectId: cast.hot, title })) as {
    id: string;
  };
  const began = performance.now();
  const sort = { by: 'createdAt', dir: 'desc' };
  type Page = { items: { id: string }[] };
  const page = await callers.to(reading.url, 'http').query('tickets.list', { projectId: cast.hot, sort, limit: 200 });
  callers.close();
  return { ms: performance.now() - began, isStale: !(page as Page).items.some((item) => item.id === id) };
}

async function runTrouble(scene: Scene, name: string, trouble: Trouble) {
  let isOver = false;
  let nth = 0;
  const rounds: Round[] = [];
  const before = await readsOf([{ name: 'reading', url: scene.reading.url }]);
  const troubling = trouble(scene, () => isOver);
  const worker = async () => {
    while (nth < ROUNDS) rounds.push(await writeAndRead(scene, ++nth));
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    isOver = true;
    await troubling;
  }
  const after = await readsOf([{ name: 'reading', url: scene.reading.url }]);
  const grown = (place: string) => (after[`reads ${place}`] ?? 0) - (before[`reads ${place}`] ?? 0);
  const times = rounds.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const stale = rounds.filter(({ isStale }) => isStale).length;
  await sleep(3_000);
  if (stale > 0) process.exitCode = 1;
  console.error(name, rounds.length, stale);
  return [
    name,
    String(rounds.length),
    String(stale),
    `${grown('replica')} / ${grown('primary')} / ${grown('again')}`,
    median(times).toFixed(1),
    (times[Math.floor(times.length * 0.95)] ?? 0).toFixed(1),
  ];
}

/** Processor time of both servers for a read of 50 tickets, while nobody writes. */
async function costOf({ services, replica, cast }: Scene, { url }: ChildService) {
  const callers = new Callers(cast.admin.token);
  const [primaryUs, replicaUs] = [await postgresCpu(services.postgres.url), await postgresCpu(replica.url)];
  const read = () => callers.to(url, 'http').query('tickets.list', { projectId: cast.hot, limit: 50 });
  for (let nth = 0; nth < 200; nth++) await read();
  const [here, there] = [primaryUs(), replicaUs()];
  const began = performance.now();
  const reader = async () => {
    for (let nth = 0; nth < 500; nth++) await read();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  const count = 500 * AT_ONCE;
  const seconds = (performance.now() - began) / 1_000;
  callers.close();
  const each = (us: number) => Math.round(us / count).toString();
  return [each(primaryUs() - here), each(replicaUs() - there), Math.round(count / seconds).toString()];
}

async function main(): Promise<void> {
  if (!(await compile(BUILD, 'test/proof/tsconfig.json'))) throw new Error('the program does not compile');
  const services = await startServices();
  const { url } = await services.database('postgres');
  const cast = await setUp(url, { writers: 1, leavers: 0 });
  const replica = await startReplicaServer(services.postgres, durable);
  const start = async (env: Record<string, string>) =>
    startNodeProcess(
      { databaseUrl: url, redisUrl: services.redis.url, env: { NODE_ENV: 'production', ...env } },
      {
        folder: await mkdtemp(join(services.folder, 'node-')),
        args: [join(compiledFolder(BUILD), 'server/main.js')],
        onExit: (exit) => console.error(exit),
      },
    );
  const plain = await start({});
  const reading = await start({ DATABASE_REPLICA_URLS: sameDatabase(replica.url, url) });
  const scene = { services, replica, cast, plain, reading };
  try {
    await writeAndRead(scene, 0);
    await sleep(2_000);
    const lines = [];
    const wanted = Object.entries(troubles).filter(([name]) => name.includes(values.only));
    for (const [name, trouble] of wanted) lines.push(await runTrouble(scene, name, trouble));
    printTable(['the replica', 'rounds', 'stale', 'reads replica / primary / again', 'read p50 ms', 'p95'], lines, 1);
    const costs = [];
    for (let round = 0; round < 3; round++) {
      costs.push(['primary', ...(await costOf(scene, plain))]);
      costs.push(['replica', ...(await costOf(scene, reading))]);
    }
    printTable(['lists are read at the', 'CPU µs at the primary', 'at the replica', 'lists/s'], costs, 1);
  } finally {
    for (const one of [plain, reading, replica]) await one.release();
    await services.release();
  }
}

await main();

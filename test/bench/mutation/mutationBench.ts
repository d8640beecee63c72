import type { Options } from '../options.js';
import { startChild, type Child } from '../processes.js';
import { inRounds } from '../schedule.js';
import type { BatonServer, BenchTools, Services } from '../services.js';
import { medians } from '../statistics.js';
import { verbs, type Driven, type OpenRequest, type Verb, type Way } from './calls.js';
import { checkLog, preparePostgres, prepareSqlite, startMutationServer, type Bases } from './bases.js';

export interface MutationFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Per mutation: of the process that is the server or, without one, the driver; and of PostgreSQL. */
  readonly nodeUs: number;
  readonly postgresUs: number;
  /** Of one core, by the process that drove. */
  readonly loaderShare: number;
}
export interface MutationRow {
  readonly database: 'postgres' | 'sqlite';
  readonly verb: Verb;
  readonly way: Way;
  readonly concurrency: number;
  readonly repeats: readonly MutationFigures[];
  readonly median: MutationFigures;
}

const CONCURRENCIES = [1, 8] as const;
/** Mutations of a kind before the first measurement. */
const WARM = 600;

export async function benchMutations(tools: BenchTools): Promise<MutationRow[]> {
  const { services, say } = tools;
  const rows: MutationRow[] = [];
  // Half of the time is SQLite's.
  const half = (tools.endsAt - Date.now()) / 2;
  if (services.postgres) {
    say('PostgreSQL: filling databases');
    const bases = await preparePostgres(services.postgres.url);
    rows.push(...(await benchOn(bases, { ...tools, endsAt: tools.endsAt - half })));
  } else say('no PostgreSQL on this machine');
  say('SQLite: filling databases');
  rows.push(...(await benchOn(await prepareSqlite(services.folder), tools)));
  return rows;
}

interface Rig {
  readonly bases: Bases;
  readonly server: BatonServer;
  readonly drivers: Readonly<Partial<Record<Way, Child>>>;
}

async function benchOn(bases: Bases, tools: BenchTools): Promise<MutationRow[]> {
  const { options, services, say, endsAt } = tools;
  const rig = await startRig(bases, options, services);
  const cells = verbs.flatMap((verb) =>
    CONCURRENCIES.flatMap((concurrency) =>
      bases.ways.map((way) => ({ verb, concurrency, way, repeats: [] as MutationFigures[] })),
    ),
  );
  try {
    say(`${bases.database}: warming up`);
    for (const way of bases.ways) await warmUp(rig, way, tools);
    await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
      say(`${bases.database}: mutations, round ${number}`);
      for (const cell of cells) cell.repeats.push(await measure(rig, cell, tools));
    });
    await checkAll(rig);
  } finally {
    const children = new Set([rig.server, ...Object.values(rig.drivers)]);
    await Promise.all([...children].map((child) => child.end()));
  }
  return cells.map((cell) => ({ database: bases.database, ...cell, median: medians(cell.repeats) }));
}

async function startRig(bases: Bases, options: Options, services: Services): Promise<Rig> {
  const drive = (way: string, role: 'server' | 'loader'): Child =>
    startChild({
      name: `${bases.database}-${way}`,
      script: import.meta.resolve('./driver.ts'),
      role,
      profile: options.profile && way === 'command',
    });
  const server = await startMutationServer(bases, services, options.profile);
  const api = drive('api', 'loader');
  const drivers: Partial<Record<Way, Child>> = {};
  for (const way of bases.ways) drivers[way] = isApi(way) ? api : drive(way, 'server');
  return { bases, server, drivers };
}

interface Cell {
  readonly verb: Verb;
  readonly concurrency: number;
  readonly way: Way;
}

async function warmUp(rig: Rig, way: Way, tools: BenchTools): Promise<void> {
  const driver = driverOf(rig, way);
  await driver.call('open', openRequest(rig, way, Math.max(...CONCURRENCIES), tools));
  for (const verb of verbs) await driver.call('run', { verb, ms: tools.options.firstWarmUpMs, atLeast: WARM });
  await driver.call('close');
}

const isApi = (way: Way): boolean => way === 'http' || way === 'ws';

function openRequest({ bases, server }: Rig, way: Way, concurrency: number, tools: BenchTools): OpenRequest {
  const url = isApi(way) ? server.url : bases.urls[way];
  return { way, concurrency, url, tokens: tools.tokens, seed: tools.options.seed };
}

async function measure(rig: Rig, { verb, concurrency, way }: Cell, tools: BenchTools): Promise<MutationFigures> {
  const { bases, server } = rig;
  const driver = driverOf(rig, way);
  const { warmUpMs, mutationMs } = tools.options;
  await driver.call('open', openRequest(rig, way, concurrency, tools));
  await driver.call('run', { verb, ms: warmUpMs });
  const before = { server: await server.cpuUs(), postgres: bases.postgresUs() };
  const driven = await driver.call<Driven>('run', { verb, ms: mutationMs });
  const after = { postgres: bases.postgresUs(), server: await server.cpuUs() };
  await driver.call('close');
  const { mutations, elapsedMs, p50Ms, p99Ms, cpuUs } = driven;
  return {
    perSecond: (mutations * 1_000) / elapsedMs,
    p50Ms,
    p99Ms,
    nodeUs: (isApi(way) ? after.server - before.server : cpuUs) / mutations,
    postgresUs: (after.postgres - before.postgres) / mutations,
    loaderShare: cpuUs / 1_000 / elapsedMs,
  };
}

function driverOf({ drivers }: Rig, way: Way): Child {
  const driver = drivers[way];
  if (!driver) throw new Error(`no driver for ${way}`);
  return driver;
}

/** A benchmark of writes that were lost would be worth nothing: every acknowledged mutation has its event. */
async function checkAll(rig: Rig): Promise<void> {
  for (const way of rig.bases.ways) {
    if (way === 'ws') continue;
    const acknowledged = await driverOf(rig, way).call<number>('acknowledged');
    await checkLog(rig.bases.checkUrls[way], acknowledged, way);
  }
}

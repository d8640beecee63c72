import type { Options } from '../options.js';
import { startChild, type Child } from '../processes.js';
import { inRounds } from '../schedule.js';
import type { BatonServer, BenchTools, Services } from '../services.js';
import { medians } from '../statistics.js';
import { verbs, type Driven, type OpenRequest, type Verb, type Way } from './calls.js';
import {
  checkLog,
  preparePostgres,
  prepareSqlite,
  startMutationServer,
  startSimpleServer,
  type Bases,
} from './bases.js';

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
  readonly hot: boolean;
  readonly repeats: readonly MutationFigures[];
  readonly median: MutationFigures;
}

const reassign = { verb: 'reassign', concurrency: 32, hot: false } as const;
const CONCURRENCY = 8;
/** What is measured besides every verb by every way. */
const furtherCells: Record<Bases['database'], readonly Cell[]> = {
  postgres: [
    { verb: 'reassign', concurrency: CONCURRENCY, hot: false, way: 'simple' },
    ...(['bare', 'http', 'simple'] as const).map((way) => ({ ...reassign, way })),
    ...(['bare', 'http'] as const).map((way) => ({ ...reassign, hot: true, way })),
  ],
  sqlite: (['bare', 'command', 'http'] as const).map((way) => ({ ...reassign, concurrency: 64, way })),
};

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
  readonly simple: BatonServer | null;
  readonly drivers: Readonly<Partial<Record<Way, Child>>>;
}

async function benchOn(bases: Bases, tools: BenchTools): Promise<MutationRow[]> {
  const { options, services, say, endsAt } = tools;
  const rig = await startRig(bases, options, services);
  const cells = cellsOf(bases, options).map((cell) => ({ ...cell, repeats: [] as MutationFigures[] }));
  try {
    say(`${bases.database}: warming up`);
    for (const way of bases.ways) await warmUp(rig, way, tools);
    await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
      say(`${bases.database}: mutations, round ${number}`);
      for (const cell of cells) cell.repeats.push(await measure(rig, cell, tools));
    });
    await checkAll(rig);
  } finally {
    const children = new Set([rig.server, ...(rig.simple ? [rig.simple] : []), ...Object.values(rig.drivers)]);
    await Promise.all([...children].map((child) => child.end()));
  }
  return cells.map((cell) => ({ database: bases.database, ...cell, median: medians(cell.repeats) }));
}

function cellsOf({ database, ways }: Bases, { quick }: Options): Cell[] {
  const everywhere = ways.filter((way) => way !== 'simple');
  const cells = (verb: Verb, concurrency: number) => everywhere.map((way) => ({ verb, concurrency, hot: false, way }));
  const common = verbs.flatMap((verb) => cells(verb, CONCURRENCY));
  return [...common, ...(quick ? [] : cells('reassign', 1)), ...furtherCells[database]];
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
  for (const way of bases.ways)
    drivers[way] = isApi(way) ? api : way === 'simple' ? drive(way, 'loader') : drive(way, 'server');
  const simple = bases.ways.includes('simple') ? await startSimpleServer(bases) : null;
  return { bases, server, simple, drivers };
}

interface Cell {
  readonly verb: Verb;
  readonly concurrency: number;
  readonly hot: boolean;
  readonly way: Way;
}

async function warmUp(rig: Rig, way: Way, tools: BenchTools): Promise<void> {
  const driver = driverOf(rig, way);
  await driver.call('open', openRequest(rig, { way, concurrency: CONCURRENCY, hot: false }, tools));
  for (const verb of way === 'simple' ? (['reassign'] as const) : verbs)
    await driver.call('run', { verb, ms: tools.options.firstWarmUpMs, atLeast: tools.options.firstMutations });
  await driver.call('close');
}

const isApi = (way: Way): boolean => way === 'http' || way === 'ws';

/** The server behind a way; null for what needs none. */
const serverOf = ({ server, simple }: Rig, way: Way): BatonServer | null =>
  isApi(way) ? server : way === 'simple' ? simple : null;

function openRequest(rig: Rig, cell: Omit<Cell, 'verb'>, { tokens, options }: BenchTools): OpenRequest {
  const url = serverOf(rig, cell.way)?.url ?? rig.bases.urls[cell.way];
  return { ...cell, url, tokens, seed: options.seed };
}

async function measure(rig: Rig, { verb, ...cell }: Cell, tools: BenchTools): Promise<MutationFigures> {
  const { bases } = rig;
  const server = serverOf(rig, cell.way);
  const driver = driverOf(rig, cell.way);
  const { warmUpMs, mutationMs } = tools.options;
  await driver.call('open', openRequest(rig, cell, tools));
  await driver.call('run', { verb, ms: warmUpMs });
  const before = { server: await server?.cpuUs(), postgres: bases.postgresUs() };
  const driven = await driver.call<Driven>('run', { verb, ms: mutationMs });
  const after = { postgres: bases.postgresUs(), server: await server?.cpuUs() };
  await driver.call('close');
  const { mutations, elapsedMs, p50Ms, p99Ms, cpuUs } = driven;
  return {
    perSecond: (mutations * 1_000) / elapsedMs,
    p50Ms,
    p99Ms,
    nodeUs: (server ? (after.server ?? 0) - (before.server ?? 0) : cpuUs) / mutations,
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
    if (way === 'ws' || way === 'simple') continue;
    const acknowledged = await driverOf(rig, way).call<number>('acknowledged');
    await checkLog(rig.bases.checkUrls[way], acknowledged, way);
  }
}

import { startChild, type Child } from '../processes.js';
import { inRounds } from '../schedule.js';
import { seedWorld } from '../seed.js';
import { databaseOn, startBaton, type BenchTools } from '../services.js';
import { medians } from '../statistics.js';
import { runSql } from '../../support/postgresServer.js';
import { comment, followed } from './event.js';
import type { ConnectRequest, Delivered } from './loader.js';

export const systems = ['raw', 'stock', 'baton'] as const;
export type System = (typeof systems)[number];

export interface FanoutFigures {
  /** Of the server, for each event and each of its deliveries, the write of the event included. */
  readonly eventUs: number;
  readonly deliveryUs: number;
  readonly deliveriesPerSecond: number;
  readonly frameBytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server, to connect, sign in and subscribe one follower; and what it then holds for it. */
  readonly connectUs: number;
  readonly followerKb: number;
  /** Of one core. */
  readonly serverShare: number;
  readonly loaderShare: number;
  readonly pacedLoaderShare: number;
}
export interface FanoutRow {
  readonly system: System;
  readonly followers: number;
  readonly repeats: readonly FanoutFigures[];
  readonly median: FanoutFigures;
}

/** One follower tells what an event costs by itself. */
const FOLLOWERS = [1, 100, 1_000] as const;
const PER_SECOND = 20;

interface Rig {
  readonly loader: Child;
  readonly servers: Readonly<Record<System, { readonly child: Child; readonly port: number }>>;
}

export async function benchFanout(tools: BenchTools): Promise<FanoutRow[]> {
  const { options, say, endsAt } = tools;
  say('fan-out: filling a database');
  const rig = await startRig(tools);
  const cells = FOLLOWERS.flatMap((followers) =>
    systems.map((system) => ({ system, followers, repeats: [] as FanoutFigures[] })),
  );
  try {
    for (const system of systems) await warmUp(rig, system, tools);
    await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
      say(`fan-out: round ${number}`);
      for (const cell of cells) cell.repeats.push(await measure(rig, cell, tools));
    });
  } finally {
    const servers = Object.values(rig.servers).map(({ child }) => child);
    await Promise.all([rig.loader, ...servers].map((child) => child.end()));
  }
  return cells.map((cell) => ({ ...cell, median: medians(cell.repeats) }));
}

async function startRig({ options, services }: BenchTools): Promise<Rig> {
  const { profile } = options;
  const plain = async (name: string, script: string) => {
    const child = startChild({ name: `fanout-${name}`, script, role: 'server', profile });
    return { child, port: await child.call<number>('port') };
  };
  const baton = await startBaton({
    name: 'fanout-baton',
    databaseUrl: await prepareDatabase(services),
    redisUrl: services.redis?.url ?? null,
    profile,
  });
  return {
    loader: startChild({ name: 'fanout-loader', script: import.meta.resolve('./loader.ts'), role: 'loader' }),
    servers: {
      raw: await plain('raw', import.meta.resolve('./rawServer.ts')),
      stock: await plain('stock', import.meta.resolve('./stockServer.ts')),
      baton: { child: baton, port: baton.port },
    },
  };
}

async function prepareDatabase({ postgres, folder }: BenchTools['services']): Promise<string> {
  const url = postgres ? databaseOn(postgres.url, 'fanout') : `sqlite:${folder}/fanout.db`;
  if (postgres) await runSql(postgres.url, 'CREATE DATABASE fanout TEMPLATE template0');
  await seedWorld(url);
  return url;
}

const publishing: Record<System, ConnectRequest['publish']> = {
  raw: { path: '/publish', body: {} },
  stock: { path: '/publish', body: {} },
  baton: { path: '/trpc/comments.create', body: { ticketId: followed.ticketId, content: comment } },
};

async function warmUp({ loader, servers }: Rig, system: System, { options, tokens }: BenchTools): Promise<void> {
  const { port } = servers[system];
  await loader.call('connect', { port, followers: 20, tokens, publish: publishing[system] } satisfies ConnectRequest);
  await loader.call('oneByOne', { ms: 2 * options.firstWarmUpMs });
  await loader.call('disconnect');
}

async function measure(
  { loader, servers }: Rig,
  { system, followers }: { system: System; followers: number },
  { options, tokens }: BenchTools,
): Promise<FanoutFigures> {
  const { child, port } = servers[system];
  const atRest = { cpu: await child.cpuUs(), rss: await child.call<number>('memory') };
  await loader.call('connect', { port, followers, tokens, publish: publishing[system] } satisfies ConnectRequest);
  const subscribed = { cpu: await child.cpuUs(), rss: await child.call<number>('memory') };
  await loader.call('oneByOne', { ms: options.warmUpMs });
  const before = await child.cpuUs();
  const single = await loader.call<Delivered>('oneByOne', { ms: options.oneByOneMs });
  const cpuUs = (await child.cpuUs()) - before;
  const paced =
    followers === 1 ? single : await loader.call<Delivered>('paced', { ms: options.pacedMs, perSecond: PER_SECOND });
  await loader.call('disconnect');
  return {
    eventUs: cpuUs / single.events,
    deliveryUs: cpuUs / single.deliveries,
    deliveriesPerSecond: (single.deliveries * 1_000) / single.elapsedMs,
    frameBytes: single.frameBytes,
    p50Ms: paced.p50Ms,
    p99Ms: paced.p99Ms,
    connectUs: (subscribed.cpu - atRest.cpu) / followers,
    followerKb: (subscribed.rss - atRest.rss) / 1_024 / followers,
    serverShare: cpuUs / 1_000 / single.elapsedMs,
    loaderShare: single.cpuUs / 1_000 / single.elapsedMs,
    pacedLoaderShare: paced.cpuUs / 1_000 / paced.elapsedMs,
  };
}

import type { Child } from '../processes.js';
import { inRounds } from '../schedule.js';
import type { BenchTools } from '../services.js';
import { medians } from '../statistics.js';
import type { BystanderRequest } from './bystander.js';
import { startBystander, startRig, type Rig, type System } from './fanoutRig.js';
import type { ConnectRequest, Delivered, PaceRequest } from './loader.js';

export interface FanoutFigures {
  /** Of the server, for each event and each of its deliveries, the publishing of the event included. */
  readonly eventUs: number;
  readonly deliveryUs: number;
  readonly deliveriesPerSecond: number;
  readonly frameBytes: number;
  /** Of the server for each delivery, when many events happen in one turn; NaN where it was not measured, like all below. */
  readonly burstUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Until somebody who follows nothing is answered a ping, while the followers are sent to. */
  readonly pongP99Ms: number;
  /** Of one core. */
  readonly serverShare: number;
  readonly loaderShare: number;
}
interface Shape {
  readonly followers: number;
  readonly projects: number;
  readonly hasSameIds: boolean;
  readonly systems: readonly System[];
  /** Events at a pace besides those as fast as they go. */
  readonly perSecond?: number;
  /** Left out of a quick run. */
  readonly isLong?: boolean;
}
export interface FanoutRow extends Shape {
  readonly system: System;
  readonly repeats: readonly FanoutFigures[];
  readonly median: FanoutFigures;
}

const ofOne = { projects: 1, hasSameIds: true };
const all: readonly System[] = ['raw', 'stock', 'socketIo', 'feathers', 'baton', 'batonFanout'];
const madeUp: readonly System[] = ['raw', 'stock', 'socketIo', 'feathers', 'batonFanout'];
/** One follower tells what an event costs by itself. */
const shapes: readonly Shape[] = [
  { followers: 1, ...ofOne, systems: all },
  { followers: 100, ...ofOne, systems: all, isLong: true },
  { followers: 1_000, ...ofOne, systems: all, perSecond: 20 },
  // So many more sockets than the bystander's that who waits for all of them would notice.
  { followers: 5_000, ...ofOne, systems: madeUp, perSecond: 10, isLong: true },
  { followers: 1_000, projects: 1, hasSameIds: false, systems: ['raw', 'batonFanout'], isLong: true },
  { followers: 1_000, projects: 100, hasSameIds: true, systems: madeUp, isLong: true },
];
const BURST = 50;
/** Longer ones would say no more, and take up the run. */
const LONGEST_BURST_US = 5e6;
/** Of a core: a pace that takes more measures only how long the queue has become. */
const BUSY = 0.9;

export async function benchFanout(tools: BenchTools): Promise<FanoutRow[]> {
  const { options, say, endsAt } = tools;
  say('fan-out: starting servers');
  const rig = await startRig(tools, all);
  const bystander = startBystander();
  const cells = shapes
    .filter(({ isLong = false }) => !(isLong && options.quick))
    .flatMap((shape) => shape.systems.map((system) => ({ ...shape, system, repeats: [] as FanoutFigures[] })));
  try {
    for (const system of all) await warmUp(rig, system, tools);
    await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
      say(`fan-out: round ${number}`);
      for (const cell of cells)
        // On a busy machine a round may take longer than all have time for.
        if (Date.now() < endsAt) cell.repeats.push(await measure({ ...rig, bystander }, cell, tools));
    });
  } finally {
    await Promise.all([rig.end(), bystander.end()]);
  }
  const measured = cells.filter(({ repeats }) => repeats.length > 0);
  return measured.map((cell) => ({ ...cell, median: medians(cell.repeats) }));
}

async function warmUp({ loader, servers }: Rig<System>, system: System, tools: BenchTools): Promise<void> {
  const { options, tokens } = tools;
  const { port, dialect, publish } = servers[system];
  await loader.call('connect', { port, dialect, followers: 20, tokens, publish, ...ofOne } satisfies ConnectRequest);
  await loader.call('oneByOne', { ms: 2 * options.firstWarmUpMs });
  if (publish.body === null) await loader.call('burst', { ms: options.firstWarmUpMs, events: BURST });
  await loader.call('disconnect');
}

async function measure(
  { loader, bystander, servers }: Rig<System> & { bystander: Child },
  { system, followers, projects, hasSameIds, perSecond = 0 }: Shape & { system: System },
  { options, tokens }: BenchTools,
): Promise<FanoutFigures> {
  const { child, port, dialect, publish } = servers[system];
  const cpuOf = async (work: () => Promise<Delivered>): Promise<[Delivered, number]> => {
    const before = await child.cpuUs();
    return [await work(), (await child.cpuUs()) - before];
  };
  const request: ConnectRequest = { port, dialect, followers, tokens, publish, projects, hasSameIds };
  await loader.call('connect', request);
  await loader.call('oneByOne', { ms: options.warmUpMs });
  const [single, cpuUs] = await cpuOf(() => loader.call('oneByOne', { ms: options.oneByOneMs }));
  const eventUs = cpuUs / single.events;
  const isBurst = publish.body === null && followers > 1 && eventUs * BURST < LONGEST_BURST_US;
  const [many, burstUs] = isBurst
    ? await cpuOf(() => loader.call('burst', { ms: options.burstMs, events: BURST }))
    : [single, Number.NaN];
  const isPaced = perSecond > 0 && eventUs * perSecond < BUSY * 1e6;
  const [paced, pongP99Ms] = isPaced ? await pace() : [null, Number.NaN];
  await loader.call('disconnect');
  return {
    eventUs,
    deliveryUs: cpuUs / single.deliveries,
    deliveriesPerSecond: (single.deliveries * 1_000) / single.elapsedMs,
    frameBytes: single.frameBytes,
    burstUs: burstUs / many.deliveries,
    p50Ms: paced?.p50Ms ?? Number.NaN,
    p99Ms: paced?.p99Ms ?? Number.NaN,
    pongP99Ms,
    serverShare: cpuUs / 1_000 / single.elapsedMs,
    loaderShare: single.cpuUs / 1_000 / single.elapsedMs,
  };

  async function pace(): Promise<[Delivered, number]> {
    await bystander.call('connect', { port, dialect, token: tokens[0] ?? '' } satisfies BystanderRequest);
    return Promise.all([
      loader.call<Delivered>('paced', { ms: options.pacedMs, perSecond } satisfies PaceRequest),
      bystander.call<number>('pings', { ms: options.pacedMs }),
    ]);
  }
}

import { inRounds } from '../schedule.js';
import type { BenchTools } from '../services.js';
import { medians } from '../statistics.js';
import type { PingRequest } from './bystander.js';
import { startRig, type Rig, type System } from './fanoutRig.js';
import type { ConnectRequest, Delivered } from './loader.js';

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
  /** Of the server, to connect, sign in and subscribe one follower; and what it then holds for it. */
  readonly connectUs: number;
  readonly followerKb: number;
  /** Of one core. */
  readonly serverShare: number;
  readonly loaderShare: number;
}
interface Shape {
  readonly followers: number;
  readonly projects: number;
  readonly hasSameIds: boolean;
  readonly systems: readonly System[];
}
export interface FanoutRow extends Shape {
  readonly system: System;
  readonly repeats: readonly FanoutFigures[];
  readonly median: FanoutFigures;
}

const ofOne = { projects: 1, hasSameIds: true };
const whole: readonly System[] = ['raw', 'stock', 'baton'];
const alone: readonly System[] = ['raw', 'batonFanout'];
/** One follower tells what an event costs by itself. */
const shapes: readonly Shape[] = [
  { followers: 1, ...ofOne, systems: [...whole, 'batonFanout'] },
  { followers: 1_000, ...ofOne, systems: [...whole, 'batonFanout'] },
  { followers: 5_000, ...ofOne, systems: alone },
  { followers: 1_000, projects: 1, hasSameIds: false, systems: alone },
  { followers: 1_000, projects: 100, hasSameIds: true, systems: alone },
];
/** So many more sockets than the others that who waits for all of them would notice. */
const CROWD = 5_000;
const PER_SECOND = 20;
const PER_SECOND_OF_CROWD = 10;
const BURST = 50;

export async function benchFanout(tools: BenchTools): Promise<FanoutRow[]> {
  const { options, say, endsAt } = tools;
  say('fan-out: filling a database');
  const rig = await startRig(tools);
  const cells = shapes.flatMap((shape) =>
    shape.systems.map((system) => ({ ...shape, system, repeats: [] as FanoutFigures[] })),
  );
  try {
    for (const system of [...whole, ...alone]) await warmUp(rig, system, tools);
    await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
      say(`fan-out: round ${number}`);
      for (const cell of cells) cell.repeats.push(await measure(rig, cell, tools));
    });
  } finally {
    await rig.end();
  }
  return cells.map((cell) => ({ ...cell, median: medians(cell.repeats) }));
}

async function warmUp({ loader, servers }: Rig, system: System, { options, tokens }: BenchTools): Promise<void> {
  const { port, publish } = servers[system];
  const request: ConnectRequest = { port, followers: 20, tokens, publish, ...ofOne };
  await loader.call('connect', request);
  await loader.call('oneByOne', { ms: 2 * options.firstWarmUpMs });
  if (publish.body === null) await loader.call('burst', { ms: options.firstWarmUpMs, events: BURST });
  await loader.call('disconnect');
}

async function measure(
  { loader, bystander, servers }: Rig,
  { system, followers, projects, hasSameIds }: Shape & { system: System },
  { options, tokens }: BenchTools,
): Promise<FanoutFigures> {
  const { child, port, publish } = servers[system];
  const cpuOf = async (work: () => Promise<Delivered>): Promise<[Delivered, number]> => {
    const before = await child.cpuUs();
    return [await work(), (await child.cpuUs()) - before];
  };
  const atRest = { cpu: await child.cpuUs(), rss: await child.call<number>('memory') };
  const request: ConnectRequest = { port, followers, tokens, publish, projects, hasSameIds };
  await loader.call('connect', request);
  const subscribed = { cpu: await child.cpuUs(), rss: await child.call<number>('memory') };
  await loader.call('oneByOne', { ms: options.warmUpMs });
  const [single, cpuUs] = await cpuOf(() => loader.call('oneByOne', { ms: options.oneByOneMs }));
  const isBurst = publish.body === null && followers > 1;
  const [many, burstUs] = isBurst
    ? await cpuOf(() => loader.call('burst', { ms: options.burstMs, events: BURST }))
    : [single, Number.NaN];
  const perSecond = followers === CROWD ? PER_SECOND_OF_CROWD : PER_SECOND;
  const pacing = followers >= 1_000 && projects === 1 && hasSameIds;
  const pings: PingRequest = { port, token: tokens[0] ?? '', ms: options.pacedMs };
  const [paced, pongP99Ms] = pacing
    ? await Promise.all([
        loader.call<Delivered>('paced', { ms: options.pacedMs, perSecond }),
        bystander.call<number>('pings', pings),
      ])
    : [null, Number.NaN];
  await loader.call('disconnect');
  return {
    eventUs: cpuUs / single.events,
    deliveryUs: cpuUs / single.deliveries,
    deliveriesPerSecond: (single.deliveries * 1_000) / single.elapsedMs,
    frameBytes: single.frameBytes,
    burstUs: burstUs / many.deliveries,
    p50Ms: paced?.p50Ms ?? Number.NaN,
    p99Ms: paced?.p99Ms ?? Number.NaN,
    pongP99Ms,
    connectUs: (subscribed.cpu - atRest.cpu) / followers,
    followerKb: (subscribed.rss - atRest.rss) / 1_024 / followers,
    serverShare: cpuUs / 1_000 / single.elapsedMs,
    loaderShare: single.cpuUs / 1_000 / single.elapsedMs,
  };
}

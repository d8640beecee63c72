import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../processes.js';
import { startRig, systemNames, type Server, type System } from '../fanout/fanoutRig.js';
import type { Connected, ConnectRequest, Delivered, PaceRequest, SoFar } from '../fanout/loader.js';
import { inRounds } from '../schedule.js';
import type { BenchTools } from '../services.js';
import { medians } from '../statistics.js';
import { printTable, short } from '../table.js';

/** What those cost who follow and read nothing: because nothing happens, or because they have stopped. */
export interface ReadersFigures {
  /** Of the server, to connect, sign in and subscribe one follower; and what it then holds for it. */
  readonly connectUs: number;
  readonly connectsPerSecond: number;
  readonly idleKb: number;
  /** Published while some had stopped; less than asked for when the server grew too large. */
  readonly publishedMb: number;
  /** By how much the server was larger than before, at its largest. */
  readonly growthMb: number;
  /** Until those that read on have an event: by themselves, and among those that have stopped. */
  readonly beforeP99Ms: number;
  readonly duringP99Ms: number;
}
export interface ReadersRow {
  readonly system: System;
  readonly repeats: readonly ReadersFigures[];
  readonly median: ReadersFigures;
}

const systems = ['raw', 'stock', 'socketIo', 'batonFanout'] as const;
type Present = (typeof systems)[number];
const HEALTHY = 20;
const STOPPED = 100;
/** Large events fill sockets without taking the server's whole core. */
const EVENT_BYTES = 30_000;
const PER_SECOND = 200;
const MB = 1_048_576;
const WAVES = 5;
/** A server that has grown so large has shown what it does. */
const LARGEST_MB = 600;
const WATCH_MS = 100;
/** Until a server has noticed that all have left. */
const SETTLE_MS = 500;

export async function benchReaders(tools: BenchTools): Promise<ReadersRow[]> {
  const { options, say, endsAt } = tools;
  const repeats: Record<Present, ReadersFigures[]> = { raw: [], stock: [], socketIo: [], batonFanout: [] };
  await inRounds({ rounds: options.repeats, endsAt, say }, async (number) => {
    for (const system of systems) {
      say(`readers: round ${number}, ${systemNames[system]}`);
      // What a process that was used before holds says little about what it needs.
      const rig = await startRig(tools, [system]);
      const server: Server = rig.servers[system];
      try {
        const idle = await measureIdle(rig.loader, server, tools);
        repeats[system].push({ ...idle, ...(await measureStopped(rig.loader, server, tools)) });
      } finally {
        await rig.end();
      }
    }
  });
  return systems.map((system) => ({ system, repeats: repeats[system], median: medians(repeats[system]) }));
}

const requestOf = (
  { port, dialect, publish }: Server,
  followers: number,
  tokens: readonly string[],
): ConnectRequest => ({
  port,
  dialect,
  publish,
  followers,
  tokens,
  projects: 1,
  hasSameIds: true,
});

async function measureIdle(loader: Child, server: Server, { options, tokens }: BenchTools) {
  const { child } = server;
  // Code that ran a few times only has not been compiled; and few at once, as what they needed is kept and used again.
  for (let wave = 0; wave < WAVES; wave++) {
    await loader.call('connect', requestOf(server, STOPPED, tokens));
    await loader.call('disconnect');
  }
  await sleep(SETTLE_MS);
  const request = requestOf(server, options.idleFollowers, tokens);
  const before = { rss: await child.call<number>('memoryHeld'), cpu: await child.cpuUs() };
  const { elapsedMs } = await loader.call<Connected>('connect', request);
  const after = { cpu: await child.cpuUs(), rss: await child.call<number>('memoryHeld') };
  await loader.call('disconnect');
  return {
    connectUs: (after.cpu - before.cpu) / request.followers,
    connectsPerSecond: (request.followers * 1_000) / elapsedMs,
    idleKb: (after.rss - before.rss) / 1_024 / request.followers,
  };
}

async function measureStopped(loader: Child, server: Server, { options, tokens }: BenchTools) {
  const pace = (mb: number): PaceRequest => ({
    ms: (mb * 1e6 * 1_000) / (EVENT_BYTES * PER_SECOND),
    perSecond: PER_SECOND,
    bytes: EVENT_BYTES,
  });
  await loader.call('connect', requestOf(server, HEALTHY, tokens));
  await loader.call('paced', pace(options.publishedMb / 10));
  const before = await loader.call<Delivered>('paced', pace(options.publishedMb / 5));
  await loader.call('disconnect');
  await loader.call('connect', requestOf(server, STOPPED + HEALTHY, tokens));
  await loader.call('stop', { count: STOPPED });
  const smallest = await server.child.call<number>('memoryHeld');
  const publishing = loader.call<Delivered>('paced', pace(options.publishedMb));
  const { largest, isTooLarge } = await watchMemory(server.child, publishing);
  const during: SoFar = isTooLarge ? await loader.call<SoFar>('soFar') : await publishing;
  return {
    publishedMb: (during.events * EVENT_BYTES) / 1e6,
    growthMb: (largest - smallest) / MB,
    beforeP99Ms: before.p99Ms,
    duringP99Ms: during.p99Ms,
  };
}

/** Watches until all is published, or until the server is too large. */
async function watchMemory(child: Child, publishing: Promise<unknown>) {
  const state = { largest: 0, isTooLarge: false, isPublished: false };
  const ending = publishing.then(() => void (state.isPublished = true));
  while (!state.isPublished && !state.isTooLarge) {
    state.largest = Math.max(state.largest, await child.call<number>('memory'));
    state.isTooLarge = state.largest > LARGEST_MB * MB;
    await Promise.race([ending, sleep(WATCH_MS)]);
  }
  // What goes on ends with its loader.
  ending.catch(() => undefined);
  return state;
}

export function reportReaders(rows: readonly ReadersRow[]): void {
  const raw = rows.find(({ system }) => system === 'raw');
  const times = (value: number, field: keyof ReadersFigures) => short(raw ? value / raw.median[field] : null);
  console.log('\nFollowers to whom nothing happens');
  printTable(
    ['server', 'µs to connect', '× raw', 'connects/s', 'KB each', '× raw'],
    rows.map(({ system, median: { connectUs, connectsPerSecond, idleKb } }) => [
      systemNames[system],
      short(connectUs),
      times(connectUs, 'connectUs'),
      short(connectsPerSecond),
      short(idleKb),
      times(idleKb, 'idleKb'),
    ]),
    1,
  );
  console.log(
    `\n${STOPPED} followers stop reading, ${HEALTHY} read on; ended when the server is larger than ${LARGEST_MB} MB`,
  );
  printTable(
    ['server', 'MB published', 'grew by MB', 'KB/stopped', 'p99 ms alone', 'p99 ms then', '×'],
    rows.map(({ system, median: { publishedMb, growthMb, beforeP99Ms, duringP99Ms } }) => [
      systemNames[system],
      short(publishedMb),
      short(growthMb),
      short((growthMb * 1_024) / STOPPED),
      short(beforeP99Ms),
      short(duringP99Ms),
      short(duringP99Ms / beforeP99Ms),
    ]),
    1,
  );
}

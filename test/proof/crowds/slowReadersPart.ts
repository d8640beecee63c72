import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../../contract/limits.js';
import { buildBench } from '../../bench/build.js';
import { startRig, type Rig } from '../../bench/fanout/fanoutRig.js';
import type { ConnectRequest, Delivered, PaceRequest } from '../../bench/fanout/loader.js';
import type { BenchTools } from '../../bench/services.js';
import { median } from '../../bench/statistics.js';
import { accessTokens } from '../../bench/tokens.js';
import type { Violation } from '../checker/violation.js';
import type { Profile } from '../options.js';
import type { Part } from '../parts.js';

/** Of those who follow, this share reads no more. */
const SLOW = 0.2;
/** By so much others may have an event later. */
const MOST_LATER = 1.2;
interface Size {
  readonly followers: number;
  readonly rounds: number;
  /** Large events, and so many that the kernel can hold no more of them. */
  readonly pace: PaceRequest;
  /** What is less says nothing: a few rounds on a machine that does other things as well. */
  readonly blurMs: number;
}
const sizes: Readonly<Record<Profile, Size>> = {
  ci: { followers: 200, rounds: 1, pace: { ms: 8_000, perSecond: 12, bytes: 60_000 }, blurMs: 200 },
  long: { followers: 1_000, rounds: 3, pace: { ms: 26_000, perSecond: 8, bytes: 25_000 }, blurMs: 5 },
};
const WATCH_MS = 50;
/** So long a reader may take nothing, and the server may take to close it. */
const CLOSING_MS = 5_000;

interface Round {
  readonly aloneMs: number;
  readonly amongMs: number;
  readonly grewBytes: number;
  readonly closed: number;
}

/** How many sockets the server closed as too slow. */
async function closedAsSlow(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^baton_ws_closed_total\{code="4008"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

async function watched(server: Rig<'batonFanout'>['servers']['batonFanout'], work: Promise<Delivered>) {
  const state = { largest: 0, isOver: false };
  const over = work.finally(() => (state.isOver = true));
  over.catch(() => undefined);
  while (!state.isOver) {
    state.largest = Math.max(state.largest, await server.child.call<number>('memory'));
    await Promise.race([over, sleep(WATCH_MS)]).catch(() => undefined);
  }
  return { largest: state.largest, delivered: await work };
}

/** The same events to the same followers: first all of them read, then some have stopped. */
async function round({ loader, servers }: Rig<'batonFanout'>, { followers, pace }: Size, tokens: readonly string[]) {
  const server = servers.batonFanout;
  const { port, dialect, publish } = server;
  const slow = followers * SLOW;
  const request: ConnectRequest = { port, dialect, publish, tokens, followers, projects: 1, hasSameIds: true };
  await loader.call('connect', request);
  await loader.call('paced', { ...pace, ms: pace.ms / 4 });
  const alone = await loader.call<Delivered>('paced', pace);
  await loader.call('stop', { count: slow });
  const before = { rss: await server.child.call<number>('memoryHeld'), closed: await closedAsSlow(port) };
  const { largest, delivered } = await watched(server, loader.call<Delivered>('paced', pace));
  let closed = 0;
  for (let waited = 0; closed < slow && waited < CLOSING_MS; waited += WATCH_MS) {
    await sleep(WATCH_MS);
    closed = (await closedAsSlow(port)) - before.closed;
  }
  await loader.call('disconnect');
  const seen: Round = { aloneMs: alone.p99Ms, amongMs: delivered.p99Ms, grewBytes: largest - before.rss, closed };
  return { seen, deliveries: alone.deliveries + delivered.deliveries };
}

function judge(rounds: readonly Round[], { followers, blurMs }: Size): Violation[] {
  const slow = followers * SLOW;
  const violations: Violation[] = [];
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  const [alone, among] = [middle(({ aloneMs }) => aloneMs), middle(({ amongMs }) => amongMs)];
  if (among > alone * MOST_LATER + blurMs)
    violations.push({
      check: 'LIVE',
      what: `others had an event after ${among} ms (p99), ${alone} without slow readers`,
    });
  const each = middle(({ grewBytes }) => grewBytes) / slow;
  if (each > limits.slowReaderBytes)
    violations.push({ check: 'LIVE', what: `the server holds ${Math.round(each)} bytes for each slow reader` });
  if (middle(({ closed }) => closed) < slow)
    violations.push({
      check: 'LIVE',
      what: `of ${slow} who read nothing, ${middle(({ closed }) => closed)} were closed`,
    });
  return violations;
}

/** A12: of a thousand who follow, two hundred read no more. */
export const slowReadersPart: Part = {
  name: 'slow readers',
  shards: { ci: 0, long: 1 },
  lane: 'alone',
  run: async ({ services, options, say }, shard, seed) => {
    const began = performance.now();
    if (!(await buildBench())) throw new Error('the loader does not compile');
    const size = sizes[options.profile];
    const tokens = await accessTokens();
    const bench = { options: { profile: false }, services, tokens, endsAt: Infinity, say } as unknown as BenchTools;
    const rig = await startRig(bench, ['batonFanout']);
    const rounds: Round[] = [];
    let deliveries = 0;
    try {
      for (let nth = 0; nth < size.rounds; nth++) {
        const { seen, deliveries: more } = await round(rig, size, tokens);
        say(`  ${JSON.stringify(seen)}`);
        rounds.push(seen);
        deliveries += more;
      }
    } finally {
      await rig.end();
    }
    const counted = { cycles: size.rounds, operations: 0, deliveries, recoveries: [], violations: judge(rounds, size) };
    const seconds = (performance.now() - began) / 1_000;
    return { part: 'slow readers', shard, seed, ...counted, seconds, notes: { ...size, seen: rounds } };
  },
};

import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerCalls } from '../child.js';
import { post } from '../post.js';
import { percentile } from '../statistics.js';
import { idOf } from '../world.js';
import type { Publish } from './event.js';
import { Follower } from './follower.js';

/** A process that follows with many sockets and publishes; both ends in one, so that one clock times both. */

export interface ConnectRequest {
  readonly port: number;
  readonly followers: number;
  readonly tokens: readonly string[];
  /** How many projects they follow, one each. */
  readonly projects: number;
  /** Whether they name their subscriptions alike. */
  readonly hasSameIds: boolean;
  readonly publish: Publishing;
}
/** What to post where to make events happen: one by this body, or as many as are asked for without. */
export interface Publishing {
  readonly port: number;
  readonly path: string;
  readonly body: object | null;
}
export interface Delivered {
  readonly events: number;
  readonly deliveries: number;
  readonly elapsedMs: number;
  /** Of the last frame. */
  readonly frameBytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
}

/** Followers that connect at the same time. */
const AT_ONCE = 50;
/** `started` and the first item. */
const HELLOS = 2;
const PATIENCE_MS = 15_000;

let followers: Follower[] = [];
let publish: (events: number) => Promise<unknown> = () => Promise.resolve();
const agent = new Agent({ keepAlive: true });
let failure: string | null = null;
/** When each event since the followers connected was asked for. */
let sentAt: number[] = [];
let latencies: number[] = [];
let missing = 0;
let frameBytes = 0;
let whenComplete: (() => void) | null = null;

function onFrame(follower: Follower, bytes: number): void {
  const event = follower.frames - HELLOS - 1;
  if (event >= 0) {
    frameBytes = bytes;
    latencies.push(performance.now() - (sentAt[event] ?? Number.NaN));
  } else if (event < -1) return;
  if (--missing === 0) whenComplete?.();
}

/** Runs `work`, and resolves when `count` more frames have come besides. */
async function andReceive(count: number, work: () => unknown): Promise<void> {
  missing += count;
  const complete = new Promise<void>((resolve) => (whenComplete = resolve));
  const late = new AbortController();
  const patience = sleep(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(failure ?? `${missing} frames did not arrive`);
  });
  patience.catch(() => undefined);
  await Promise.all([work(), Promise.race([complete, patience])]);
  late.abort();
  if (failure !== null) throw new Error(failure);
}

async function connectAll({ port, tokens, projects, hasSameIds, ...request }: ConnectRequest): Promise<void> {
  const { followers: count, publish: what } = request;
  const url = `http://127.0.0.1:${what.port}${what.path}`;
  publish = async (events) => {
    for (let nth = 0; nth < events; nth++) sentAt.push(performance.now());
    const reply = await post<{ error?: object }>(
      agent,
      url,
      tokens[0] ?? '',
      what.body ?? ({ events } satisfies Publish),
    );
    if (reply.error) throw new Error(`not published: ${JSON.stringify(reply.error)}`);
  };
  const subscribe = (nth: number) => ({
    id: hasSameIds ? 1 : 1_000 + nth,
    method: 'subscription',
    params: { path: 'live.project', input: { projectId: idOf('project', 1 + (nth % projects)) } },
  });
  const onLost = (why: string) => (failure ??= why);
  for (let done = 0; done < count; done += AT_ONCE) {
    const batch = Math.min(AT_ONCE, count - done);
    await andReceive(batch, () => {
      for (let n = 0; n < batch; n++) {
        const token = tokens[(done + n) % tokens.length];
        const hello = [{ method: 'connectionParams', data: { token } }, subscribe(done + n)].map((frame) =>
          JSON.stringify(frame),
        );
        followers.push(new Follower({ port, hello, onFrame, onLost }));
      }
    });
  }
}

async function measured(work: () => Promise<number>): Promise<Delivered> {
  latencies = [];
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const events = await work();
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  const deliveries = latencies.length;
  if (deliveries !== events * followers.length) throw new Error(`${deliveries} deliveries of ${events} events`);
  return {
    events,
    deliveries,
    elapsedMs,
    frameBytes,
    cpuUs: user + system,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

answerCalls({
  connect: connectAll,
  /** Each event when the one before has arrived everywhere. */
  oneByOne: ({ ms }: { ms: number }) =>
    measured(async () => {
      const end = performance.now() + ms;
      let events = 0;
      for (; performance.now() < end; events++) await andReceive(followers.length, () => publish(1));
      return events;
    }),
  /** Many events in one turn of the server's event loop, when all of the last ones have arrived everywhere. */
  burst: ({ ms, events: each }: { ms: number; events: number }) =>
    measured(async () => {
      const end = performance.now() + ms;
      let events = 0;
      for (; performance.now() < end; events += each) await andReceive(each * followers.length, () => publish(each));
      return events;
    }),
  /** Events at a fixed pace, whether the ones before have arrived or not. */
  paced: ({ ms, perSecond }: { ms: number; perSecond: number }) =>
    measured(async () => {
      const events = Math.round((ms / 1_000) * perSecond);
      const started = performance.now();
      await andReceive(events * followers.length, async () => {
        const publishing: Promise<unknown>[] = [];
        for (let n = 0; n < events; n++) {
          await sleep(Math.max(0, started + (n * 1_000) / perSecond - performance.now()));
          publishing.push(publish(1));
        }
        await Promise.all(publishing);
      });
      return events;
    }),
  disconnect() {
    for (const follower of followers) follower.leave();
    followers = [];
    sentAt = [];
    failure = null;
    missing = 0;
  },
});

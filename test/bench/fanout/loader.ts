import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerCalls } from '../child.js';
import { post } from '../post.js';
import { percentile } from '../statistics.js';
import { idOf } from '../world.js';
import { dialects, type Dialect, type DialectName } from './dialects.js';
import { EVENT_BYTES, type Publish } from './event.js';
import { Follower } from './follower.js';

/** A process that follows with many sockets and publishes; both ends in one, so that one clock times both. */

export interface ConnectRequest {
  readonly port: number;
  readonly dialect: DialectName;
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
export interface PaceRequest {
  readonly ms: number;
  readonly perSecond: number;
  /** Of each event, where the server makes it up. */
  readonly bytes?: number;
}
export interface Connected {
  readonly elapsedMs: number;
  /** Of the loader. */
  readonly cpuUs: number;
}
export interface Delivered extends Connected {
  readonly events: number;
  readonly deliveries: number;
  /** Of the last frame. */
  readonly frameBytes: number;
  /** From asking for an event until a follower has it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** From asking for an event until that is answered. */
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
}

export interface SoFar {
  readonly events: number;
  readonly p99Ms: number;
}

/** Followers that connect at the same time. */
const AT_ONCE = 50;
const PATIENCE_MS = 15_000;

let followers: Follower[] = [];
let publish: (events: number, bytes?: number) => Promise<unknown> = () => Promise.resolve();
let dialect: Dialect = dialects.trpc;
const agent = new Agent({ keepAlive: true });
let failure: string | null = null;
/** When each event since the followers connected was asked for. */
let sentAt: number[] = [];
let latencies: number[] = [];
let answers: number[] = [];
let missing = 0;
let frameBytes = 0;
let whenComplete: (() => void) | null = null;

function onFrame(follower: Follower, bytes: number): void {
  const event = follower.frames - dialect.hellos - 1;
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
  await work();
  const late = new AbortController();
  const patience = sleep(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(failure ?? `${missing} frames did not arrive`);
  });
  patience.catch(() => undefined);
  if (missing > 0) await Promise.race([complete, patience]);
  late.abort();
  if (failure !== null) throw new Error(failure);
}

function publisherOf({ port, path, body }: Publishing, projects: number, token: string): typeof publish {
  const url = `http://127.0.0.1:${port}${path}`;
  return async (events, bytes = EVENT_BYTES) => {
    const asked = performance.now();
    for (let nth = 0; nth < events; nth++) sentAt.push(asked);
    const reply = await post<{ error?: object }>(
      agent,
      url,
      token,
      body ?? ({ events, bytes, projects } satisfies Publish),
    );
    if (reply.error) throw new Error(`not published: ${JSON.stringify(reply.error)}`);
    answers.push(performance.now() - asked);
  };
}

async function connectAll(request: ConnectRequest): Promise<void> {
  const { port, tokens, projects, hasSameIds, followers: count } = request;
  dialect = dialects[request.dialect];
  publish = publisherOf(request.publish, projects, tokens[0] ?? '');
  const subscriptionOf = (nth: number) => ({
    id: hasSameIds ? 1 : 1_000 + nth,
    projectId: idOf('project', 1 + (nth % projects)),
  });
  const onLost = (why: string) => (failure ??= why);
  for (let done = 0; done < count; done += AT_ONCE) {
    const batch = Math.min(AT_ONCE, count - done);
    await andReceive(batch, () => {
      for (let nth = done; nth < done + batch; nth++) {
        const hello = dialect.greeting(tokens[nth % tokens.length] ?? '', subscriptionOf(nth));
        followers.push(new Follower({ port, dialect, hello, onFrame, onLost }));
      }
    });
  }
}

async function timed<Result>(work: () => Promise<Result>): Promise<[Result, Connected]> {
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  return [result, { elapsedMs, cpuUs: user + system }];
}

const reading = (): number => followers.filter(({ hasStopped }) => !hasStopped).length;

const timesSoFar = () => ({
  p50Ms: percentile(latencies, 0.5),
  p99Ms: percentile(latencies, 0.99),
  answerP50Ms: percentile(answers, 0.5),
  answerP99Ms: percentile(answers, 0.99),
});

async function measured(work: () => Promise<number>): Promise<Delivered> {
  latencies = [];
  answers = [];
  const [events, spent] = await timed(work);
  const deliveries = latencies.length;
  if (deliveries !== events * reading()) throw new Error(`${deliveries} deliveries of ${events} events`);
  return { ...spent, events, deliveries, frameBytes, ...timesSoFar() };
}

answerCalls({
  connect: async (request: ConnectRequest) => (await timed(() => connectAll(request)))[1],
  /** Each event when the one before has arrived everywhere. */
  oneByOne: ({ ms }: { ms: number }) =>
    measured(async () => {
      const end = performance.now() + ms;
      let events = 0;
      for (; performance.now() < end; events++) await andReceive(reading(), () => publish(1));
      return events;
    }),
  /** Many events in one turn of the server's event loop, when all of the last ones have arrived everywhere. */
  burst: ({ ms, events: each }: { ms: number; events: number }) =>
    measured(async () => {
      const end = performance.now() + ms;
      let events = 0;
      for (; performance.now() < end; events += each) await andReceive(each * reading(), () => publish(each));
      return events;
    }),
  /** Events at a fixed pace, whether the ones before have arrived or not. */
  paced: ({ ms, perSecond, bytes }: PaceRequest) =>
    measured(async () => {
      const events = Math.round((ms / 1_000) * perSecond);
      const started = performance.now();
      await andReceive(events * reading(), async () => {
        const publishing: Promise<unknown>[] = [];
        for (let n = 0; n < events; n++) {
          await sleep(Math.max(0, started + (n * 1_000) / perSecond - performance.now()));
          const published = publish(1, bytes);
          // Told below, when all have been asked for.
          published.catch(() => undefined);
          publishing.push(published);
        }
        await Promise.all(publishing);
      });
      return events;
    }),
  /** So many followers read no more. */
  stop({ count }: { count: number }) {
    for (const follower of followers.slice(0, count)) follower.stop();
  },
  /** What a measurement that will not end has seen. */
  soFar: (): SoFar => ({ events: answers.length, p99Ms: timesSoFar().p99Ms }),
  disconnect() {
    for (const follower of followers) follower.leave();
    followers = [];
    sentAt = [];
    failure = null;
    missing = 0;
  },
});

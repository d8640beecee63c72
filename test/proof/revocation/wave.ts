import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { revocations, type Loss, type Scene } from '../../support/revocations.js';
import { Victim } from '../../support/victim.js';
import { RawWatch } from './rawWatch.js';
import type { Stage } from './stage.js';

export interface Round {
  readonly kind: string;
  readonly withRedis: boolean;
  /** From the acknowledgement of the change to the last forbidden byte; 0 when none came after it. */
  readonly ms: number;
  /** How often what was forbidden then came before: never, and the round proves nothing. */
  readonly before: number;
  /** All that came over the socket, searched as it came. */
  readonly byteCount: number;
  /** A replay from before everything told it again. */
  readonly isReplayed: boolean;
}
export interface Wave {
  readonly rounds: readonly Round[];
  /** Events that the first node wrote meanwhile. */
  readonly perSecond: number;
  /** How long this process could not look at its sockets meanwhile, at most: so much later it may have heard of a change. */
  readonly blockedMs: number;
}

const WRITES_PER_SECOND = 50;
const BASE_TICKETS = 3;
/** Writes that are not answered yet: with more of them, no other is begun. */
const UNDER_WAY_MAX = 20;
/** Written and read before anybody loses anything. */
const BEFORE_MS = 700;
/** Much longer than is promised: what comes late is to be seen. */
const WATCH_MS = 2_500;
const REDIS_BACK_MS = 700;

/** In each wave every kind of loss happens to as many people as are wanted, all at once, while events go on. */
export async function runWave(stage: Stage, nth: number, perKind: number, withRedis: boolean): Promise<Wave> {
  const { scene, redis } = stage;
  const start = await stage.cursor();
  const kinds = Array.from({ length: perKind }, () => revocations).flat();
  const losses: Loss[] = [];
  for (const [index, prepare] of kinds.entries()) losses.push(await prepare(scene, `CANARY-${nth}-${index}.`));
  const watched = await Promise.all(losses.map((loss) => watch(stage, loss)));
  const writing = await beginWriting(scene, losses);
  await sleep(BEFORE_MS);
  if (!withRedis) await redis.kill();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const acknowledged = await Promise.all(losses.map(async ({ revoke }) => (await revoke(), performance.now())));
  await sleep(WATCH_MS);
  delay.disable();
  const perSecond = await writing.stop();
  const replayed = await Promise.all(losses.map((loss) => isReplayed(stage, loss, start)));
  for (const { victim } of watched) victim.close();
  if (!withRedis) {
    await redis.start();
    await sleep(REDIS_BACK_MS);
  }
  const rounds = losses.map(({ kind }, index): Round => {
    const { times = [], byteCount = 0 } = watched[index]?.raw ?? {};
    const at = acknowledged[index] ?? 0;
    const after = times.filter((time) => time > at);
    const ms = Math.max(0, ...after.map((time) => time - at));
    const before = times.length - after.length;
    return { kind, withRedis, ms, before, byteCount, isReplayed: replayed[index] ?? false };
  });
  return { rounds, perSecond, blockedMs: delay.max / 1e6 };
}

async function watch({ victimsUrl }: Stage, { token, streams, forbidden }: Loss) {
  const victim = await Victim.connect(victimsUrl, token);
  const raw = new RawWatch(victim.socket, forbidden);
  for (const [path, input] of streams) await victim.follow(path, input);
  return { victim, raw };
}

/** Only what has a text of its own can be told from what may be seen. */
async function isReplayed(
  { victimsUrl, scene }: Stage,
  { canary, token }: Loss,
  lastEventId: string,
): Promise<boolean> {
  if (canary === undefined) return false;
  const victim = await Victim.connect(victimsUrl, token);
  const raw = new RawWatch(victim.socket, canary);
  await victim.follow('live.project', { projectId: scene.projectId, lastEventId });
  victim.close();
  return raw.times.length > 0;
}

/** Writes through the first node, at a pace, what everybody sees and what is about to be forbidden. */
async function beginWriting({ admin, projectId }: Scene, losses: readonly Loss[]) {
  const draft = { projectId, title: 'Written all the time' };
  const bases = await Promise.all(Array.from({ length: BASE_TICKETS }, () => admin.tickets.create.mutate(draft)));
  const writers = [
    ...bases.map(
      ({ id: ticketId }) =>
        (nth: number): Promise<unknown> =>
          admin.tickets.update.mutate({ ticketId, patch: { title: `No ${nth}` } }),
    ),
    ...losses.flatMap(({ write }) => (write ? [write] : [])),
  ];
  const begun = performance.now();
  const state = { isOver: false, written: 0 };
  const underWay = new Set<Promise<unknown>>();
  const pace = async () => {
    for (let nth = 0; !state.isOver; nth++) {
      await sleep(begun + (nth * 1_000) / WRITES_PER_SECOND - performance.now());
      const writing = writers[nth % writers.length]?.(nth).then(
        () => void state.written++,
        () => undefined,
      );
      if (!writing) continue;
      underWay.add(writing);
      void writing.then(() => underWay.delete(writing));
      if (underWay.size >= UNDER_WAY_MAX) await Promise.race(underWay);
    }
  };
  const pacing = pace();
  return {
    stop: async (): Promise<number> => {
      state.isOver = true;
      const seconds = (performance.now() - begun) / 1_000;
      const done = state.written;
      await pacing;
      await Promise.all(underWay);
      return done / seconds;
    },
  };
}

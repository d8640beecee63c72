import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../server/features/auth/commands/createApiKey.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import { percentile } from '../bench/statistics.js';
import type { ChildService } from '../support/childService.js';
import { findViolations } from '../support/invariants.js';
import { NODE_SECRET, startNode } from '../support/node.js';
import { aProject } from '../support/people.js';
import { clientOf, revocations, type Loss, type Scene } from '../support/revocations.js';
import { describeWith, startRedis } from '../support/services.js';
import { Victim } from '../support/victim.js';
import { aWorld, type World } from '../support/world.js';

/** Eight people lose access at once in each wave: 500 rounds are `REVOCATION_ROUNDS=500 npx vitest run test/e2e/revocation.test.ts`. */
const ROUNDS = Number(process.env['REVOCATION_ROUNDS'] ?? 16);
const WAVES = Math.ceil(ROUNDS / revocations.length);
const PROMISE_MS = 1_000;
const WRITE_MS = 20;
const WATCH_MS = 1_600;

interface Measured {
  readonly kind: string;
  readonly withRedis: boolean;
  /** From the acknowledgement of the change to the last forbidden byte; 0 when none came after it. */
  readonly ms: number;
  /** Forbidden frames before it: without any, the round proves nothing. */
  readonly before: number;
}

describeWith('postgres', 'redis-server')('access that is taken through another node', () => {
  let world: World;
  let redis: ChildService;
  let nodes: ChildService[];
  let scene: Scene;
  beforeAll(async () => {
    world = await aWorld('postgres', { auth: { jwtSecret: NODE_SECRET } });
    redis = await startRedis();
    const options = { databaseUrl: world.url, redisUrl: redis.url };
    nodes = await Promise.all([startNode(options), startNode(options)]);
    const { key } = await createApiKey(world.deps, world.admin, { name: 'writer', scopes: ['read', 'write'] });
    const nodeUrl = nodes[0]!.url;
    const [project, elsewhere] = [await aProject(world), await aProject(world)];
    scene = { world, projectId: project.id, elsewhereId: elsewhere.id, nodeUrl, admin: clientOf(nodeUrl, key) };
  }, 120_000);
  afterAll(() => world.close());

  /** Writes about 50 events a second through the first node until told to stop; answers how many. */
  function writing(losses: readonly Loss[], baseIds: readonly string[]): () => Promise<number> {
    const state = { isOver: false, written: 0 };
    const targets = losses.flatMap(({ write }) => (write ? [write] : []));
    const bases = baseIds.map(
      (ticketId) => (nth: number) => scene.admin.tickets.update.mutate({ ticketId, patch: { title: `No ${nth}` } }),
    );
    const loops = [...bases, ...targets].map(async (write, _, all) => {
      for (let nth = 1; !state.isOver; nth++) {
        const next = sleep(WRITE_MS * all.length);
        await write(nth).then(
          () => state.written++,
          () => undefined,
        );
        await next;
      }
    });
    return async () => {
      state.isOver = true;
      await Promise.all(loops);
      return state.written;
    };
  }

  async function follow(loss: Loss): Promise<Victim> {
    const victim = await Victim.connect(nodes[1]!.url, loss.token);
    for (const [path, input] of loss.streams) await victim.follow(path, input);
    return victim;
  }

  /** Where the log stands now. */
  async function cursorNow(): Promise<string> {
    const log = new EventLog(world.db);
    const { epoch, of } = await log.heads([{ kind: 'project', id: scene.projectId }]);
    return formatCursor(epoch, of.get(`project:${scene.projectId}`)?.seq ?? 0);
  }

  async function replayedTo({ token }: Loss, lastEventId: string): Promise<string> {
    const victim = await Victim.connect(nodes[1]!.url, token);
    await victim.follow('live.project', { projectId: scene.projectId, lastEventId });
    victim.close();
    return victim.frames.map(({ text }) => text).join('\n');
  }

  async function wave(nth: number): Promise<{ rounds: Measured[]; perSecond: number }> {
    const withRedis = nth % 2 === 0;
    const start = await cursorNow();
    const losses = await Promise.all(revocations.map((prepare, kind) => prepare(scene, `CANARY-${nth}-${kind}.`)));
    const draft = { projectId: scene.projectId, title: 'Written all the time' };
    const bases = await Promise.all([1, 2, 3].map(() => scene.admin.tickets.create.mutate(draft)));
    const victims = await Promise.all(losses.map(follow));
    const begun = performance.now();
    const stop = writing(
      losses,
      bases.map(({ id }) => id),
    );
    await sleep(500);
    if (!withRedis) await redis.kill();
    const acknowledged = await Promise.all(
      losses.map(async ({ revoke }) => {
        await revoke();
        return performance.now();
      }),
    );
    await sleep(WATCH_MS);
    const perSecond = ((await stop()) * 1_000) / (performance.now() - begun);
    for (const loss of losses)
      if (loss.canary !== undefined) expect(await replayedTo(loss, start)).not.toContain(loss.canary);
    if (!withRedis) await redis.start();
    for (const victim of victims) victim.close();
    const rounds = losses.map((loss, index) => {
      const ack = acknowledged[index] ?? 0;
      const times = (victims[index]?.frames ?? [])
        .filter(({ text }) => text.includes(loss.forbidden))
        .map(({ at }) => at);
      const after = times.filter((at) => at > ack).map((at) => at - ack);
      return { kind: loss.kind, withRedis, ms: Math.max(0, ...after), before: times.length - after.length };
    });
    return { rounds, perSecond };
  }

  it(
    `lets nothing through a second later, with Redis and without it (${ROUNDS} rounds)`,
    async () => {
      const rounds: Measured[] = [];
      const rates: number[] = [];
      for (let nth = 0; nth < WAVES; nth++) {
        const measured = await wave(nth);
        rounds.push(...measured.rounds);
        rates.push(measured.perSecond);
      }
      report(rounds, rates);

      expect(rounds.filter(({ before }) => before === 0)).toEqual([]);
      expect(rounds.filter(({ ms }) => ms > PROMISE_MS)).toEqual([]);
      expect(await findViolations(world.db)).toEqual([]);
    },
    60_000 + WAVES * 15_000,
  );
});

function report(rounds: readonly Measured[], rates: readonly number[]): void {
  const line = (name: string, some: readonly Measured[]) => {
    const sorted = some.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const at = (share: number) => `${percentile(sorted, share).toFixed(0)} ms`;
    return `${name}: p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} (${some.length} rounds)\n`;
  };
  const kinds = [...new Set(rounds.map(({ kind }) => kind))];
  const [withRedis, without] = [true, false].map((is) => rounds.filter((round) => round.withRedis === is));
  process.stdout.write(
    [
      `\nlast forbidden byte after the acknowledged change, ${Math.min(...rates).toFixed(0)} or more events/s:\n`,
      line('with Redis', withRedis ?? []),
      line('Redis just killed', without ?? []),
      ...kinds.map((kind) =>
        line(
          `  ${kind}`,
          rounds.filter((round) => round.kind === kind),
        ),
      ),
    ].join(''),
  );
}

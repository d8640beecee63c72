import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import type { Hub } from '../../server/realtime/hub.js';
import { aProject } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import type { World } from '../support/world.js';
import { aHub, aLiveWorld, append, followProject, oneTo, until, type Tap } from './liveWorld.js';

type Step =
  | { do: 'append'; count: number }
  | { do: 'connect' | 'cut' | 'pause' | 'resume'; client: number; node: number }
  | { do: 'expire' }
  | { do: 'wait'; ms: number };

const CLIENTS = 8;
const client = { client: fc.nat(CLIENTS - 1), node: fc.nat(1) };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 150, max: 650 })),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('connect' as const, 'cut' as const), ...client }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const), ...client }) },
  { weight: 1, arbitrary: fc.constant({ do: 'expire' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(15) }) },
);

/** A client that keeps its log and its cursor over any number of connections. */
class Client {
  readonly log: number[] = [];
  private tap: Tap | null = null;

  constructor(private cursor: string) {}

  get last(): number {
    return this.tap?.seqs.at(-1) ?? this.log.at(-1) ?? 0;
  }
  get strange(): unknown[] {
    return (this.tap?.items ?? []).filter(({ kind }) => kind === 'resync');
  }
  connect(open: (cursor: string) => Tap): void {
    this.tap ??= open(this.cursor);
  }
  async cut(): Promise<void> {
    const { tap } = this;
    if (!tap) return;
    await tap.stop();
    this.log.push(...tap.seqs);
    this.cursor = tap.cursor ?? this.cursor;
    this.tap = null;
  }
  pause = () => this.tap?.pause();
  resume = () => this.tap?.resume();
}

describeEachDialect('appends, follows and cuts in any order', (dialect) => {
  let world: World;
  let nodes: Hub[];
  let epoch: string;
  beforeAll(async () => {
    // The first node hears of every commit; the second only polls.
    world = await aLiveWorld(dialect, { pollMs: 25, units: 1 });
    nodes = [world.deps.hub, aHub(world.deps, { pollMs: 25, units: 2 })];
    epoch = await new EventLog(world.db).epoch();
  });
  afterAll(() => world.close());

  it('give every follower the events 1 to N, each once and in order', async () => {
    const run = async (steps: Step[]) => {
      const { id } = await aProject(world);
      // What is known of the administrator's access holds no longer once their feed moves.
      const expiry = { kind: 'user' as const, id: world.admin.userId, seq: 1_000_000 };
      const clients = Array.from({ length: CLIENTS }, () => new Client(formatCursor(epoch, 0)));
      const open = (node: number, isPushed: boolean) => (cursor: string) =>
        followProject(nodes[node]!, world.admin, id, cursor, isPushed);
      const writes: Promise<unknown>[] = [];
      for (const each of steps) {
        if (each.do === 'append') writes.push(append(world, id, each.count));
        else if (each.do === 'expire') for (const node of nodes) node.wake([expiry]);
        else if (each.do === 'wait') await new Promise((resolve) => setTimeout(resolve, each.ms));
        else if (each.do === 'connect') clients[each.client]?.connect(open(each.node, each.client > 0));
        else await clients[each.client]?.[each.do]();
      }
      await Promise.all(writes);
      const last = await append(world, id);
      clients.forEach((one, nth) => {
        one.resume();
        one.connect(open(nth % 2, nth > 0));
      });
      await until(
        () => clients.every((one) => one.last === last),
        10_000,
        () => clients.map((one) => [one.last, one.strange, last]),
      );
      await Promise.all(clients.map((one) => one.cut()));
      for (const { log } of clients) expect(log).toEqual(oneTo(last));
    };

    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), run), { numRuns: 25 });
  }, 120_000);
});

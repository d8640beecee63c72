import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../server/db/database.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import type { Bus } from '../../server/realtime/bus.js';
import { memoryBus } from '../../server/realtime/busMemory.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import type { Hub } from '../../server/realtime/hub.js';
import { openTestDatabase } from '../support/database.js';
import { describeWith } from '../support/services.js';
import { startTcpProxy, type TcpProxy } from '../support/tcpProxy.js';
import { aTicketWorld, type TicketWorld } from '../support/ticketWorld.js';
import { aHub, append, followProject, oneTo, until, type Tap } from './liveWorld.js';

/** A bus that has lost what it was told of people: of all messages those that end a permission. */
const deafToPeople = (bus: Bus): Bus => ({
  ...bus,
  onWake: (listener) => bus.onWake((wake) => wake.kind === 'project' && listener(wake)),
});

describeWith('postgres')('a node that is cut off from the database, but not from the bus', () => {
  let world: TicketWorld;
  let proxy: TcpProxy;
  let db: Database;
  let node: Hub;
  beforeEach(async () => {
    const channel = new EventEmitter();
    world = await aTicketWorld('postgres', { hub: (parts) => aHub(parts, { bus: memoryBus(channel) }) });
    proxy = await startTcpProxy(world.url);
    db = openTestDatabase(proxy.url);
    node = aHub(
      { db },
      {
        bus: deafToPeople(memoryBus(channel)),
        // Events reach it all the same, as if the bus carried them.
        log: new (class extends EventLog {
          override page = new EventLog(world.db).page.bind(new EventLog(world.db));
        })(db),
        heads: new EventLog({ all: db.promptly }),
      },
    );
  });
  afterEach(async () => {
    node.close();
    proxy.speak();
    await db.close();
    await proxy.close();
    await world.close();
  });

  /** Each event with the time at which it was received. */
  const timed = (tap: Tap) => {
    const times: number[] = [];
    const { push } = tap.received;
    tap.received.push = (...items) => {
      times.push(...items.map(() => performance.now()));
      return push.apply(tap.received, items);
    };
    return times;
  };

  for (const isPushed of [true, false])
    it(`sends nothing a second later, and all that is missing once it is back (${isPushed ? 'pushed' : 'by iterator'})`, async () => {
      const { deps, admin, ann, bob, project } = world;
      const taps = [ann, bob].map((person) => followProject(node, person, project.id, undefined, isPushed));
      const [left, stayed] = taps as [Tap, Tap];
      await until(() => taps.every((tap) => tap.items.length === 1));
      const first = (await append(world, project.id)) + 1;
      await until(() => taps.every((tap) => tap.seqs.length === 1));
      const times = taps.map(timed) as [number[], number[]];

      proxy.silence();
      await removeMember(deps, admin, { projectId: project.id, userId: ann.userId });
      const removedAt = performance.now();
      let last = 0;
      while (performance.now() < removedAt + 2_500) {
        last = await append(world, project.id);
        await sleep(20);
      }
      const latest = Math.max(...times.flat());
      const sentMeanwhile = times.map((each) => each.length);
      proxy.speak();
      await until(() => stayed.seqs.at(-1) === last, 10_000);
      await left.ended();
      await stayed.stop();

      // Until the lease ends the events do come by the bus: it is the lease that stops them, and nothing else.
      expect(Math.min(...sentMeanwhile)).toBeGreaterThan(0);
      expect(latest - removedAt).toBeLessThan(1_000);
      expect(left.seqs.length).toBe((sentMeanwhile[0] ?? 0) + 1);
      expect(left.error).toMatchObject({ code: 'FORBIDDEN' });
      expect(stayed.seqs).toEqual(oneTo(last).slice(first - 2));
    });

  it('lets a reader that was waited for have nothing of what it kept in memory', async () => {
    const { deps, admin, ann, project } = world;
    const tap = followProject(node, ann, project.id);
    await until(() => tap.items.length === 1);
    tap.pause();
    await append(world, project.id, 50);
    await sleep(100);

    proxy.silence();
    await removeMember(deps, admin, { projectId: project.id, userId: ann.userId });
    await sleep(1_000);
    tap.resume();
    await sleep(300);
    const sentWhileCut = tap.seqs;
    proxy.speak();
    await tap.ended();

    expect(sentWhileCut).toEqual([]);
    expect(tap.seqs).toEqual([]);
    expect(tap.error).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a database that is slow to answer', () => {
  it('does not interrupt anybody', async () => {
    const world = await aTicketWorld('sqlite');
    const log = new EventLog(world.db);
    const heads: EventLog['heads'] = async (...asked) => {
      const read = await log.heads(...asked);
      await sleep(300);
      return read;
    };
    const node = aHub(world.deps, { heads: { heads } });
    const told: boolean[] = [];
    const unwatch = node.watchAccess(world.ann, (facts) => void told.push(facts !== null));
    const tap = followProject(node, world.ann, world.project.id);

    await sleep(3_000);
    await tap.stop();
    unwatch();
    await world.close();

    expect(told).toContain(true);
    expect(told).not.toContain(false);
  });
});

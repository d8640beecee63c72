import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../server/kernel/ids.js';
import type { Hub } from '../../server/realtime/hub.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { memoryBus } from '../../server/realtime/busMemory.js';
import type { StreamRef } from '../../server/realtime/streamRef.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import { aProject } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import type { World } from '../support/world.js';
import { aHub, aLiveWorld, append, followProject, oneTo, until, type Tap } from './liveWorld.js';

function aGate() {
  let release = () => {};
  const passed = new Promise<void>((resolve) => (release = resolve));
  const gate = {
    isShut: true,
    passed,
    open: () => {
      gate.isShut = false;
      release();
    },
  };
  return gate;
}

describeEachDialect('following a stream', (dialect) => {
  let world: World;
  let hub: Hub;
  let epoch: string;
  beforeAll(async () => {
    world = await aLiveWorld(dialect);
    hub = world.deps.hub;
    epoch = await new EventLog(world.db).epoch();
  });
  afterAll(() => world.close());

  it('starts at the head, ready, and sends what happens from then on', async () => {
    const { id, seq } = await aProject(world);

    const tap = followProject(hub, world.admin, id);
    await until(() => tap.items.length === 1);
    await append(world, id, 3);
    await until(() => tap.seqs.length === 3);
    await tap.stop();

    expect(tap.items[0]).toEqual({ kind: 'ready', seq });
    expect(tap.received[0]?.cursor).toBe(formatCursor(epoch, seq, { kind: 'project', id }));
    expect(tap.seqs).toEqual([seq + 1, seq + 2, seq + 3]);
  });

  it('replays everything after a cursor before it is ready', async () => {
    const { id } = await aProject(world);
    const last = await append(world, id, 700);

    const tap = followProject(aHub(world.deps), world.admin, id, formatCursor(epoch, 0));
    await until(() => tap.items.some(({ kind }) => kind === 'ready'));
    await tap.stop();

    expect(tap.seqs).toEqual(oneTo(last));
    expect(tap.items.at(-1)).toEqual({ kind: 'ready', seq: last });
  });

  it('presents an event as the contract says', async () => {
    const { id } = await aProject(world);

    const tap = followProject(hub, world.admin, id, formatCursor(epoch, 0));
    await until(() => tap.items.length > 0);
    await tap.stop();

    expect(tap.items[0]).toMatchObject({
      kind: 'event',
      seq: 1,
      type: 'project.created',
      projectId: id,
      ticketId: null,
      actor: { id: world.admin.userId, name: world.admin.name },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      payload: { project: { id } },
    });
  });

  it('waits for a peer that does not keep up, and then sends all it missed', async () => {
    const { id, seq } = await aProject(world);
    const tap = followProject(hub, world.admin, id);
    await until(() => tap.items.length === 1);

    tap.pause();
    const last = await append(world, id, 1_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const sentWhilePaused = tap.seqs.length;
    tap.resume();
    await until(() => tap.seqs.at(-1) === last);
    await tap.stop();

    expect(sentWhilePaused).toBe(0);
    expect(tap.seqs).toEqual(oneTo(last).slice(seq));
  });

  it('gives hundreds of followers that come back at once a few reads of the log', async () => {
    const { id } = await aProject(world);
    const last = await append(world, id, 600);
    let reads = 0;
    const log = new EventLog({
      all: (statement, values) => {
        reads++;
        return world.db.all(statement, values);
      },
    });
    const node = aHub(world.deps, { log, pollMs: 60_000 });

    const taps = oneTo(400).map((nth) => followProject(node, world.admin, id, formatCursor(epoch, nth % 300)));
    await until(() => taps.every((tap) => tap.items.at(-1)?.kind === 'ready'), 20_000);
    await Promise.all(taps.map((tap) => tap.stop()));

    expect(taps.every((tap, nth) => tap.seqs.length === last - ((nth + 1) % 300))).toBe(true);
    expect(reads).toBeLessThan(15);
  });

  it('is sent to in a group while it is caught up, and goes on in order after it was not', async () => {
    const { id, seq } = await aProject(world);
    const taps = [0, 1].map(() => followProject(hub, world.admin, id, undefined, true));
    const [tap, other] = taps as [Tap, Tap];
    await until(() => taps.every(({ items }) => items.length === 1));

    for (let nth = 0; nth < 10; nth++) await append(world, id);
    await until(() => taps.every(({ seqs }) => seqs.length === 10));
    const { shared } = tap;
    tap.pause();
    await append(world, id, 700);
    await until(() => other.seqs.length === 710);
    const whilePaused = tap.seqs.length;
    tap.resume();
    await append(world, id, 3);
    await until(() => tap.seqs.length === 713);
    const last = await append(world, id);
    await until(() => taps.every(({ seqs }) => seqs.length === 714));
    await Promise.all(taps.map((each) => each.stop()));

    expect(shared).toBe(10);
    expect(whilePaused).toBe(10);
    for (const { seqs } of taps) expect(seqs).toEqual(oneTo(last).slice(seq));
  });

  it('is not set back by a poll that was asked before it opened and answered after', async () => {
    const { id } = await aProject(world);
    const gates = { opening: aGate(), asked: aGate(), poll: aGate() };
    const log = new (class extends EventLog {
      override async heads(...asked: Parameters<EventLog['heads']>) {
        const heads = await super.heads(...asked);
        if (gates.asked.isShut && asked[0].some(({ kind }) => kind === 'project')) {
          gates.asked.open();
          await gates.poll.passed;
        }
        return heads;
      }
    })(world.db);
    const bus = {
      ...memoryBus(),
      subscribe: (stream: StreamRef) => (stream.id === id ? gates.opening.passed : Promise.resolve()),
    };
    const node = aHub(world.deps, { log, bus, pollMs: 20 });

    const tap = followProject(node, world.admin, id);
    await gates.asked.passed;
    const last = await append(world, id, 5);
    gates.opening.open();
    await until(() => tap.items.length > 0);
    gates.poll.open();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await tap.stop();

    expect(tap.items.every(({ kind }) => kind !== 'resync')).toBe(true);
    expect(tap.items[0]).toEqual({ kind: 'ready', seq: last });
  });

  it('needs no poll where the writing is done: no wake-up is lost, whatever it meets', async () => {
    const quiet = await aLiveWorld(dialect, { pollMs: 60_000 });
    const { id } = await aProject(quiet);
    const taps = oneTo(5).map(() => followProject(quiet.deps.hub, quiet.admin, id));
    await until(() => taps.every((tap) => tap.items.length === 1));

    for (let round = 0; round < 25; round++) {
      const writes = oneTo(1 + (round % 4)).map((nth) => append(quiet, id, nth === 1 ? 120 : 1));
      const last = Math.max(...(await Promise.all(writes)));
      await until(() => taps.every((tap) => tap.seqs.at(-1) === last), 3_000);
    }
    await Promise.all(taps.map((tap) => tap.stop()));
    await quiet.close();
  }, 60_000);

  it('ends at once when it is aborted, also while it waits', async () => {
    const { id } = await aProject(world);
    const tap = followProject(hub, world.admin, id);
    await until(() => tap.items.length === 1);

    const begun = performance.now();
    await tap.stop();

    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(tap.error).toBeNull();
  });
});

describeEachDialect('a cursor that cannot be continued', (dialect) => {
  let world: World;
  let epoch: string;
  let project: { id: string; seq: number };
  beforeAll(async () => {
    world = await aLiveWorld(dialect);
    epoch = await new EventLog(world.db).epoch();
    project = await aProject(world);
    await append(world, project.id, 10);
  });
  afterAll(() => world.close());

  const resyncOf = async (cursor: string) => {
    const tap = followProject(world.deps.hub, world.admin, project.id, cursor);
    await until(() => tap.items.some(({ kind }) => kind === 'ready'));
    const head = await append(world, project.id);
    await until(() => tap.seqs.at(-1) === head);
    await tap.stop();
    return { items: tap.items, head };
  };

  it.each([
    ['is no cursor', () => 'nonsense', 'UNKNOWN_CURSOR'],
    ['holds a number that is none', () => `${epoch}.1e3`, 'UNKNOWN_CURSOR'],
    ['lies beyond the head', () => formatCursor(epoch, 1_000_000), 'UNKNOWN_CURSOR'],
    ['is of another project', () => formatCursor(epoch, 1, { kind: 'project', id: newId() }), 'UNKNOWN_CURSOR'],
    ['is of a feed', () => formatCursor(epoch, 1, { kind: 'user', id: project.id }), 'UNKNOWN_CURSOR'],
    ['is of another epoch', () => formatCursor('00000000-0000-4000-8000-000000000000', 1), 'OTHER_EPOCH'],
  ])('is answered by a resync and then live events when it %s', async (_, cursor, reason) => {
    const { items, head } = await resyncOf(cursor());

    expect(items).toMatchObject([
      { kind: 'resync', reason, seq: head - 1 },
      { kind: 'ready', seq: head - 1 },
      { kind: 'event', seq: head },
    ]);
  });

  it('is answered by PAST_RETENTION when the next event is no longer kept', async () => {
    await world.db.sequelize.query(`DELETE FROM events WHERE project_id = '${project.id}' AND seq <= 5`);
    await world.db.sequelize.query(`UPDATE project_counters SET event_min_seq = 6 WHERE project_id = '${project.id}'`);
    const node = aHub(world.deps);

    const gone = followProject(node, world.admin, project.id, formatCursor(epoch, 4));
    const kept = followProject(node, world.admin, project.id, formatCursor(epoch, 5));
    await until(() => [gone, kept].every((tap) => tap.items.at(-1)?.kind === 'ready'));
    await Promise.all([gone.stop(), kept.stop()]);

    expect(gone.items[0]).toMatchObject({ kind: 'resync', reason: 'PAST_RETENTION' });
    expect(kept.seqs[0]).toBe(6);
  });

  it('is answered by a resync when the log has a hole', async () => {
    const other = await aProject(world);
    const last = await append(world, other.id, 300);
    await world.db.sequelize.query(`DELETE FROM events WHERE project_id = '${other.id}' AND seq = 250`);

    const tap = followProject(aHub(world.deps), world.admin, other.id, formatCursor(epoch, 0));
    await until(() => tap.items.at(-1)?.kind === 'ready');
    await tap.stop();

    expect(tap.seqs).toEqual(oneTo(249));
    expect(tap.items.slice(249)).toEqual([
      { kind: 'resync', reason: 'PAST_RETENTION', seq: last },
      { kind: 'ready', seq: last },
    ]);
  });

  it('tells running followers when an event is missing that must be there', async () => {
    const other = await aProject(world);
    const node = aHub(world.deps, { pollMs: 60_000 });
    const taps = [false, true].map((isSocket) => followProject(node, world.admin, other.id, undefined, isSocket));
    await until(() => taps.every(({ items }) => items.length === 1));

    const last = await append(world, other.id, 3);
    await world.db.sequelize.query(`DELETE FROM events WHERE project_id = '${other.id}' AND seq = ${last - 1}`);
    node.wake([{ kind: 'project', id: other.id, seq: last }]);
    await until(() => taps.every(({ items }) => items.length === 3));
    await Promise.all(taps.map((tap) => tap.stop()));

    for (const { items } of taps)
      expect(items.slice(1)).toEqual([
        { kind: 'resync', reason: 'PAST_RETENTION', seq: last },
        { kind: 'ready', seq: last },
      ]);
  });

  it('tells running followers when the database was replaced under the server', async () => {
    const node = aHub(world.deps, { pollMs: 50 });
    const taps = [false, true].map((isSocket) => followProject(node, world.admin, project.id, undefined, isSocket));
    await until(() => taps.every(({ items }) => items.length === 1));

    const restored = '11111111-1111-4111-8111-111111111111';
    await world.db.sequelize.query(`UPDATE installation SET epoch = '${restored}'`);
    await until(() => taps.every(({ items }) => items.length === 3));
    await world.db.sequelize.query(`UPDATE installation SET epoch = '${epoch}'`);
    await Promise.all(taps.map((tap) => tap.stop()));

    for (const { items, received } of taps) {
      expect(items[1]).toMatchObject({ kind: 'resync', reason: 'OTHER_EPOCH' });
      expect(received[1]?.cursor.startsWith(restored)).toBe(true);
    }
  });
});

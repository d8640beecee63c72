import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventLog, type Heads, type LogEntry } from '../../server/realtime/eventLog.js';
import { PAGE } from '../../server/realtime/liveStream.js';
import type { StreamRef } from '../../server/realtime/streamRef.js';
import { describeEachDialect } from '../support/services.js';
import { aProject } from '../support/people.js';
import type { World } from '../support/world.js';
import { aHub, aLiveWorld, append, followProject, oneTo, until, type Tap } from './liveWorld.js';

/** Counts how many pages are read, and how many of the past at the same time; with a gate, none ends before it opens. */
class CountedLog extends EventLog {
  reads = 0;
  polls = 0;
  most = 0;
  from: number[] = [];
  /** What is read from here on is new. */
  past = Number.POSITIVE_INFINITY;
  gate: Promise<void> = Promise.resolve();
  private running = 0;

  override async heads(streams: readonly StreamRef[]): Promise<Heads> {
    const heads = await super.heads(streams);
    this.polls++;
    return heads;
  }

  override async page(ref: StreamRef, after: number, last: number, limit: number): Promise<LogEntry[]> {
    this.reads++;
    this.from.push(after);
    if (after < this.past) this.most = Math.max(this.most, ++this.running);
    try {
      await this.gate;
      return await super.page(ref, after, last, limit);
    } finally {
      if (after < this.past) this.running--;
    }
  }
}

const seqIn = (cursor: string): number => Number(cursor.split('.').at(-1));

describeEachDialect('followers that come back all at once', (dialect) => {
  let world: World;
  let projectId: string;
  const taps: Tap[] = [];
  beforeEach(async () => {
    world = await aLiveWorld(dialect);
    projectId = (await aProject(world)).id;
  });
  afterEach(async () => {
    await Promise.all(taps.splice(0).map((tap) => tap.stop()));
    await world.close();
  });

  /** A process that has nothing in memory. */
  const startAnew = () => {
    const log = new CountedLog(world.db);
    return { log, hub: aHub(world, { log }) };
  };
  const cursorOf = async () => {
    const tap = followProject(world.deps.hub, world.admin, projectId);
    await until(() => tap.items.length === 1);
    await tap.stop();
    return tap.cursor!;
  };
  const follow = (hub: World['deps']['hub'], cursor: string, isSocket = true): Tap => {
    const tap = followProject(hub, world.admin, projectId, cursor, isSocket);
    taps.push(tap);
    return tap;
  };
  const isLive = (tap: Tap) => tap.items.at(-1)?.kind === 'ready';

  it('are sent from memory what happened while all of them were away', async () => {
    const { hub, log } = startAnew();
    const before = followProject(hub, world.admin, projectId);
    await until(() => before.items.length === 1);
    const cursor = before.cursor!;
    await before.stop();

    const last = await append(world, projectId, 50);
    hub.wake([{ kind: 'project', id: projectId, seq: last }]);
    await until(() => log.reads === 1);
    const back = oneTo(30).map(() => follow(hub, cursor));
    await until(() => back.every(isLive));

    expect(log.reads).toBe(1);
    const first = last - 49;
    for (const tap of back) expect(tap.seqs).toEqual(oneTo(50).map((nth) => first + nth - 1));
    hub.close();
  });

  it('read the log once when the process has just been started', async () => {
    const cursor = await cursorOf();
    const last = await append(world, projectId, 50);
    const { hub, log } = startAnew();

    const first = follow(hub, cursor);
    await until(() => isLive(first));
    await append(world, projectId);
    hub.wake([{ kind: 'project', id: projectId, seq: last + 1 }]);
    await until(() => first.seqs.at(-1) === last + 1);
    const back = oneTo(30).map(() => follow(hub, cursor));
    await until(() => back.every(isLive));

    // What was missed, for the first; and what came then.
    expect(log.reads).toBe(2);
    for (const tap of [first, ...back]) expect(tap.seqs).toEqual(oneTo(51).map((nth) => last - 50 + nth));
    hub.close();
  });

  it('from far and near read two pages at a time, each event once and in order', async () => {
    const start = await cursorOf();
    const [epoch, begin] = [start.split('.')[0]!, seqIn(start)];
    const last = await append(world, projectId, 3_000);
    const { hub, log } = startAnew();
    log.past = last;

    const places = oneTo(60).map((nth) => begin + nth * 50 - 50);
    const back = places.map((seq) => follow(hub, `${epoch}.${seq}`));
    await append(world, projectId, 5);
    hub.wake([{ kind: 'project', id: projectId, seq: last + 5 }]);
    await until(
      () => back.every((tap) => tap.seqs.at(-1) === last + 5),
      20_000,
      () => back.map((tap) => tap.seqs.at(-1)),
    );

    expect(log.most).toBe(2);
    // 16 pages hold them all; what is read near the head may be read anew as it moves.
    expect(log.reads).toBeLessThan(16 + 8);
    for (const [nth, tap] of back.entries())
      expect(tap.seqs).toEqual(oneTo(last + 5 - places[nth]!).map((number) => places[nth]! + number));
    hub.close();
  }, 30_000);

  it('are told once to reload when the log turned into another one while they were read for', async () => {
    const start = await cursorOf();
    await append(world, projectId, 1_000);
    const { hub, log } = startAnew();
    let open = () => {};
    log.gate = new Promise((resolve) => (open = resolve));
    const tap = follow(hub, start);
    await until(() => log.reads === 1);

    await world.db.sequelize.query(`UPDATE installation SET epoch = '11111111-1111-7111-8111-111111111111'`);
    const asked = log.polls;
    // One that was under way before it changed, and one that began after.
    await until(() => log.polls > asked + 2);
    open();
    await until(() => isLive(tap));
    await append(world, projectId);
    hub.wake([{ kind: 'project', id: projectId, seq: seqIn(tap.cursor!) + 1 }]);
    await until(() => tap.seqs.length > 0);

    expect(tap.items.map(({ kind }) => kind)).toEqual(['resync', 'ready', 'event']);
    hub.close();
  });

  it('and are gone again before their turn are not read for', async () => {
    const start = await cursorOf();
    const [epoch, begin] = [start.split('.')[0]!, seqIn(start)];
    await append(world, projectId, 5 * PAGE);
    const { hub, log } = startAnew();
    let open = () => {};
    log.gate = new Promise((resolve) => (open = resolve));

    const [far, farther] = [follow(hub, `${epoch}.${begin}`), follow(hub, `${epoch}.${begin + PAGE}`)];
    await until(() => log.reads === 2);
    const gone = follow(hub, `${epoch}.${begin + 4.25 * PAGE}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await gone.stop();
    open();
    await until(() => [far, farther].every(isLive), 10_000);

    expect(gone.seqs).toEqual([]);
    // The others come by there too, but not before what they read first.
    expect(log.from.slice(0, 3)).toEqual([0, PAGE, 2 * PAGE].map((seq) => begin - (begin % PAGE) + seq));
    expect(far.seqs).toEqual(oneTo(5 * PAGE).map((nth) => begin + nth));
    hub.close();
  });
});

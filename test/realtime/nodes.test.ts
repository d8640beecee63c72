import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../../server/kernel/logger.js';
import type { Bus } from '../../server/realtime/bus.js';
import { RedisBus } from '../../server/realtime/busRedis.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import type { Hub } from '../../server/realtime/hub.js';
import type { ChildService } from '../support/childService.js';
import { aProject } from '../support/people.js';
import { describeEachDialect, describeWith, startRedis } from '../support/services.js';
import type { World } from '../support/world.js';
import { aHub, aLiveWorld, append, followProject, oneTo, until } from './liveWorld.js';

describeEachDialect('two nodes on one database without a bus between them', (dialect) => {
  let world: World;
  let other: Hub;
  beforeEach(async () => {
    world = await aLiveWorld(dialect);
    other = aHub(world.deps);
  });
  afterEach(() => world.close());

  it('show what the other wrote within a second', async () => {
    const { id } = await aProject(world);
    const tap = followProject(other, world.admin, id);
    await until(() => tap.items.length === 1);

    const delays: number[] = [];
    for (let nth = 0; nth < 5; nth++) {
      const seq = await append(world, id);
      const begun = performance.now();
      await until(() => tap.seqs.at(-1) === seq);
      delays.push(performance.now() - begun);
    }
    await tap.stop();

    expect(Math.max(...delays)).toBeLessThan(1_000);
  });

  it('take over a client whose cursor is ahead of what they have heard', async () => {
    const { id } = await aProject(world);
    const here = followProject(world.deps.hub, world.admin, id);
    const bystander = followProject(other, world.admin, id);
    await until(() => here.items.length === 1 && bystander.items.length === 1);
    const seq = await append(world, id);
    await until(() => here.seqs.at(-1) === seq);
    await here.stop();

    const moved = followProject(other, world.admin, id, here.cursor);
    await until(() => moved.items.length > 0);
    await Promise.all([moved.stop(), bystander.stop()]);

    expect(moved.items).toEqual([{ kind: 'ready', seq }]);
  });
});

describeWith('redis-server', 'postgres')('two nodes with Redis between them', () => {
  let redis: ChildService;
  let world: World;
  let buses: Bus[];
  let nodes: Hub[];
  let epoch: string;
  beforeEach(async () => {
    redis = await startRedis();
    const bus = (log: () => EventLog) =>
      new RedisBus({ url: redis.url, logger: createLogger('silent'), epoch: () => log().epoch() });
    const log = () => new EventLog(world.db);
    buses = [bus(log), bus(log)];
    world = await aLiveWorld('postgres', { bus: buses[0]!, pollMs: 60_000 });
    nodes = [world.deps.hub, aHub(world.deps, { bus: buses[1]!, pollMs: 60_000 })];
    epoch = await log().epoch();
    await until(() => buses.every((each) => each.state().up));
  });
  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await world.close();
  });

  it('wake each other', async () => {
    const { id, seq } = await aProject(world);
    const tap = followProject(nodes[1]!, world.admin, id, formatCursor(epoch, 0));
    await until(() => tap.seqs.at(-1) === seq);

    const last = await append(world, id);
    await until(() => tap.seqs.at(-1) === last);
    await tap.stop();

    expect(tap.seqs).toEqual(oneTo(last));
  });

  it('ask the log at once when Redis comes back after a gap', async () => {
    const { id } = await aProject(world);
    const tap = followProject(nodes[1]!, world.admin, id);
    await until(() => tap.items.length === 1);

    await redis.kill();
    await until(() => buses.every((each) => !each.state().up));
    const missed = await append(world, id, 10);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const seenWhileDown = tap.seqs.length;
    await redis.start();
    await until(() => tap.seqs.at(-1) === missed);
    const last = await append(world, id);
    await until(() => tap.seqs.at(-1) === last);
    await tap.stop();

    expect(seenWhileDown).toBe(0);
    expect(tap.seqs).toHaveLength(11);
  });
});

describeWith('redis-server', 'postgres')('Redis that is killed and started again under load', () => {
  it('costs no event, and no write waits for it', async () => {
    const redis = await startRedis();
    const logger = createLogger('silent');
    const log: { of?: EventLog } = {};
    const bus = () => new RedisBus({ url: redis.url, logger, epoch: () => log.of!.epoch() });
    const buses = [bus(), bus()];
    const world = await aLiveWorld('postgres', { bus: buses[0]! });
    log.of = new EventLog(world.db);
    const other = aHub(world.deps, { bus: buses[1]! });
    const { id } = await aProject(world);
    const epoch = await log.of.epoch();
    const tap = followProject(other, world.admin, id, formatCursor(epoch, 0));

    const storm = { isOver: false };
    let slowest = 0;
    const writing = (async () => {
      while (!storm.isOver) {
        const begun = performance.now();
        await append(world, id);
        slowest = Math.max(slowest, performance.now() - begun);
      }
    })();
    for (let round = 0; round < 3; round++) {
      await redis.kill();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await redis.start();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    storm.isOver = true;
    await writing;
    const last = await append(world, id);
    await until(() => tap.seqs.at(-1) === last, 3_000);
    await tap.stop();
    await Promise.all(buses.map((each) => each.close()));
    await world.close();

    expect(tap.seqs).toEqual(oneTo(last));
    expect(slowest).toBeLessThan(1_000);
  });
});

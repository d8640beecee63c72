import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Statement } from '../../server/db/statement.js';
import { createLogger } from '../../server/kernel/logger.js';
import { RedisBus } from '../../server/realtime/busRedis.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import type { ChildService } from '../support/childService.js';
import { aProject } from '../support/people.js';
import { describeEachDialect, describeWith, startRedis } from '../support/services.js';
import type { World } from '../support/world.js';
import { aHub, aLiveWorld, append, followFeed, followProject, oneTo, until } from './liveWorld.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describeEachDialect('polling for heads', (dialect) => {
  let world: World;
  beforeEach(async () => {
    world = await aLiveWorld(dialect);
  });
  afterEach(() => world.close());

  it('is one statement each time, whatever the number of streams and of their kinds', async () => {
    const asked: string[] = [];
    const all = (statement: Statement, values: Parameters<World['db']['all']>[1]) => {
      asked.push(statement.name);
      return world.db.all(statement, values);
    };
    const node = aHub(world.deps, { log: new EventLog({ all } as World['db']), pollMs: 100 });
    const projects = [];
    for (let nth = 0; nth < 40; nth++) projects.push(await aProject(world));
    const taps = projects.map(({ id }) => followProject(node, world.admin, id));
    taps.push(followFeed(node, world.admin));
    await until(() => taps.every((tap) => tap.items.length === 1));

    asked.length = 0;
    const begun = performance.now();
    await pause(1_500);
    const intervals = (performance.now() - begun) / 100;
    const statements = [...asked];
    await Promise.all(taps.map((tap) => tap.stop()));

    expect(new Set(statements)).toEqual(new Set(['log.heads']));
    expect(statements.length).toBeLessThanOrEqual(intervals + 1);
    expect(statements.length).toBeGreaterThan(2);
  });
});

describeWith('redis-server', 'postgres')('Redis that stops answering', () => {
  let redis: ChildService;
  let world: World;
  let buses: RedisBus[];
  const log: { of?: EventLog } = {};
  beforeEach(async () => {
    redis = await startRedis();
    const bus = () => new RedisBus({ url: redis.url, logger: createLogger('silent'), epoch: () => log.of!.epoch() });
    buses = [bus(), bus()];
    world = await aLiveWorld('postgres', { bus: buses[0]! });
    log.of = new EventLog(world.db);
    await until(() => buses.every((each) => each.state().up));
  });
  afterEach(async () => {
    redis.wake();
    await Promise.all(buses.map((bus) => bus.close()));
    await world.close();
  });

  it('is found within three seconds; meanwhile events come by polling, and afterwards by wake-ups again', async () => {
    const polling = aHub(world.deps, { bus: buses[1]! });
    const { id, seq } = await aProject(world);
    const tap = followProject(polling, world.admin, id);
    await until(() => tap.items.length === 1);

    redis.sleep();
    const begun = performance.now();
    const found = until(() => buses.every((bus) => !bus.state().up), 5_000).then(() => performance.now() - begun);
    const delays: number[] = [];
    while (buses.some((bus) => bus.state().up)) {
      const written = performance.now();
      const last = await append(world, id);
      await until(() => tap.seqs.at(-1) === last, 3_000);
      delays.push(performance.now() - written);
    }
    const foundMs = await found;
    redis.wake();
    await until(() => buses.every((bus) => bus.state().up));
    const last = await append(world, id);
    await until(() => tap.seqs.at(-1) === last);
    await tap.stop();

    expect(foundMs).toBeLessThan(3_000);
    expect(Math.max(...delays)).toBeLessThan(1_000);
    expect(tap.seqs).toEqual(oneTo(last).slice(seq));
  });

  it('comes back by itself: the next event needs no poll', async () => {
    const sleepless = aHub(world.deps, { bus: buses[1]!, pollMs: 60_000 });
    const { id } = await aProject(world);
    const tap = followProject(sleepless, world.admin, id);
    await until(() => tap.items.length === 1);
    redis.sleep();
    await until(() => buses.every((bus) => !bus.state().up));
    const missed = await append(world, id, 3);

    redis.wake();
    await until(() => buses.every((bus) => bus.state().up));
    await until(() => tap.seqs.at(-1) === missed);
    const last = await append(world, id);
    await until(() => tap.seqs.at(-1) === last);
    await tap.stop();

    expect(tap.seqs).toHaveLength(4);
  });
});

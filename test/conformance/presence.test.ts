import { afterAll, expect, it, onTestFinished, type TestContext } from 'vitest';
import { createLogger } from '../../server/kernel/logger.js';
import type { Bus } from '../../server/realtime/bus.js';
import { RedisBus } from '../../server/realtime/busRedis.js';
import { Presence, type Visit } from '../../server/realtime/presence/presence.js';
import { describeWith, startRedis } from '../support/services.js';
import { until } from '../realtime/liveWorld.js';
import { forgetCluster, kits, needs } from './busKits.js';

afterAll(forgetCluster);

/** Nodes repeat every three seconds what they know: what comes sooner came by itself, also on a machine that is busy. */
const UNREPEATED_MS = 2_000;
const place = 'ticket:t' as const;
const [ann, bob] = [
  { id: 'a', name: 'Ann' },
  { id: 'b', name: 'Bob' },
];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const names = ({ item }: Visit) => item.people.map(({ name, typing }) => (typing ? `${name}…` : name)).join(' ');
const nothing = () => undefined;

for (const [name, kit] of Object.entries(kits)) {
  needs[name as keyof typeof kits](`presence (${name})`, () => {
    /** Nodes that nobody else hears: what mostly waits may wait together. */
    const aPair = async (
      finish: TestContext['onTestFinished'] = onTestFinished,
    ): Promise<[Presence, Presence, Bus, Bus]> => {
      const [here, there] = await kit.aPair();
      const nodes = [new Presence(here), new Presence(there)] as const;
      finish(async () => {
        for (const each of [...nodes, here, there]) await each.close();
      });
      return [...nodes, here, there];
    };

    it('shows on other nodes who comes and who goes, before anybody says it again', async () => {
      const [here, there] = await aPair();
      const watching = there.enter(place, bob, nothing);
      await until(() => names(watching) === 'Bob');
      await pause(300);

      const visit = here.enter(place, ann, nothing);
      await until(() => names(watching) === 'Ann Bob', UNREPEATED_MS);
      visit.leave();
      await until(() => names(watching) === 'Bob', UNREPEATED_MS);
    });

    it('tells who comes later who was there already', async () => {
      const [here, there] = await aPair();
      here.enter(place, ann, nothing);
      await pause(400);

      const late = there.enter(place, bob, nothing);

      await until(() => names(late) === 'Ann Bob', 1_000);
    });

    it.concurrent(
      'counts a person with several windows once, wherever they are, until the last is closed',
      async (test) => {
        const [here, there] = await aPair(test.onTestFinished);
        const watching = here.enter(place, bob, nothing);
        const windows = [here, here, there].map((node) => node.enter(place, ann, nothing));
        await until(() => names(watching) === 'Ann Bob');
        await pause(600);
        expect(names(watching)).toBe('Ann Bob');

        windows[0]!.leave();
        windows[0]!.leave();
        windows[2]!.leave();
        await pause(600);
        expect(names(watching)).toBe('Ann Bob');
        windows[1]!.leave();

        await until(() => names(watching) === 'Bob', UNREPEATED_MS);
      },
    );

    it.concurrent(
      'shows who types: on whatever node it was said, until it is over, and only of those who are there',
      async (test) => {
        const [here, there] = await aPair(test.onTestFinished);
        const watching = there.enter(place, bob, nothing);
        here.enter(place, ann, nothing);
        await until(() => names(watching) === 'Ann Bob');

        await there.type(place, ann.id, true);
        await here.type(place, 'somebody else', true);
        await until(() => names(watching) === 'Ann… Bob', UNREPEATED_MS);
        await there.type(place, ann.id, false);
        await until(() => names(watching) === 'Ann Bob', UNREPEATED_MS);
        await here.type(place, ann.id, true);
        await until(() => names(watching) === 'Ann… Bob', UNREPEATED_MS);

        await until(() => names(watching) === 'Ann Bob', 6_500);
      },
    );

    it.concurrent('forgets within ten seconds whom a node saw that is gone', async (test) => {
      const [here, there, bus] = await aPair(test.onTestFinished);
      const watching = there.enter(place, bob, nothing);
      here.enter(place, ann, nothing);
      await until(() => names(watching) === 'Ann Bob');

      await bus.close();
      await pause(3_000);
      expect(names(watching)).toBe('Ann Bob');
      await until(() => names(watching) === 'Bob', 7_000);
    });

    it('costs a message every 250 ms at most, however busy the place', async () => {
      const [here, there, , bus] = await aPair();
      const watching = there.enter(place, bob, nothing);
      await until(() => names(watching) === 'Bob');
      await pause(500);
      const messages: Record<string, number> = {};
      bus.onTold((_topic, text) => {
        const { node } = JSON.parse(text) as { node: string };
        messages[node] = (messages[node] ?? 0) + 1;
      });

      const begun = performance.now();
      while (performance.now() - begun < 1_500) {
        const visits = Array.from({ length: 20 }, (_, n) => here.enter(place, { id: `p${n}`, name: `P${n}` }, nothing));
        await pause(10);
        for (const visit of visits) visit.leave();
      }
      await until(() => names(watching) === 'Bob', 1_000);

      // A timer may ring a millisecond early.
      expect(Math.max(...Object.values(messages))).toBeLessThanOrEqual((performance.now() - begun) / 249 + 1);
      expect(Object.keys(messages)).toHaveLength(2);
    });

    it('does not tell those elsewhere, and passes over what is no report', async () => {
      const [here, there, bus] = await aPair();
      let changes = 0;
      const elsewhere = there.enter('ticket:other', bob, () => changes++);
      const watching = there.enter(place, bob, nothing);
      await pause(500);
      changes = 0;

      for (const text of ['', 'null', '{}', '[1]', '{"node":"x","viewers":[{"id":1}],"typing":[],"asks":false}']) {
        bus.tell(`presence:${place}`, text);
        await pause(20);
      }
      here.enter(place, ann, nothing);
      await until(() => names(watching) === 'Ann Bob');

      expect([names(elsewhere), changes]).toEqual(['Bob', 0]);
    });

    it('refuses who tells too often', async () => {
      const [here] = await aPair();

      const calls = await Promise.allSettled(Array.from({ length: 50 }, () => here.type(place, ann.id, true)));

      const refused = calls.filter((call) => call.status === 'rejected');
      expect(refused).toHaveLength(20);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
      await here.type(place, bob.id, true);
    });
  });
}

describeWith('redis-server')('presence while Redis is away', () => {
  it('goes on for those of the same node, and converges when it is back', async () => {
    const redis = await startRedis();
    const epoch = () => Promise.resolve('presence');
    const buses = [1, 2].map(() => new RedisBus({ url: redis.url, logger: createLogger('silent'), epoch }));
    await until(() => buses.every((bus) => bus.state().up));
    const [here, there] = buses.map((bus) => new Presence(bus)) as [Presence, Presence];
    const watching = here.enter(place, bob, nothing);
    const far = there.enter(place, ann, nothing);
    await until(() => names(watching) === 'Ann Bob' && names(far) === 'Ann Bob');

    await redis.kill();
    await until(() => buses.every((bus) => !bus.state().up));
    const local = here.enter(place, { id: 'c', name: 'Cyd' }, nothing);
    expect(names(watching)).toBe('Ann Bob Cyd');
    far.leave();
    await redis.start();
    await until(() => buses.every((bus) => bus.state().up));
    const back = there.enter(place, { id: 'd', name: 'Dan' }, nothing);

    await until(
      () => [watching, local, back].every((visit) => names(visit) === 'Bob Cyd Dan'),
      2_000,
      () => [names(watching), names(back)],
    );
    here.close();
    there.close();
    await Promise.all(buses.map((bus) => bus.close()));
  });
});

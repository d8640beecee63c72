import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Wake } from '../../server/db/wake.js';
import { createLogger } from '../../server/kernel/logger.js';
import type { Bus } from '../../server/realtime/bus.js';
import { memoryBus } from '../../server/realtime/busMemory.js';
import { RedisBus } from '../../server/realtime/busRedis.js';
import { describeWith, redisUrl } from '../support/services.js';
import { until } from '../realtime/liveWorld.js';

interface Kit {
  /** Buses of two processes that hear each other. */
  readonly aPair: () => Promise<[Bus, Bus]>;
  /** A bus that belongs to another database. */
  readonly aStranger: (() => Promise<Bus>) | null;
}

let databases = 0;
const redisBus = async (epoch: string): Promise<Bus> => {
  const bus = new RedisBus({ url: redisUrl(), logger: createLogger('silent'), epoch: () => Promise.resolve(epoch) });
  await until(() => bus.state().up);
  return bus;
};
const newEpoch = () => `conformance-${process.pid}-${++databases}`;

const kits: Record<'memory' | 'redis', Kit> = {
  memory: {
    aPair: () => {
      const channel = new EventEmitter();
      return Promise.resolve([memoryBus(channel), memoryBus(channel)]);
    },
    aStranger: () => Promise.resolve(memoryBus()),
  },
  redis: {
    aPair: async () => {
      const epoch = newEpoch();
      return Promise.all([redisBus(epoch), redisBus(epoch)]);
    },
    aStranger: () => redisBus(newEpoch()),
  },
};

const project = (id: string, seq: number): Wake => ({ kind: 'project', id, seq });
const settled = () => new Promise((resolve) => setTimeout(resolve, 80));

for (const [name, kit] of Object.entries(kits)) {
  const suite = name === 'redis' ? describeWith('redis') : describe;
  suite(`a bus (${name})`, () => {
    const open: Bus[] = [];
    const aPair = async (): Promise<[Bus, Bus, Wake[]]> => {
      const [here, there] = await kit.aPair();
      open.push(here, there);
      const heard: Wake[] = [];
      there.onWake((wake) => heard.push(wake));
      return [here, there, heard];
    };
    afterEach(() => Promise.all(open.splice(0).map((bus) => bus.close())));

    it('carries a wake-up to who subscribed to its stream', async () => {
      const [here, there, heard] = await aPair();
      await there.subscribe({ kind: 'project', id: 'a' });

      here.publish([project('a', 7)]);
      await until(() => heard.length > 0);

      expect(heard).toEqual([project('a', 7)]);
    });

    it('brings back what a process published itself', async () => {
      const [, there, heard] = await aPair();
      await there.subscribe({ kind: 'user', id: 'a' });

      there.publish([{ kind: 'user', id: 'a', seq: 1 }]);
      await until(() => heard.length > 0);

      expect(heard).toEqual([{ kind: 'user', id: 'a', seq: 1 }]);
    });

    it('carries nothing of streams that nobody there follows', async () => {
      const [here, there, heard] = await aPair();
      await there.subscribe({ kind: 'project', id: 'a' });
      await there.subscribe({ kind: 'project', id: 'b' });
      there.unsubscribe({ kind: 'project', id: 'b' });
      await settled();

      here.publish([project('b', 1), { kind: 'user', id: 'a', seq: 1 }, project('a', 2)]);
      await until(() => heard.length > 0);
      await settled();

      expect(heard).toEqual([project('a', 2)]);
    });

    it('subscribes again after an unsubscribe of the same moment', async () => {
      const [here, there, heard] = await aPair();
      const stream = { kind: 'project', id: 'a' } as const;
      await there.subscribe(stream);

      there.unsubscribe(stream);
      await there.subscribe(stream);
      await settled();
      here.publish([project('a', 1)]);

      await until(() => heard.length > 0);
    });

    it('tells the latest of what was published together', async () => {
      const [here, there, heard] = await aPair();
      await there.subscribe({ kind: 'project', id: 'a' });

      for (let seq = 1; seq <= 100; seq++) here.publish([project('a', seq)]);
      await until(() => heard.some(({ seq }) => seq === 100));

      expect(heard.at(-1)).toEqual(project('a', 100));
    });

    it('does not hear other databases', async () => {
      const [, there, heard] = await aPair();
      const stranger = await kit.aStranger?.();
      if (stranger) open.push(stranger);
      await there.subscribe({ kind: 'project', id: 'a' });

      stranger?.publish([project('a', 1)]);
      await settled();

      expect(heard).toEqual([]);
    });

    it('is silent after it was closed, and takes every call', async () => {
      const [here, there, heard] = await aPair();
      await there.subscribe({ kind: 'project', id: 'a' });

      await there.close();
      here.publish([project('a', 1)]);
      there.publish([project('a', 2)]);
      there.unsubscribe({ kind: 'project', id: 'a' });
      await there.subscribe({ kind: 'project', id: 'b' });
      await settled();

      expect(heard).toEqual([]);
    });
  });
}

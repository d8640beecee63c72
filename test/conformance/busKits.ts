import { EventEmitter } from 'node:events';
import { describe } from 'vitest';
import { createLogger } from '../../server/kernel/logger.js';
import type { Bus } from '../../server/realtime/bus.js';
import { memoryBus } from '../../server/realtime/busMemory.js';
import { RedisBus } from '../../server/realtime/busRedis.js';
import type { RedisClusterService } from '../support/redisCluster.js';
import { describeWith, redisUrl, startRedisCluster } from '../support/services.js';
import { until } from '../realtime/liveWorld.js';

export interface Kit {
  /** Buses of two processes that hear each other. */
  readonly aPair: () => Promise<[Bus, Bus]>;
  /** A bus that belongs to another database. */
  readonly aStranger: (() => Promise<Bus>) | null;
}

let databases = 0;
const newEpoch = () => `conformance-${process.pid}-${++databases}`;

function redisKit(address: () => Promise<{ url: string; cluster?: boolean }>): Kit {
  const aBus = async (epoch: string): Promise<Bus> => {
    const bus = new RedisBus({
      ...(await address()),
      logger: createLogger('silent'),
      epoch: () => Promise.resolve(epoch),
    });
    await until(() => bus.state().up);
    return bus;
  };
  return {
    aPair: () => {
      const epoch = newEpoch();
      return Promise.all([aBus(epoch), aBus(epoch)]);
    },
    aStranger: () => aBus(newEpoch()),
  };
}

let cluster: Promise<RedisClusterService> | null = null;
/** One for all tests of the file: it is gone with them, though a file that runs later in the same process finds this module as it was. */
export const theCluster = () => (cluster ??= startRedisCluster());
export const forgetCluster = (): void => {
  cluster = null;
};

export const kits: Record<'memory' | 'redis' | 'redis cluster', Kit> = {
  memory: {
    aPair: () => {
      const channel = new EventEmitter();
      return Promise.resolve([memoryBus(channel), memoryBus(channel)]);
    },
    aStranger: () => Promise.resolve(memoryBus()),
  },
  redis: redisKit(() => Promise.resolve({ url: redisUrl() })),
  'redis cluster': redisKit(async () => ({ url: (await theCluster()).url, cluster: true })),
};
export const needs = {
  memory: describe,
  redis: describeWith('redis'),
  'redis cluster': describeWith('redis-server'),
};

import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressKey, countAttempt, createLoginLimiters } from '../../../server/features/auth/loginLimits.js';
import { createPasswordHasher } from '../../../server/features/auth/passwords.js';
import { newId } from '../../../server/kernel/ids.js';
import { redisCluster } from '../../../server/realtime/redis/redisCluster.js';
import { describeWith, redisUrl, startRedis, startRedisCluster } from '../../support/services.js';

describe('the address that attempts are counted by', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('of %s is %s', (ip, key) => {
    expect(addressKey(ip)).toBe(key);
  });
});

describeWith('redis')('counting attempts in Redis', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = new Redis(redisUrl());
    await redis.ping();
  });
  afterAll(() => redis.quit());

  it('counts for all nodes together', async () => {
    const limits = { perAccount: 3, perAddress: 100, windowMs: 60_000 };
    const nodes = [createLoginLimiters(redis, limits), createLoginLimiters(redis, limits)];
    const account = newId();

    for (const node of [...nodes, nodes[0]!]) await countAttempt(node, account, newId());

    await expect(countAttempt(nodes[1]!, account, newId())).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });

  it('goes on in memory while Redis is away', async () => {
    const own = await startRedis();
    const client = new Redis(own.url, { retryStrategy: () => 50 });
    client.on('error', () => undefined);
    await client.ping();
    const limiters = createLoginLimiters(client, { perAccount: 2, perAddress: 100, windowMs: 60_000 });
    await own.kill();
    await expect.poll(() => client.status).not.toBe('ready');

    await countAttempt(limiters, 'a', '10.0.0.1');
    await countAttempt(limiters, 'a', '10.0.0.1');

    await expect(countAttempt(limiters, 'a', '10.0.0.1')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    client.disconnect();
  });
});

describeWith('redis-server')('counting attempts in a Redis Cluster', () => {
  it('counts for all nodes together, whatever node of Redis has the count', async () => {
    const { url } = await startRedisCluster();
    const clients = [redisCluster(url, 'test'), redisCluster(url, 'test')];
    await expect.poll(() => clients.map(({ status }) => status), { timeout: 10_000 }).toEqual(['ready', 'ready']);
    const limits = { perAccount: 3, perAddress: 100, windowMs: 60_000 };
    const nodes = clients.map((client) => createLoginLimiters(client, limits));

    for (const account of Array.from({ length: 10 }, newId)) {
      for (const node of [...nodes, nodes[0]!]) await countAttempt(node, account, newId());
      await expect(countAttempt(nodes[1]!, account, newId())).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    }
    for (const client of clients) client.disconnect();
  });
});

describe('hashing passwords', () => {
  it('refuses work that would wait too long, and does what it took', async () => {
    const hasher = createPasswordHasher({ memoryKiB: 64, passes: 1 });

    const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => hasher.verify(null, 'x')));

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(200 - 64 - 2);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await hasher.verify(null, 'nobody has this password')).toBe(false);
  });

  it('costs 19 MiB and two passes unless told otherwise', async () => {
    expect(await createPasswordHasher().hash('password')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

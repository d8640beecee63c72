import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, startService, type ChildService } from './childService.js';
import { findRedisServer } from './executables.js';

/** A Redis of our own that keeps nothing on disk: what is killed comes back empty. */
export async function startRedisServer(given?: number): Promise<ChildService> {
  const command = findRedisServer();
  if (!command) throw new Error('Redis is missing');
  const folder = await mkdtemp(join(tmpdir(), 'baton-redis-'));
  await chmod(folder, 0o700);
  const port = given ?? (await freePort());
  const url = `redis://127.0.0.1:${port}`;
  return startService({
    url,
    port,
    folder,
    command,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    stopSignal: 'SIGTERM',
    ping: () => pingRedis(url),
  });
}

export async function pingRedis(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2_000 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}

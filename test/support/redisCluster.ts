import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort, startService, type ChildService } from './childService.js';
import { findRedisServer } from './executables.js';
import { pingRedis } from './redisServer.js';

export interface RedisClusterService {
  /** As in REDIS_URL. */
  readonly url: string;
  /** Its masters, to kill and start again. */
  readonly nodes: readonly ChildService[];
  release(): Promise<void>;
}

const SLOTS = 16_384;
const READY_MS = 30_000;
/** The nodes talk to each other on the port 10,000 above. */
const PORT_MAX = 55_535;

/** Three masters on loopback that share the slots, without replicas. */
export async function startRedisClusterServer(): Promise<RedisClusterService> {
  const nodes = await Promise.all([startNode(), startNode(), startNode()]);
  const clients = nodes.map(({ url }) => new Redis(url));
  const [first] = nodes;
  try {
    const share = Math.ceil(SLOTS / nodes.length);
    for (const [nth, client] of clients.entries()) {
      await client.cluster('ADDSLOTSRANGE', nth * share, Math.min((nth + 1) * share, SLOTS) - 1);
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', nth + 1);
      if (nth > 0) await client.cluster('MEET', '127.0.0.1', first.port);
    }
    await Promise.all(clients.map(untilClusterIsOk));
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    url: nodes.map(({ url }) => url).join(','),
    nodes,
    release: async () => {
      await Promise.all(nodes.map((node) => node.release()));
    },
  };
}

/** Resolves when the node sees all slots served. */
export async function untilClusterIsOk(client: Redis): Promise<void> {
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await sleep(50)) {
    const info = await client.cluster('INFO');
    if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return;
  }
  throw new Error('the Redis Cluster did not become ready');
}

async function startNode(): Promise<ChildService> {
  const command = findRedisServer();
  if (!command) throw new Error('Redis is missing');
  const folder = await mkdtemp(join(tmpdir(), 'baton-redis-'));
  await chmod(folder, 0o700);
  let port = await freePort();
  while (port > PORT_MAX) port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = {
    port,
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    dir: folder,
    'cluster-enabled': 'yes',
    'cluster-node-timeout': 1_000,
    'cluster-config-file': 'nodes.conf',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return startService({ url, port, folder, command, args, stopSignal: 'SIGTERM', ping: () => pingRedis(url) });
}

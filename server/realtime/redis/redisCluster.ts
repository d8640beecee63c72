import { Cluster } from 'ioredis';

/** A client of a Redis Cluster that never keeps a command for later: what cannot be sent now fails. */
export function redisCluster(urls: string, name: string): Cluster {
  const nodes = urls.split(',').map((url) => new URL(url));
  const { username = '', password = '', protocol } = nodes[0] ?? {};
  return new Cluster(
    nodes.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 6379) })),
    {
      shardedSubscribers: true,
      enableOfflineQueue: false,
      maxRedirections: 4,
      clusterRetryStrategy: (times) => Math.min(50 * 2 ** times, 1_000),
      redisOptions: {
        connectionName: `baton-${name}`,
        connectTimeout: 2_000,
        commandTimeout: 2_000,
        disconnectTimeout: 100,
        maxRetriesPerRequest: 0,
        ...(username ? { username: decodeURIComponent(username) } : {}),
        ...(password ? { password: decodeURIComponent(password) } : {}),
        ...(protocol === 'rediss:' ? { tls: {} } : {}),
      },
      // With TLS a node is named as its certificate names it.
      ...(protocol === 'rediss:' ? { dnsLookup: (host, done) => done(null, host) } : {}),
    },
  );
}

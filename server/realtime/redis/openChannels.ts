import type { Logger } from '../../kernel/logger.js';
import { ClusterChannels } from './clusterChannels.js';
import { PlainChannels } from './plainChannels.js';
import type { ChannelsListener, RedisChannels } from './redisChannels.js';

/** Where Redis is. */
export interface RedisAddress {
  /** One server, or of a cluster some nodes that name the others, comma-separated. */
  readonly url: string;
  readonly cluster?: boolean;
}

export const openChannels = (
  { url, cluster = false }: RedisAddress,
  logger: Logger,
  listener: ChannelsListener,
): RedisChannels => (cluster ? new ClusterChannels(url, logger, listener) : new PlainChannels(url, logger, listener));

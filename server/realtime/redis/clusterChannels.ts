import { randomUUID } from 'node:crypto';
import type { Cluster } from 'ioredis';
import type { Logger } from '../../kernel/logger.js';
import { allTags, tagOf } from './channelName.js';
import type { ChannelsListener, RedisChannels } from './redisChannels.js';
import { redisCluster } from './redisCluster.js';

const PULSE_MS = 700;
/** A pulse that takes longer is lost, whatever the connections say. */
const SILENCE_MS = 2_000;
/** How long connections may stay silent before they are made anew. */
const RENEW_MS = 5_000;

/**
 * Sharded publish/subscribe of a Redis Cluster: a message goes to the one node where its channel lives. Connections to nodes come
 * and go in the client by themselves; whether messages arrive is proven by a pulse through each group of channels.
 */
export class ClusterChannels implements RedisChannels {
  isUp = false;
  private readonly cluster: Cluster;
  private readonly timer: NodeJS.Timeout;
  private readonly pulse = `baton:pulse:${randomUUID()}:`;
  private readonly heardAt = new Map<string, number>();
  private readonly known = new Set<string>();
  private readonly pulsing = new Set<string>();
  private isClosed = false;
  private renewedAt = performance.now();

  constructor(
    url: string,
    private readonly logger: Logger,
    private readonly listener: ChannelsListener,
  ) {
    this.cluster = redisCluster(url, 'bus');
    // Without a listener ioredis writes every failed attempt to standard error.
    this.cluster.on('error', (error: Error) => logger.debug({ error: error.message }, 'Redis Cluster'));
    this.cluster.on('smessage', (channel: string, text: string) => this.hear(channel, text));
    for (const event of ['ready', 'subscribersReady']) this.cluster.on(event, () => this.beat());
    this.timer = setInterval(() => this.beat(), PULSE_MS).unref();
  }

  async publish(messages: readonly (readonly [string, string])[]): Promise<void> {
    await Promise.all(messages.map(([channel, text]) => this.cluster.spublish(channel, text)));
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await Promise.all(groups(channels).map((group) => this.subscribeAnew(group)));
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) this.known.delete(channel);
    await Promise.all(groups(channels).map((group) => this.cluster.sunsubscribe(...group)));
  }

  close(): void {
    this.isClosed = true;
    this.isUp = false;
    clearInterval(this.timer);
    this.cluster.disconnect();
  }

  /** The client keeps a list of what it subscribed to, and would write a channel down twice. */
  private async subscribeAnew(group: readonly string[]): Promise<void> {
    const again = group.filter((channel) => this.known.has(channel));
    if (again.length > 0) await this.cluster.sunsubscribe(...again).catch(() => undefined);
    for (const channel of group) this.known.add(channel);
    await this.cluster.ssubscribe(...group);
  }

  private hear(channel: string, text: string): void {
    if (!channel.startsWith(this.pulse)) return this.listener.heard(channel, text);
    this.heardAt.set(tagOf(channel), performance.now());
    if (!this.isUp && allTags.every((tag) => this.isHeard(tag))) this.rise();
  }

  private isHeard(tag: string): boolean {
    return performance.now() - (this.heardAt.get(tag) ?? -Infinity) < SILENCE_MS;
  }

  private beat(): void {
    if (this.isClosed) return;
    if (this.isUp && !allTags.every((tag) => this.isHeard(tag))) this.fall();
    const now = performance.now();
    const isStale = !this.isUp && this.cluster.status === 'ready' && now - this.renewedAt > RENEW_MS;
    if (isStale) {
      this.renewedAt = now;
      this.cluster.disconnect(true);
    }
    for (const tag of allTags) void this.beatOf(tag);
  }

  /** Subscribes again to what is not heard: the client tells nobody when it could not. */
  private async beatOf(tag: string): Promise<void> {
    if (this.pulsing.has(tag)) return;
    this.pulsing.add(tag);
    const channel = this.pulse + tag;
    try {
      if (!this.isHeard(tag)) await this.subscribeAnew([channel]);
      await this.cluster.spublish(channel, '');
    } catch {
      // Not heard, and so told.
    } finally {
      this.pulsing.delete(tag);
    }
  }

  private rise(): void {
    this.isUp = true;
    this.logger.info('Redis Cluster is heard');
    this.listener.up();
  }

  private fall(): void {
    this.isUp = false;
    this.renewedAt = performance.now();
    this.logger.warn('Redis Cluster is away, or some of it; streams go on by polling');
    this.listener.down();
  }
}

const groups = (channels: readonly string[]): string[][] => {
  const byTag = new Map<string, string[]>();
  for (const channel of channels) {
    const group = byTag.get(tagOf(channel));
    if (group) group.push(channel);
    else byTag.set(tagOf(channel), [channel]);
  }
  return [...byTag.values()];
};

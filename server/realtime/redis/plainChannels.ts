import type { Logger } from '../../kernel/logger.js';
import type { ChannelsListener, RedisChannels } from './redisChannels.js';
import { RedisLink } from './redisLink.js';

/** Publish/subscribe of a single Redis, over two connections. */
export class PlainChannels implements RedisChannels {
  private readonly publisher: RedisLink;
  private readonly subscriber: RedisLink;

  constructor(url: string, logger: Logger, listener: ChannelsListener) {
    const tell = () => (this.isUp ? listener.up() : listener.down());
    this.publisher = new RedisLink(url, 'publisher', logger, { up: tell, down: tell });
    this.subscriber = new RedisLink(url, 'subscriber', logger, { up: tell, down: tell });
    this.subscriber.redis.on('message', (channel: string, text: string) => listener.heard(channel, text));
  }

  get isUp(): boolean {
    return this.publisher.isUp && this.subscriber.isUp;
  }

  async publish(messages: readonly (readonly [string, string])[]): Promise<void> {
    const pipeline = this.publisher.redis.pipeline();
    for (const [channel, text] of messages) pipeline.publish(channel, text);
    await pipeline.exec();
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await this.subscriber.redis.subscribe(...channels);
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await this.subscriber.redis.unsubscribe(...channels);
  }

  close(): void {
    this.publisher.close();
    this.subscriber.close();
  }
}

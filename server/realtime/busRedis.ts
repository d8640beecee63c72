import { addWake, type Wake } from '../db/wake.js';
import type { Logger } from '../kernel/logger.js';
import type { Bus } from './bus.js';
import { RedisLink } from './redisLink.js';
import { parseStreamKey, streamKey, type StreamRef } from './streamRef.js';
import { decodeWake, encodeWake } from './wakeText.js';

export interface RedisBusOptions {
  readonly url: string;
  readonly logger: Logger;
  /** The database's epoch: databases that share a Redis do not hear each other. May reject while the database is away. */
  readonly epoch: () => Promise<string>;
}

/** Wake-ups kept while they cannot be sent; beyond, followers of the others learn by polling. */
const PENDING_MAX = 1_000;
const FAREWELL_MS = 500;

/**
 * Wake-ups over Redis publish/subscribe: a channel per stream, and of channels only those that are followed here. What one turn
 * of the event loop publishes goes out together, the latest per stream.
 */
export class RedisBus implements Bus {
  private readonly publisher: RedisLink;
  private readonly subscriber: RedisLink;
  private readonly wakeListeners: ((wake: Wake) => void)[] = [];
  private readonly gapListeners: (() => void)[] = [];
  private readonly pending = new Map<string, Wake>();
  private readonly wanted = new Set<string>();
  private readonly active = new Set<string>();
  private sending: Promise<void> | null = null;
  private syncing: Promise<void> | null = null;
  private prefix: string | null = null;

  constructor(private readonly options: RedisBusOptions) {
    const { url, logger } = options;
    this.publisher = new RedisLink(url, 'publisher', logger, { up: () => void this.flush(), down: () => undefined });
    this.subscriber = new RedisLink(url, 'subscriber', logger, {
      up: () => void this.resume(),
      down: () => this.active.clear(),
    });
    this.subscriber.redis.on('message', (channel: string, message: string) => this.hear(channel, message));
  }

  publish(wakes: readonly Wake[]): void {
    for (const wake of wakes) {
      if (this.pending.size >= PENDING_MAX && !this.pending.has(streamKey(wake))) continue;
      // What waits for Redis to come back must not grow: then the number has to do.
      addWake(this.pending, this.publisher.isUp ? wake : { ...wake, rows: [] });
    }
    void this.flush();
  }

  async subscribe(stream: StreamRef): Promise<void> {
    this.wanted.add(streamKey(stream));
    await this.sync();
  }

  unsubscribe(stream: StreamRef): void {
    this.wanted.delete(streamKey(stream));
    void this.sync();
  }

  onWake(listener: (wake: Wake) => void): void {
    this.wakeListeners.push(listener);
  }

  onReconnected(listener: () => void): void {
    this.gapListeners.push(listener);
  }

  state() {
    return { kind: 'redis' as const, up: this.publisher.isUp && this.subscriber.isUp };
  }

  async close(): Promise<void> {
    if (this.pending.size > 0 || this.sending) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_MS).unref());
      await Promise.race([this.flush(), late]);
    }
    this.publisher.close();
    this.subscriber.close();
  }

  private hear(channel: string, message: string): void {
    const ref = this.prefix === null ? null : parseStreamKey(channel.slice(this.prefix.length));
    const wake = ref && decodeWake(ref, message);
    if (wake) for (const listener of this.wakeListeners) listener(wake);
  }

  /** Never rejects: what was lost on the way is found by polling. */
  private flush(): Promise<void> {
    this.sending ??= this.send();
    return this.sending;
  }

  private async send(): Promise<void> {
    try {
      await new Promise(setImmediate);
      const prefix = await this.namePrefix();
      while (this.pending.size > 0 && this.publisher.isUp) {
        const pipeline = this.publisher.redis.pipeline();
        for (const [key, wake] of this.pending) pipeline.publish(prefix + key, encodeWake(wake));
        this.pending.clear();
        await pipeline.exec();
      }
    } catch (error) {
      this.options.logger.debug({ error: String(error) }, 'wake-ups were not sent');
    } finally {
      this.sending = null;
    }
  }

  private async resume(): Promise<void> {
    this.active.clear();
    await this.sync();
    for (const listener of this.gapListeners) listener();
  }

  /** Makes the subscriptions in Redis those that are wanted. Never rejects. */
  private sync(): Promise<void> {
    this.syncing ??= this.subscribeToWanted();
    return this.syncing;
  }

  private async subscribeToWanted(): Promise<void> {
    try {
      await new Promise(setImmediate);
      const prefix = await this.namePrefix();
      while (this.subscriber.isUp) {
        const missing = [...this.wanted].filter((key) => !this.active.has(key));
        const surplus = [...this.active].filter((key) => !this.wanted.has(key));
        if (missing.length === 0 && surplus.length === 0) return;
        if (missing.length > 0) await this.subscriber.redis.subscribe(...missing.map((key) => prefix + key));
        if (surplus.length > 0) await this.subscriber.redis.unsubscribe(...surplus.map((key) => prefix + key));
        for (const key of missing) this.active.add(key);
        for (const key of surplus) this.active.delete(key);
      }
    } catch (error) {
      this.options.logger.debug({ error: String(error) }, 'a channel could not be subscribed');
    } finally {
      this.syncing = null;
    }
  }

  private async namePrefix(): Promise<string> {
    this.prefix ??= `baton:${await this.options.epoch()}:`;
    return this.prefix;
  }
}

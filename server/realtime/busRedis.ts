import { addWake, type Wake } from '../db/wake.js';
import type { Logger } from '../kernel/logger.js';
import type { Bus } from './bus.js';
import { channelName, keyOfChannel } from './redis/channelName.js';
import { openChannels, type RedisAddress } from './redis/openChannels.js';
import type { RedisChannels } from './redis/redisChannels.js';
import { parseStreamKey, streamKey, type StreamRef } from './streamRef.js';
import { decodeWake, encodeWake } from './wakeText.js';

export interface RedisBusOptions extends RedisAddress {
  readonly logger: Logger;
  /** The database's epoch: databases that share a Redis do not hear each other. May reject while the database is away. */
  readonly epoch: () => Promise<string>;
}

/** Messages kept while they cannot be sent; beyond, followers of the others learn by polling. */
const PENDING_MAX = 1_000;
const FAREWELL_MS = 500;
const RETRY_MS = 500;

/**
 * Wake-ups over Redis publish/subscribe: a channel per stream, and of channels only those that are followed here. What one turn
 * of the event loop publishes goes out together, the latest per stream.
 */
export class RedisBus implements Bus {
  private readonly channels: RedisChannels;
  private readonly wakeListeners: ((wake: Wake) => void)[] = [];
  private readonly newsListeners: ((topic: string, text: string) => void)[] = [];
  private readonly gapListeners: (() => void)[] = [];
  private readonly pending = new Map<string, Wake>();
  private readonly pendingNews = new Map<string, string>();
  private readonly wanted = new Set<string>();
  private readonly active = new Set<string>();
  private sending: Promise<void> | null = null;
  private syncing: Promise<void> | null = null;
  private prefix: string | null = null;

  constructor(private readonly options: RedisBusOptions) {
    this.channels = openChannels(options, options.logger, {
      heard: (channel, text) => this.hear(channel, text),
      up: () => void this.resume(),
      down: () => this.active.clear(),
    });
  }

  publish(wakes: readonly Wake[]): void {
    for (const wake of wakes) {
      if (this.pending.size >= PENDING_MAX && !this.pending.has(streamKey(wake))) continue;
      // What waits for Redis to come back must not grow: then the number has to do.
      addWake(this.pending, this.channels.isUp ? wake : { ...wake, rows: [] });
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

  tell(topic: string, text: string): void {
    if (this.channels.isUp && this.pendingNews.size < PENDING_MAX) this.pendingNews.set(topic, text);
    void this.flush();
  }

  async listen(topic: string): Promise<void> {
    this.wanted.add(topic);
    await this.sync();
  }

  ignore(topic: string): void {
    this.wanted.delete(topic);
    void this.sync();
  }

  onTold(listener: (topic: string, text: string) => void): void {
    this.newsListeners.push(listener);
  }

  onReconnected(listener: () => void): void {
    this.gapListeners.push(listener);
  }

  state() {
    return { kind: 'redis' as const, up: this.channels.isUp };
  }

  async close(): Promise<void> {
    if (this.pending.size + this.pendingNews.size > 0 || this.sending) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_MS).unref());
      await Promise.race([this.flush(), late]);
    }
    this.channels.close();
  }

  private hear(channel: string, text: string): void {
    const key = this.prefix === null ? null : keyOfChannel(this.prefix, channel);
    if (key === null || !this.wanted.has(key)) return;
    const ref = parseStreamKey(key);
    if (!ref) for (const listener of this.newsListeners) listener(key, text);
    const wake = ref && decodeWake(ref, text);
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
      while (this.pending.size + this.pendingNews.size > 0 && this.channels.isUp)
        await this.channels.publish(this.takePending(prefix));
    } catch (error) {
      this.options.logger.debug({ error: String(error) }, 'wake-ups were not sent');
    } finally {
      this.sending = null;
    }
  }

  private takePending(prefix: string): (readonly [string, string])[] {
    const wakes = [...this.pending].map(([key, wake]) => [channelName(prefix, key), encodeWake(wake)] as const);
    const news = [...this.pendingNews].map(([topic, text]) => [channelName(prefix, topic), text] as const);
    this.pending.clear();
    this.pendingNews.clear();
    return [...wakes, ...news];
  }

  private async resume(): Promise<void> {
    this.active.clear();
    void this.flush();
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
      const names = (keys: readonly string[]) => keys.map((key) => channelName(prefix, key));
      while (this.channels.isUp) {
        const missing = [...this.wanted].filter((key) => !this.active.has(key));
        const surplus = [...this.active].filter((key) => !this.wanted.has(key));
        if (missing.length === 0 && surplus.length === 0) return;
        if (missing.length > 0) await this.channels.subscribe(names(missing));
        if (surplus.length > 0) await this.channels.unsubscribe(names(surplus));
        for (const key of missing) this.active.add(key);
        for (const key of surplus) this.active.delete(key);
      }
    } catch (error) {
      this.options.logger.debug({ error: String(error) }, 'a channel could not be subscribed');
      // A link that was lost says so when it is back; a node of a cluster may refuse for other reasons.
      setTimeout(() => this.channels.isUp && void this.sync(), RETRY_MS).unref();
    } finally {
      this.syncing = null;
    }
  }

  private async namePrefix(): Promise<string> {
    this.prefix ??= `baton:${await this.options.epoch()}:`;
    return this.prefix;
  }
}

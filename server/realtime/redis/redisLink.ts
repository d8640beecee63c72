import { Redis } from 'ioredis';
import type { Logger } from '../../kernel/logger.js';

const PING_MS = 1_000;
/** What is not answered by then is lost, and the link dead, whatever TCP says. */
const SILENCE_MS = 1_500;
/** A peer that does not answer does not close its end of the connection either. */
const GOODBYE_MS = 100;
const RETRY_MS_MAX = 1_000;

/**
 * One connection to Redis that is tried again for ever, never queues what cannot be sent now, and finds a half-open link by
 * itself. `onUp` is called each time it can be used, `onDown` each time it cannot any more.
 */
export class RedisLink {
  readonly redis: Redis;
  private readonly timer: NodeJS.Timeout;
  private isDown = false;

  constructor(
    url: string,
    private readonly name: string,
    private readonly logger: Logger,
    private readonly on: { up(): void; down(): void },
  ) {
    this.redis = new Redis(url, {
      connectionName: `baton-${name}`,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      connectTimeout: 2_000,
      commandTimeout: SILENCE_MS,
      disconnectTimeout: GOODBYE_MS,
      retryStrategy: (times) => Math.min(50 * 2 ** times, RETRY_MS_MAX),
    });
    // Without a listener ioredis writes every failed attempt to standard error.
    this.redis.on('error', (error: Error) => this.fail(error.message));
    this.redis.on('close', () => this.fail('the connection was closed'));
    this.redis.on('ready', () => this.recover());
    this.timer = setInterval(() => void this.ping(), PING_MS).unref();
  }

  get isUp(): boolean {
    return this.redis.status === 'ready';
  }

  close(): void {
    clearInterval(this.timer);
    this.isDown = true;
    this.redis.disconnect();
  }

  private recover(): void {
    if (this.isDown) this.logger.info({ link: this.name }, 'Redis is back');
    this.isDown = false;
    this.on.up();
  }

  private fail(reason: string): void {
    if (this.isDown) return;
    this.isDown = true;
    this.logger.warn({ link: this.name, reason }, 'Redis is away; streams go on by polling');
    this.on.down();
  }

  private async ping(): Promise<void> {
    if (!this.isUp) return;
    const isAnswered = await this.redis.ping().then(Boolean, () => false);
    if (!isAnswered && this.isUp) this.redis.disconnect(true);
  }
}

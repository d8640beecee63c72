/** Redis as the bus uses it: channels, and what is said on them. */
export interface RedisChannels {
  /** Whether what is said arrives, as far as is known. */
  readonly isUp: boolean;
  /** Rejects when something of it may not have been sent. */
  publish(messages: readonly (readonly [channel: string, text: string])[]): Promise<void>;
  /** Rejects when it is not certain that all of them are heard. */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): Promise<void>;
  close(): void;
}

export interface ChannelsListener {
  heard(channel: string, text: string): void;
  /** From now on something can be said and heard; what was subscribed before is not any more. */
  up(): void;
  down(): void;
}

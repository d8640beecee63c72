import type { Wake } from '../db/wake.js';
import type { StreamRef } from './streamRef.js';

export interface BusState {
  readonly kind: 'memory' | 'redis';
  /** False while wake-ups do not travel: followers then learn of events by polling. */
  readonly up: boolean;
}

/**
 * Carries wake-ups between processes: "this stream moved to seq N", with the events where they are short. It may lose, repeat and
 * reorder them; the event log is
 * the truth and the hub polls for what it missed. No method throws or waits for the network.
 */
export interface Bus {
  /** Tells every process that subscribed to these streams, this one included. */
  publish(wakes: readonly Wake[]): void;
  /** Resolves when wake-ups of the stream arrive from now on, or at once while the bus is down; never rejects. */
  subscribe(stream: StreamRef): Promise<void>;
  unsubscribe(stream: StreamRef): void;
  onWake(listener: (wake: Wake) => void): void;
  /** Says what is news now and not kept anywhere, to every process that listens to the topic, this one included. May be lost. */
  tell(topic: string, text: string): void;
  listen(topic: string): Promise<void>;
  ignore(topic: string): void;
  onTold(listener: (topic: string, text: string) => void): void;
  /** Called after every gap in which wake-ups may have been lost, once they arrive again. */
  onReconnected(listener: () => void): void;
  state(): BusState;
  close(): Promise<void>;
}

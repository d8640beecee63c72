import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../kernel/errors.js';
import type { Sink } from './sink.js';
import type { Turns, Worker } from './turns.js';

/** So many pieces in a row give others a turn: a long replay must not keep the event loop from everybody else. */
const STREAK = 32;
const RETRY_MS = 250;

/**
 * Somebody who is sent something piece by piece: goes on whenever something happened that it may be waiting for, as far as it can,
 * and no further than its sink takes. A sink that does not keep up is waited for.
 */
export abstract class Reader implements Worker {
  protected isOpen = false;
  protected isOver = false;
  private streak = 0;
  private awaitsDrain = false;

  constructor(
    private readonly turns: Turns,
    readonly sink: Sink,
  ) {}

  /** Opens what is read from. @throws UNAVAILABLE or any error of the database: then it is tried again. */
  protected abstract open(): Promise<void>;
  /** Does the next thing there is to do; false when there is none. What it throws ends the reader. */
  protected abstract step(): boolean;
  /** Lets go of all that is held; called once. */
  protected abstract release(): void;

  get waitingBytes(): number {
    return this.sink.waitingBytes;
  }

  /** Finds the place to begin at, however long the database is away. */
  async begin(): Promise<void> {
    while (!this.isOver) {
      try {
        await this.open();
        if (this.isOver) return;
        this.isOpen = true;
        return this.goOn();
      } catch (error) {
        if (error instanceof AppError && error.code !== 'UNAVAILABLE') return this.end(error);
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  work(): number {
    this.streak = 0;
    this.goOn();
    return this.streak;
  }

  stop(): void {
    this.end(null);
  }

  protected goOn(): void {
    try {
      while (this.isOpen && this.step());
    } catch (error) {
      this.end(error);
    }
  }

  /** Goes on in one of the next turns. */
  protected goOnLater(): void {
    this.turns.ask(this);
  }

  /** Whether nothing more may be sent now; it goes on by itself. */
  protected mustWait(): boolean {
    if (this.sink.isFull) {
      if (!this.awaitsDrain) this.sink.onDrain(this.drained);
      this.awaitsDrain = true;
      return true;
    }
    if (this.streak < STREAK) return false;
    this.goOnLater();
    return true;
  }

  /** Counts a piece that was sent, or looked at. */
  protected count(): void {
    this.streak++;
  }

  private end(error: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.isOpen = false;
    this.release();
    this.sink.end(error);
  }

  private readonly drained = (): void => {
    this.awaitsDrain = false;
    this.goOn();
  };
}

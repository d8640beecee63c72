import type { TicketReply } from '../../../contract/ticket.js';
import { backoffMs, pause, type Backoff } from '../backoff.js';
import type { CallByPath } from '../calls.js';
import { toBatonError, type BatonError } from '../errors.js';
import type { Shown } from '../lists/overlay.js';
import { exclusively } from '../locks.js';
import type { Keeping } from './keeping.js';
import type { QueuedCall, QueueStore } from './queueStore.js';

/** A kept call, as it is here. */
export interface Held {
  call: QueuedCall;
  readonly shown: Shown | null;
  /** Ends an attempt that is under way. */
  readonly cut: AbortController;
}

/** What is to be sent, and to whom its end is told. */
export interface Outbox {
  readonly next: Held | undefined;
  done(held: Held, reply: TicketReply): Promise<void>;
  refuse(held: Held, error: BatonError): void;
}

export interface SendingSource {
  readonly store: QueueStore;
  readonly backoff: Backoff;
  /** One attempt. */
  readonly send: CallByPath;
}

/** How often a defect of the server may answer before it counts as a refusal. */
const DEFECTS = 5;
/** Nothing about the call itself: it is sent again when that has passed. */
const passing = new Set<string>([
  ...['UNAVAILABLE', 'TOO_MANY_REQUESTS', 'UNAUTHENTICATED', 'TOKEN_EXPIRED', 'PASSWORD_CHANGE_REQUIRED'],
]);

/** Sends one call at a time, in their order, until there is none, and only one client over a store does. */
export class Sending {
  private isRunning = false;
  private waking = new AbortController();

  constructor(
    private readonly source: SendingSource,
    private readonly keeping: Keeping,
    private readonly outbox: Outbox,
  ) {}

  run(): void {
    if (!this.isRunning) void this.sendAll();
  }

  /** Waits no longer for the next attempt. */
  wake(): void {
    this.waking.abort();
  }

  private async sendAll(): Promise<void> {
    this.isRunning = true;
    try {
      while (this.outbox.next) await exclusively(this.source.store.lock, () => this.drain()).catch(() => this.drain());
    } finally {
      this.isRunning = false;
    }
  }

  private async drain(): Promise<void> {
    let failures = 0;
    for (let held = this.outbox.next; held; held = this.outbox.next) {
      // Before it is sent for the first time it is kept.
      await this.keeping.settled();
      if (this.outbox.next !== held) continue;
      const error = await this.attempt(held);
      failures = error ? failures + 1 : 0;
      if (!error || held.cut.signal.aborted) continue;
      if (passing.has(error.code) || (error.code === 'INTERNAL' && failures < DEFECTS)) await this.wait(failures);
      else this.outbox.refuse(held, error);
    }
  }

  /** What it failed with, if it did. */
  private async attempt(held: Held): Promise<BatonError | null> {
    const { path, input } = held.call;
    let reply: unknown;
    try {
      reply = await this.source.send(path, 'mutation', input, { signal: held.cut.signal });
    } catch (error) {
      return toBatonError(error);
    }
    await this.outbox.done(held, reply as TicketReply);
    return null;
  }

  private async wait(failures: number): Promise<void> {
    this.waking = new AbortController();
    await pause(backoffMs(failures - 1, this.source.backoff), this.waking.signal).catch(() => undefined);
  }
}

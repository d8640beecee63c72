import type { Logger } from '../kernel/logger.js';
import type { EventLog, Heads } from './eventLog.js';
import type { StreamRef } from './streamRef.js';

export interface HeadListener {
  /** The streams to ask for. */
  readonly refs: () => readonly StreamRef[];
  readonly onHeads: (heads: Heads, asked: readonly StreamRef[], askedAt: number) => void;
  /** After every round that the database answered; `wasStale` when that had taken too long. */
  readonly onRound: (wasStale: boolean) => void;
  /** The heads have become stale. */
  readonly onStale: () => void;
}

/** How late an answer may be. A slow database still answers a statement by key in less; one that is away never does. */
const LATE_MS = 400;
/** After a round that failed. */
const RETRY_MS = 100;

/**
 * Asks how far the followed streams reach, round after round: one statement each, however many they are.
 * What was true when a round was asked is a lease: {@link isFresh} for so long, and no longer, may anything be sent that a
 * change unheard of could forbid.
 */
export class HeadPoller {
  private timer: NodeJS.Timeout | null = null;
  private isRunning = false;
  private isStarted = false;
  private isWanted = false;
  private isFailing = false;
  private answeredAt = performance.now();
  /** Every change that was committed before it is known here. */
  private askedAt = performance.now();
  private staleness: NodeJS.Timeout | null = null;

  constructor(
    private readonly log: Pick<EventLog, 'heads'>,
    private readonly everyMs: number,
    private readonly logger: Logger,
    private readonly listener: HeadListener,
  ) {}

  get ageMs(): number {
    return performance.now() - this.answeredAt;
  }

  /** Whether the answer to the latest round is young enough. By the clock alone: it holds also when a read hangs. */
  get isFresh(): boolean {
    return this.freshForMs > 0;
  }

  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.answeredAt = performance.now();
    this.renew(this.answeredAt);
    this.plan(this.everyMs);
  }

  stop(): void {
    this.isStarted = false;
    if (this.timer) clearTimeout(this.timer);
    if (this.staleness) clearTimeout(this.staleness);
    this.timer = null;
    this.staleness = null;
  }

  /** A round that begins after this call. */
  now(): void {
    if (!this.isStarted) return;
    if (this.isRunning) this.isWanted = true;
    else void this.round();
  }

  private get freshForMs(): number {
    return this.askedAt + this.everyMs + LATE_MS - performance.now();
  }

  /** From the moment of asking on, since nobody knows when in between the database looked. */
  private renew(askedAt: number): void {
    this.askedAt = askedAt;
    this.awaitStaleness();
  }

  private awaitStaleness(): void {
    if (this.staleness) clearTimeout(this.staleness);
    // A timer may ring a moment early, and then nobody would be told: groups send without looking at the clock.
    const ring = () => (this.isFresh ? this.awaitStaleness() : this.listener.onStale());
    this.staleness = setTimeout(ring, Math.max(this.freshForMs + 1, 1)).unref();
  }

  private plan(delayMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.round(), this.isWanted ? 0 : Math.max(delayMs, 0)).unref();
    this.isWanted = false;
  }

  private async round(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    const askedAt = performance.now();
    try {
      const asked = this.listener.refs();
      if (asked.length > 0) this.listener.onHeads(await this.log.heads(asked), asked, askedAt);
      this.answeredAt = performance.now();
      if (this.isFailing) this.logger.info('heads of streams are read again');
      this.isFailing = false;
      const wasStale = !this.isFresh;
      if (this.isStarted) this.renew(askedAt);
      this.listener.onRound(wasStale);
    } catch (error) {
      if (!this.isFailing && this.isStarted)
        this.logger.warn({ error: String(error) }, 'heads of streams could not be read; trying on');
      this.isFailing = true;
    } finally {
      this.isRunning = false;
      // From begin to begin, so that slow answers do not make rounds rare.
      if (this.isStarted) this.plan(this.isFailing ? RETRY_MS : askedAt + this.everyMs - performance.now());
    }
  }
}

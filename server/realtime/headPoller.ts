import type { Logger } from '../kernel/logger.js';
import type { EventLog, Heads } from './eventLog.js';
import type { StreamRef } from './streamRef.js';

export interface HeadListener {
  /** The streams to ask for. */
  readonly refs: () => readonly StreamRef[];
  readonly onHeads: (heads: Heads, asked: readonly StreamRef[], askedAt: number) => void;
  /** After every round that the database answered. */
  readonly onRound: () => void;
}

/** Asks how far the followed streams reach, round after round: one statement each, however many they are. */
export class HeadPoller {
  private timer: NodeJS.Timeout | null = null;
  private isRunning = false;
  private isStarted = false;
  private isWanted = false;
  private isFailing = false;
  private answeredAt = performance.now();

  constructor(
    private readonly log: EventLog,
    private readonly everyMs: number,
    private readonly logger: Logger,
    private readonly listener: HeadListener,
  ) {}

  get ageMs(): number {
    return performance.now() - this.answeredAt;
  }

  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.answeredAt = performance.now();
    this.plan();
  }

  stop(): void {
    this.isStarted = false;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /** A round that begins after this call. */
  now(): void {
    if (!this.isStarted) return;
    if (this.isRunning) this.isWanted = true;
    else void this.round();
  }

  private plan(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.round(), this.isWanted ? 0 : this.everyMs).unref();
    this.isWanted = false;
  }

  private async round(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      const asked = this.listener.refs();
      const askedAt = performance.now();
      if (asked.length > 0) this.listener.onHeads(await this.log.heads(asked), asked, askedAt);
      this.answeredAt = performance.now();
      if (this.isFailing) this.logger.info('heads of streams are read again');
      this.isFailing = false;
      this.listener.onRound();
    } catch (error) {
      if (!this.isFailing) this.logger.warn({ error: String(error) }, 'heads of streams could not be read; trying on');
      this.isFailing = true;
    } finally {
      this.isRunning = false;
      if (this.isStarted) this.plan();
    }
  }
}

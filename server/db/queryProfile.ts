import type { Logger } from '../kernel/logger.js';
import { bucketOf, middleOf } from './durationBuckets.js';
import type { Dialect } from './dialect.js';
import type { Statement } from './statement.js';

/** Told of each statement that was answered, and after how long: since the one before it in its flight, or since the flight began. */
export type ObserveStatement = (statement: Statement, ms: number) => void;

/** What one named statement took so far, as this process saw it: the journey, and the wait for what stood before it, are in it. */
export interface StatementFigures {
  /** Statements that are made for one call share a name. */
  readonly name: string;
  readonly count: number;
  readonly totalMs: number;
  readonly meanMs: number;
  /** Within 1.6 %. */
  readonly p95Ms: number;
  readonly maxMs: number;
}

export const AD_HOC = 'made for one call';

/** Microseconds up to two minutes; what takes longer counts as that. */
const LONGEST_US = 2 ** 27 - 1;
const BUCKETS = bucketOf(LONGEST_US) + 1;

class Figures {
  count = 0;
  totalMs = 0;
  maxMs = 0;
  private readonly buckets = new Uint32Array(BUCKETS);

  add(ms: number): void {
    this.count++;
    this.totalMs += ms;
    if (ms > this.maxMs) this.maxMs = ms;
    const bucket = bucketOf(Math.min(Math.round(ms * 1_000), LONGEST_US));
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
  }

  quantile(share: number): number {
    const rank = Math.ceil(this.count * share);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.buckets[bucket] ?? 0;
      if (seen >= rank) return Math.min(middleOf(bucket) / 1_000, this.maxMs);
    }
    return this.maxMs;
  }
}

/** A storm of slow answers has one cause: each statement is told of once in so long, with how often it was slow meanwhile. */
const TELL_EVERY_MS = 1_000;

/** How long statements take, by name; and a line in the log for those that take too long. */
export class QueryProfile {
  private readonly figures = new Map<string, Figures>();
  private readonly told = new Map<string, { at: number; silent: number }>();

  constructor(
    private readonly dialect: Dialect,
    private readonly log: Logger,
    /** 0: none is slow. */
    private readonly slowMs: number,
    private readonly now = () => performance.now(),
  ) {}

  readonly observe: ObserveStatement = (statement, ms) => {
    const name = statement.name || AD_HOC;
    let figures = this.figures.get(name);
    if (!figures) this.figures.set(name, (figures = new Figures()));
    figures.add(ms);
    if (this.slowMs > 0 && ms >= this.slowMs) this.tell(name, statement, ms);
  };

  /** The text holds `$1` for each value: what people wrote is not in the log. */
  private tell(name: string, statement: Statement, ms: number): void {
    const before = this.told.get(name) ?? { at: -Infinity, silent: 0 };
    if (this.now() - before.at < TELL_EVERY_MS) {
      before.silent++;
      return;
    }
    this.told.set(name, { at: this.now(), silent: 0 });
    const text = statement.text(this.dialect).replaceAll(/\s+/g, ' ').slice(0, 2_000);
    this.log.warn({ statement: name, ms: Math.round(ms), alsoSlow: before.silent, text }, 'slow statement');
  }

  /** Those that took the most time in all first. */
  top(limit = Infinity): StatementFigures[] {
    return [...this.figures]
      .toSorted(([, a], [, b]) => b.totalMs - a.totalMs)
      .slice(0, limit)
      .map(([name, figures]) => ({
        name,
        count: figures.count,
        totalMs: figures.totalMs,
        meanMs: figures.totalMs / figures.count,
        p95Ms: figures.quantile(0.95),
        maxMs: figures.maxMs,
      }));
  }
}

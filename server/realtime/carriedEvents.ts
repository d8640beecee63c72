import type { EventRow } from '../db/wake.js';
import { presentEvent, type LogEntry } from './eventLog.js';

/** Events that came with wake-ups, until their turn comes. Any may be missing: the log has them all. */
export class CarriedEvents {
  private readonly rows = new Map<number, EventRow>();

  constructor(private readonly maxCount: number) {}

  add(rows: readonly EventRow[]): void {
    for (const row of rows) if (this.rows.size < this.maxCount) this.rows.set(row.seq, row);
  }

  /** Those that follow `seq` without a gap, `limit` at most; null when the next one is not here. They are here no longer. */
  takeAfter(seq: number, limit: number): LogEntry[] | null {
    for (const known of this.rows.keys()) if (known <= seq) this.rows.delete(known);
    const entries: LogEntry[] = [];
    for (let next = seq + 1; entries.length < limit; next++) {
      const entry = this.take(next);
      if (!entry) break;
      entries.push(entry);
    }
    return entries.length > 0 ? entries : null;
  }

  clear(): void {
    this.rows.clear();
  }

  private take(seq: number): LogEntry | null {
    const row = this.rows.get(seq);
    if (!row) return null;
    this.rows.delete(seq);
    try {
      return presentEvent(row);
    } catch {
      // Not what a command wrote: the log is asked.
      return null;
    }
  }
}

import type { LogEntry } from './eventLog.js';

interface Numbered {
  readonly seq: number;
  readonly bytes: number;
}

/** The latest events of a stream, one after the other without a gap; the oldest go when count or bytes are exceeded. */
export class Ring<Entry extends Numbered = LogEntry> {
  private entries: Entry[] = [];
  private bytes = 0;

  constructor(
    readonly maxCount: number,
    private readonly maxBytes: number,
  ) {}

  push(entry: Entry): void {
    this.entries.push(entry);
    this.bytes += entry.bytes;
    while (this.entries.length > this.maxCount || (this.bytes > this.maxBytes && this.entries.length > 1)) {
      this.bytes -= this.entries.shift()?.bytes ?? 0;
    }
  }

  /** At most `limit` events that follow `seq`; null when the first of them is no longer here. */
  after(seq: number, limit: number): readonly Entry[] | null {
    const [oldest] = this.entries;
    if (!oldest || oldest.seq > seq + 1) return null;
    const from = seq + 1 - oldest.seq;
    return this.entries.slice(from, from + limit);
  }

  all(): readonly Entry[] {
    return this.entries;
  }

  clear(): void {
    this.entries = [];
    this.bytes = 0;
  }
}

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

  /** Takes what comes right before its oldest event, or ends at `head` while it has none: the latest of it, as far as there is room. */
  fill(older: readonly Entry[], head: number): void {
    const [first] = older;
    const next = this.entries[0]?.seq ?? head + 1;
    if (first?.seq !== next - older.length || older.at(-1)?.seq !== next - 1) return;
    let { bytes } = this;
    let from = older.length;
    for (const entry of older.toReversed()) {
      bytes += entry.bytes;
      if (bytes > this.maxBytes || older.length - from + this.entries.length >= this.maxCount) break;
      this.bytes = bytes;
      from--;
    }
    this.entries = [...older.slice(from), ...this.entries];
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

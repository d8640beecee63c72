import { setTimeout as sleep } from 'node:timers/promises';
import type { Loading } from './entryStream.js';
import type { LogEntry } from './eventLog.js';

/** So many are read at a time: more would only keep connections from commands, since making events of rows takes longer. */
const READS = 2;
/** Others wait no longer for a read that may never end: its connection may be dead. */
const LONGEST_MS = 10_000;
/** How long a page serves others, and how much is kept of all of them. A stream tells of what was withdrawn for as long. */
const LIFE_MS = 5_000;
const BYTES = 32 * 1024 * 1024;

type Entries = readonly LogEntry[];

interface Page {
  readonly name: string;
  readonly entries: Promise<Entries>;
  readonly begin: () => void;
  /** It was read, or could not be. */
  readonly settled: Promise<void>;
  /** Who waits for it. */
  readers: number;
  bytes: number;
}

/**
 * Pages of the log for those who are further behind than memory reaches, of all streams of this process. A page is read once
 * for all who ask for it within some seconds; a few are read at a time, in the order in which they were asked for, and one that
 * nobody waits for any more is not read.
 */
export class LogPages {
  /** The oldest first. */
  private readonly pages = new Map<string, Page>();
  private readonly queue = new Set<Page>();
  private reading = 0;
  private bytes = 0;

  constructor(
    private readonly reads = READS,
    private readonly maxBytes = BYTES,
  ) {}

  /** The page of this name, read by `read` unless it is here. */
  ask(name: string, read: () => Promise<Entries>): Loading<LogEntry> {
    const page = this.pages.get(name) ?? this.add(name, read);
    page.readers++;
    return {
      entries: page.entries,
      cancel: () => {
        if (--page.readers === 0 && this.queue.delete(page)) this.pages.delete(name);
      },
    };
  }

  private add(name: string, read: () => Promise<Entries>): Page {
    let begin = (): void => undefined;
    const entries = new Promise<void>((resolve) => (begin = resolve)).then(read);
    const settled = entries.then(
      (all) => this.keep(page, all),
      () => this.forget(page),
    );
    const page: Page = { name, entries, begin, settled, readers: 0, bytes: 0 };
    this.pages.set(name, page);
    this.queue.add(page);
    void this.work();
    return page;
  }

  private async work(): Promise<void> {
    if (this.reading >= this.reads) return;
    this.reading++;
    for (const page of this.queue) {
      this.queue.delete(page);
      page.begin();
      await Promise.race([page.settled, sleep(LONGEST_MS, undefined, { ref: false })]);
    }
    this.reading--;
  }

  private keep(page: Page, entries: Entries): void {
    page.bytes = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    this.bytes += page.bytes;
    setTimeout(() => this.forget(page), LIFE_MS).unref();
    for (const old of this.pages.values()) {
      if (this.bytes <= this.maxBytes) break;
      if (old.bytes > 0) this.forget(old);
    }
  }

  private forget(page: Page): void {
    if (this.pages.get(page.name) !== page) return;
    this.pages.delete(page.name);
    this.bytes -= page.bytes;
  }
}

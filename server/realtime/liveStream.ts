import type { ResyncReason } from '../../contract/live.js';
import type { Wake } from '../db/wake.js';
import { tellDeliveries } from './deliverySpans.js';
import type { Logger } from '../kernel/logger.js';
import type { AudienceGroup } from './audienceGroup.js';
import { CarriedEvents } from './carriedEvents.js';
import { formatCursor, parseCursor } from './cursor.js';
import type { EntryStream, Loading, StreamListener } from './entryStream.js';
import type { EventLog, Head, Heads, LogEntry } from './eventLog.js';
import { LINGER_MS } from './lingering.js';
import type { LogPages } from './logPages.js';
import { Ring } from './ring.js';
import { streamKey, type StreamRef } from './streamRef.js';
import { afterThisTurn } from './turns.js';
import { withdrawsEarlier } from './withdrawal.js';

/** Rows of one read. Pages are aligned, so that followers at different cursors share them. */
export const PAGE = 500;
const RING_COUNT = 512;
const RING_BYTES = 2 * 1024 * 1024;
/** Events that are known to be there may go unread for so long; then they may withdraw what is here. */
const STALE_MS = 400;

/** So many listeners give the event loop a turn: whoever else waits for an answer must not wait for all of them. */
const LISTENERS = 256;

/** Of all streams, so that their pages are told apart by it alone. */
let editions = 0;

/** Where a stream learns how far it reaches. */
export interface HeadSource {
  /** Resolves when wake-ups arrive from now on. */
  listen(): Promise<void>;
  ask(): Promise<Heads>;
}

export interface StreamObserver {
  /** A page was read; `replay` when a follower far behind the head asked for it. */
  readonly onPage: (rows: number, replay: boolean) => void;
  /** Events came with wake-ups, and were not read. */
  readonly onCarried: (rows: number) => void;
  /** All followers here were handed what a wake-up told, so long after its COMMIT. */
  readonly onHandedOut: (ms: number) => void;
  /** The log had not what it had to have. */
  readonly onGap: () => void;
}

/**
 * One followed stream of this process. It knows how far the log reaches (`target`), has read up to `head`, and keeps the
 * latest events; one reader at a time pulls what is new. Followers keep their own cursors and are only told.
 */
export class LiveStream implements EntryStream<LogEntry> {
  /** Which history the numbers count in. */
  epoch = '';
  target = 0;
  /** How far events have been read into the ring. */
  head = 0;
  /** The oldest event still kept. */
  minSeq = 1;
  generation = 0;
  lostBecause: ResyncReason = 'UNKNOWN_CURSOR';
  readonly groups = new Map<string, AudienceGroup<LogEntry>>();
  readonly key: string;
  /** Told whenever the log moved, before any of it has been read. */
  readonly onMoved = new Set<() => void>();
  private readonly ring = new Ring(RING_COUNT, RING_BYTES);
  private readonly listeners = new Set<StreamListener<LogEntry>>();
  /** When the last of them left. */
  private leftAt = Number.NEGATIVE_INFINITY;
  /** What was read under another one is not what the log says now. */
  private edition = ++editions;
  private targetSetAt = 0;
  /** When the oldest event was heard of that has not been read. */
  private behindSince = 0;
  private isPulling = false;
  private isOpen = false;
  private opening: Promise<void> | null = null;
  /** What wake-ups said before the first head was known. */
  private early = 0;
  /** When the first of what has not been handed out was committed, if a wake-up told it. */
  private committedAt: number | null = null;
  private readonly carried = new CarriedEvents(RING_COUNT);

  constructor(
    readonly ref: StreamRef,
    private readonly log: EventLog,
    private readonly pages: LogPages,
    private readonly source: HeadSource,
    private readonly logger: Logger,
    private readonly observer: StreamObserver,
  ) {
    this.key = streamKey(ref);
  }

  async opened(): Promise<void> {
    if (this.isOpen) return;
    this.opening ??= this.open().finally(() => (this.opening = null));
    await this.opening;
  }

  private async open(): Promise<void> {
    // In the other order an event between the two is lost.
    await this.source.listen();
    const heads = await this.source.ask();
    const { seq, minSeq } = this.headIn(heads);
    this.epoch = heads.epoch;
    this.head = seq;
    this.target = seq;
    this.minSeq = minSeq;
    // A poll that was asked before this answer may come after it with an older head.
    this.targetSetAt = performance.now();
    this.isOpen = true;
    this.moved({ seq: this.early });
  }

  get isStale(): boolean {
    return this.head < this.target && performance.now() - this.behindSince > STALE_MS;
  }

  attach(listener: StreamListener<LogEntry>): void {
    // Nothing was read meanwhile: whoever wants it reads it from the log.
    if (!this.isRead && !this.isPulling && this.head !== this.target) this.skipTo(this.target);
    this.listeners.add(listener);
  }

  detach(listener: StreamListener<LogEntry>): void {
    if (this.listeners.delete(listener) && this.listeners.size === 0) this.leftAt = performance.now();
  }

  /** Who lost their connections, all at once perhaps, will want what happens until they are back: it is read as if they were here. */
  private get isRead(): boolean {
    return this.listeners.size > 0 || performance.now() - this.leftAt < LINGER_MS;
  }

  cursorAt(seq: number): string {
    return formatCursor(this.epoch, seq, this.ref);
  }

  async placeOf(text: string): Promise<number | ResyncReason> {
    const cursor = parseCursor(text, this.ref);
    if (!cursor) return 'UNKNOWN_CURSOR';
    // Another node may have sent what this one has not heard of yet.
    const askedAt = performance.now();
    if (cursor.epoch !== this.epoch || cursor.seq > this.target) this.polled(await this.source.ask(), askedAt);
    if (cursor.epoch !== this.epoch) return 'OTHER_EPOCH';
    if (cursor.seq > this.target) return 'UNKNOWN_CURSOR';
    return cursor.seq + 1 < this.minSeq ? 'PAST_RETENTION' : cursor.seq;
  }

  /** A wake-up said, after the commit, that the log reaches to `seq`; it may have brought the events. */
  moved(wake: Pick<Wake, 'seq' | 'rows' | 'at'>): void {
    const { seq } = wake;
    if (!this.isOpen) {
      this.early = Math.max(this.early, seq);
      return;
    }
    // After a restore, wake-ups of the former history may still be on their way: then only the log is believed.
    if (seq > this.head && this.isRead && this.generation === 0) this.carried.add(wake.rows ?? []);
    if (seq > this.target) {
      if (this.head === this.target) this.behindSince = performance.now();
      if (this.listeners.size > 0) this.committedAt ??= wake.at ?? null;
      this.target = seq;
      this.targetSetAt = performance.now();
      for (const tell of this.onMoved) tell();
    }
    if (this.head < this.target) void this.pull();
  }

  /** The head as a read said that began at `askedAt`. A log that is shorter than it was is another history. */
  polled(heads: Heads, askedAt: number): void {
    if (!this.isOpen) return;
    const { seq, minSeq } = this.headIn(heads);
    this.minSeq = minSeq;
    if (heads.epoch !== this.epoch) {
      this.epoch = heads.epoch;
      this.reset('OTHER_EPOCH', seq);
    } else if (seq < this.target && this.targetSetAt < askedAt) this.reset('UNKNOWN_CURSOR', seq);
    else this.moved({ seq });
  }

  private headIn(heads: Heads): Head {
    return heads.of.get(this.key) ?? { seq: 0, minSeq: 1 };
  }

  /** What was sent does not continue: every follower is told to reload, and goes on from `seq`. */
  private reset(why: ResyncReason, seq: number): void {
    this.logger.warn(
      { stream: this.key, why, seq, target: this.target },
      'a stream does not continue; followers reload',
    );
    this.generation++;
    this.lostBecause = why;
    this.carried.clear();
    this.skipTo(seq);
    this.target = seq;
    this.targetSetAt = performance.now();
    for (const tell of this.onMoved) tell();
    for (const listener of this.listeners) listener.wake();
  }

  /** From memory near the head, else a page of the log. */
  after(seq: number, limit: number): readonly LogEntry[] | Loading<LogEntry> {
    return this.ring.after(seq, limit) ?? this.page(seq);
  }

  private page(seq: number): Loading<LogEntry> {
    const from = seq - (seq % PAGE);
    const to = Math.min(from + PAGE, this.head);
    const { edition } = this;
    const loading = this.pages.ask(`${edition} ${from}-${to}`, async () => {
      const page = await this.read(from, to, true);
      // Whoever comes after this one, from about there, needs no page.
      if (edition === this.edition) this.ring.fill(page, this.head);
      return page;
    });
    return { ...loading, entries: loading.entries.then((page) => page.filter((entry) => entry.seq > seq)) };
  }

  private async read(from: number, to: number, replay: boolean): Promise<LogEntry[]> {
    const entries = await this.log.page(this.ref, from, to, PAGE);
    this.observer.onPage(entries.length, replay);
    return entries;
  }

  /** Brings (head, target] into the ring. A failed read is taken up again by the next poll of heads. */
  private async pull(): Promise<void> {
    if (this.isPulling || !this.isRead) return;
    this.isPulling = true;
    try {
      // What committed gets its reply first, and the rest of this turn comes along.
      await afterThisTurn();
      while (this.head < this.target && this.isRead) await this.pullPage();
    } catch (error) {
      this.logger.debug({ stream: this.key, error: String(error) }, 'events could not be read');
    } finally {
      this.isPulling = false;
    }
  }

  private async pullPage(): Promise<void> {
    const { generation, head, committedAt } = this;
    this.committedAt = null;
    // What comes with the news that something was withdrawn may be part of that: the log knows.
    const brought = this.carried.takeAfter(head, PAGE);
    const carried = brought?.some(withdrawsEarlier) ? null : brought;
    if (carried) this.observer.onCarried(carried.length);
    const entries = carried ?? (await this.read(head, this.target, false));
    if (generation !== this.generation) return;
    if (entries[0]?.seq !== head + 1 || entries.at(-1)?.seq !== head + entries.length) return this.mend(head + 1);
    for (const entry of entries) {
      if (withdrawsEarlier(entry)) this.forget(entry);
      this.ring.push(entry);
    }
    this.head += entries.length;
    this.behindSince = performance.now();
    await this.pushAll(entries);
    if (committedAt !== null) this.observer.onHandedOut(Math.max(0, Date.now() - committedAt));
    tellDeliveries(entries, committedAt, { stream: this.key, followers: this.listeners.size });
  }

  /** Whoever still wants what was before reads it from the log, which knows who may see it now. */
  private forget(why: LogEntry): void {
    this.clearMemory();
    for (const listener of this.listeners) listener.withdrawn(why);
  }

  private async pushAll(entries: readonly LogEntry[]): Promise<void> {
    const waits: Promise<void>[] = [];
    let told = 0;
    for (const listener of this.listeners) {
      const wait = listener.push(entries);
      if (wait) waits.push(wait);
      if (++told % LISTENERS === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(waits);
  }

  /** The event that must be there is not: the log is shorter than a wake-up said, or it has a hole. */
  private async mend(missing: number): Promise<void> {
    const { generation } = this;
    this.observer.onGap();
    const now = this.headIn(await this.log.heads([this.ref]));
    if (generation !== this.generation) return;
    this.minSeq = now.minSeq;
    if (now.seq >= missing) this.reset('PAST_RETENTION', now.seq);
    else if (now.seq < this.head) this.reset('UNKNOWN_CURSOR', now.seq);
    else this.target = this.head;
  }

  private skipTo(seq: number): void {
    this.clearMemory();
    this.head = seq;
  }

  private clearMemory(): void {
    this.ring.clear();
    this.edition = ++editions;
  }
}

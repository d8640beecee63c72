import type { ResyncReason } from '../../contract/live.js';
import type { Wake } from '../db/wake.js';
import type { Logger } from '../kernel/logger.js';
import { CarriedEvents } from './carriedEvents.js';
import type { EventLog, Head, Heads, LogEntry } from './eventLog.js';
import { Ring } from './ring.js';
import { streamKey, type StreamRef } from './streamRef.js';

/** Rows of one read. Pages are aligned, so that followers at different cursors share them. */
export const PAGE = 200;
const RING_COUNT = 512;
const RING_BYTES = 2 * 1024 * 1024;
/** How long a page read for one follower serves others. */
const PAGE_LIFE_MS = 1_000;

/** So many pushes give the event loop a turn: whoever else waits for an answer must not wait for all followers. */
const PUSHES = 256;

/** Who follows a stream here. */
export interface StreamListener {
  /** The next event of the log; it is in memory already, so whoever does not want it now may ask for it later. */
  push(entry: LogEntry): void;
  /** Something changed that is not an event. */
  wake(): void;
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
 * latest events; one reader at a time pulls what is new. Followers keep their own cursors and are only woken.
 */
export class LiveStream {
  /** Which history the numbers count in. */
  epoch = '';
  /** How far the log is known to reach. */
  target = 0;
  /** How far events have been read into the ring. */
  head = 0;
  /** The oldest event still kept. */
  minSeq = 1;
  /** Changes when the log turned out not to continue what was sent: followers then tell a resync. */
  generation = 0;
  lostBecause: ResyncReason = 'UNKNOWN_CURSOR';
  readonly key: string;
  /** Told whenever the log moved, before any of it has been read. */
  readonly onMoved = new Set<() => void>();
  private readonly ring = new Ring(RING_COUNT, RING_BYTES);
  private readonly followers = new Set<StreamListener>();
  private readonly pages = new Map<string, Promise<LogEntry[]>>();
  private targetSetAt = 0;
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
    /** Begins to listen for wake-ups and then reads the head: in the other order an event between the two is lost. */
    private readonly listenAndAsk: () => Promise<Heads>,
    private readonly logger: Logger,
    private readonly observer: StreamObserver,
  ) {
    this.key = streamKey(ref);
  }

  get followerCount(): number {
    return this.followers.size;
  }

  /** Resolves when the head is known. Rejects when it cannot be read; the next call tries again. */
  async opened(): Promise<void> {
    if (this.isOpen) return;
    this.opening ??= this.open().finally(() => (this.opening = null));
    await this.opening;
  }

  private async open(): Promise<void> {
    const heads = await this.listenAndAsk();
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

  attach(follower: StreamListener): void {
    // Nobody was listening, so nothing was read meanwhile: whoever wants it reads it from the log.
    if (this.followers.size === 0 && !this.isPulling && this.head !== this.target) this.skipTo(this.target);
    this.followers.add(follower);
  }

  detach(follower: StreamListener): void {
    this.followers.delete(follower);
  }

  /** A wake-up said, after the commit, that the log reaches to `seq`; it may have brought the events. */
  moved(wake: Pick<Wake, 'seq' | 'rows' | 'at'>): void {
    const { seq } = wake;
    if (!this.isOpen) {
      this.early = Math.max(this.early, seq);
      return;
    }
    // After a restore, wake-ups of the former history may still be on their way: then only the log is believed.
    if (seq > this.head && this.followers.size > 0 && this.generation === 0) this.carried.add(wake.rows ?? []);
    if (seq > this.target) {
      if (this.followers.size > 0) this.committedAt ??= wake.at ?? null;
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
    this.pages.clear();
    this.carried.clear();
    this.skipTo(seq);
    this.target = seq;
    this.targetSetAt = performance.now();
    for (const tell of this.onMoved) tell();
    this.wakeAll();
  }

  /** The next events after `seq`: from memory near the head, else a page of the log. Call it only while `seq < head`. */
  after(seq: number, limit: number): readonly LogEntry[] | Promise<readonly LogEntry[]> {
    return this.ring.after(seq, limit) ?? this.page(seq);
  }

  private async page(seq: number): Promise<readonly LogEntry[]> {
    const from = seq - (seq % PAGE);
    const to = Math.min(from + PAGE, this.head);
    const name = `${from}-${to}`;
    let reading = this.pages.get(name);
    if (!reading) {
      reading = this.read(from, to, true);
      this.pages.set(name, reading);
      const forget = () => void this.pages.delete(name);
      reading.then(() => setTimeout(forget, PAGE_LIFE_MS).unref(), forget);
    }
    const entries = await reading;
    return entries[0]?.seq === seq + 1 ? entries : entries.filter((entry) => entry.seq > seq);
  }

  private async read(from: number, to: number, replay: boolean): Promise<LogEntry[]> {
    const entries = await this.log.page(this.ref, from, to, PAGE);
    this.observer.onPage(entries.length, replay);
    return entries;
  }

  /** Brings (head, target] into the ring. A failed read is taken up again by the next poll of heads. */
  private async pull(): Promise<void> {
    if (this.isPulling || this.followers.size === 0) return;
    this.isPulling = true;
    try {
      // What committed gets its reply first, and the rest of this turn comes along.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.head < this.target && this.followers.size > 0) {
        if (this.target - this.head > RING_COUNT) this.skipTo(this.target - RING_COUNT);
        await this.pullPage();
      }
    } catch (error) {
      this.logger.debug({ stream: this.key, error: String(error) }, 'events could not be read');
    } finally {
      this.isPulling = false;
    }
  }

  private async pullPage(): Promise<void> {
    const { generation, head, committedAt } = this;
    this.committedAt = null;
    const carried = this.carried.takeAfter(head, PAGE);
    if (carried) this.observer.onCarried(carried.length);
    const entries = carried ?? (await this.read(head, this.target, false));
    if (generation !== this.generation) return;
    if (entries[0]?.seq !== head + 1 || entries.at(-1)?.seq !== head + entries.length) return this.mend(head + 1);
    for (const entry of entries) this.ring.push(entry);
    this.head += entries.length;
    await this.pushAll(entries);
    if (committedAt !== null) this.observer.onHandedOut(Math.max(0, Date.now() - committedAt));
  }

  private async pushAll(entries: readonly LogEntry[]): Promise<void> {
    let pushes = 0;
    for (const follower of this.followers) {
      for (const entry of entries) follower.push(entry);
      pushes += entries.length;
      if (pushes < PUSHES) continue;
      pushes = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
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
    this.ring.clear();
    this.head = seq;
  }

  private wakeAll(): void {
    for (const follower of this.followers) follower.wake();
  }
}

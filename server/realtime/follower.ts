import type { LiveItem, ResyncReason } from '../../contract/live.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import { AppError } from '../kernel/errors.js';
import { demandSignedIn } from './access.js';
import { formatCursor, parseCursor } from './cursor.js';
import type { LogEntry } from './eventLog.js';
import type { FollowRequest, FollowSource, Joined } from './follow.js';
import type { StreamListener } from './liveStream.js';
import { Waker } from './waker.js';

/** So many events in a row that are not for the viewer let its cursor fall behind no further. */
const SKIP_LIMIT = 1_000;
/** So many items in a row give the event loop a turn: a long replay must not keep it from everybody else. */
const STREAK = 32;
/** Taken out of memory at a time. */
const BATCH = 64;
const RETRY_MS = 250;

/**
 * One reader of one stream: a cursor, not a queue. A peer that does not keep up is waited for, and what it missed meanwhile is
 * read later. Whatever could have changed while it slept (abort, access, the log itself) is looked at again before an item
 * goes out.
 */
export class Follower<Event extends object, Out> implements StreamListener {
  /** The last event that was sent or passed over. */
  seq = 0;
  private entries: readonly LogEntry[] = [];
  private index = 0;
  private generation = 0;
  private resync: ResyncReason | null = null;
  private isReady = false;
  private skipped = 0;
  private streak = 0;
  /** The facts under which access was demanded last. */
  private checked: AccessFacts | null = null;
  /** Caught up and asleep, with nothing on its way to the peer: what comes now may be pushed. */
  private isIdle = false;
  private readonly pushItem: ((cursor: string, item: object) => boolean) | null;
  private readonly waker = new Waker();

  constructor(
    private readonly request: FollowRequest<LiveItem<Event>, Out>,
    private readonly source: FollowSource<Event>,
    private readonly joined: Joined,
  ) {
    this.pushItem = request.peer.pusher?.() ?? null;
  }

  get stream() {
    return this.joined.stream;
  }

  readonly wake = (): void => this.waker.wake();

  /** The stream's next event, told to all followers in a row: the short way, or a call to the loop that knows every way. */
  push(entry: LogEntry): void {
    if (this.isIdle && this.pushNow(entry)) return;
    this.isIdle = false;
    this.waker.wake();
  }

  async begin(): Promise<void> {
    const { signal, viewer } = this.request;
    const { stream, access } = this.joined;
    signal.addEventListener('abort', this.wake, { once: true });
    access.onChange.add(this.wake);
    while (!signal.aborted) {
      try {
        await Promise.all([stream.opened(), access.settle(viewer)]);
        stream.attach(this);
        return await this.start();
      } catch (error) {
        if (error instanceof AppError && error.code !== 'UNAVAILABLE') throw error;
        await this.pause();
      }
    }
  }

  end(): void {
    this.request.signal.removeEventListener('abort', this.wake);
    this.joined.access.onChange.delete(this.wake);
    this.joined.stream.detach(this);
    this.isIdle = false;
  }

  /** The next item to send; null once the signal said so. */
  async next(): Promise<LiveItem<Event> | null> {
    const { stream } = this.joined;
    while (!this.request.signal.aborted) {
      if (stream.generation !== this.generation) this.jump(stream.lostBecause);
      const facts = this.currentFacts();
      const busy = this.request.peer.drained() ?? this.turn();
      if (busy) await busy;
      else if (!facts) await this.waker.wait();
      else if (this.resync) return this.tellResync(this.resync);
      else if (this.index < this.entries.length) {
        const item = this.take(facts);
        if (item) return item;
      } else if (this.seq < stream.head) await this.load();
      else if (!this.isReady && this.seq >= stream.target) return this.tellReady();
      else {
        const notice = this.isReady ? this.source.notices?.take(facts) : null;
        if (notice) return notice;
        await this.sleep();
      }
    }
    return null;
  }

  private async start(): Promise<void> {
    const { lastEventId } = this.request;
    const { stream } = this.joined;
    this.jump(null);
    if (lastEventId === undefined) return;
    const cursor = parseCursor(lastEventId);
    const isForeign = () => cursor?.epoch !== stream.epoch;
    // Another node may have sent what this one has not heard of yet.
    if (cursor && (isForeign() || cursor.seq > stream.target)) await this.source.refresh(stream);
    this.jump(null);
    if (!cursor) this.resync = 'UNKNOWN_CURSOR';
    else if (isForeign()) this.resync = 'OTHER_EPOCH';
    else if (cursor.seq > stream.target) this.resync = 'UNKNOWN_CURSOR';
    else if (cursor.seq + 1 < stream.minSeq) this.resync = 'PAST_RETENTION';
    else this.seq = cursor.seq;
  }

  /** Goes on at the head; with a reason, what was sent does not continue there. */
  private jump(why: ResyncReason | null): void {
    this.generation = this.joined.stream.generation;
    this.seq = this.joined.stream.target;
    this.resync = why;
    this.isReady = false;
    this.entries = [];
    this.index = 0;
  }

  /** The facts of now, after access was demanded under them; null while they are being read. */
  private currentFacts(): AccessFacts | null {
    const { facts } = this.joined.access;
    if (facts && facts !== this.checked) {
      demandSignedIn(facts, this.request.viewer);
      this.source.demand(facts);
      this.checked = facts;
    }
    return facts;
  }

  /** The event at hand, if it is for the viewer's eyes; or the news that there were many that are not. */
  private take(facts: AccessFacts): LiveItem<Event> | null {
    const entry = this.entries[this.index];
    if (entry?.seq !== this.seq + 1) {
      this.jump('PAST_RETENTION');
      return null;
    }
    this.index++;
    this.streak++;
    this.seq = entry.seq;
    const event = this.source.view(entry, facts);
    if (event) {
      this.skipped = 0;
      this.source.delivered(false);
      return event;
    }
    return ++this.skipped >= SKIP_LIMIT ? this.tellReady() : null;
  }

  private pushNow(entry: LogEntry): boolean {
    const { stream, access } = this.joined;
    const { facts } = access;
    if (!this.pushItem || !this.isReady || this.request.signal.aborted || !facts || facts !== this.checked)
      return false;
    if (entry.seq !== this.seq + 1 || stream.generation !== this.generation) return false;
    const event = this.source.view(entry, facts);
    if (event === null && this.skipped + 1 >= SKIP_LIMIT) return false;
    if (event !== null && !this.pushItem(formatCursor(stream.epoch, entry.seq), event)) return false;
    this.seq = entry.seq;
    this.skipped = event === null ? this.skipped + 1 : 0;
    if (event !== null) this.source.delivered(true);
    return true;
  }

  private async sleep(): Promise<void> {
    this.isIdle = true;
    await this.waker.wait();
    this.isIdle = false;
  }

  private turn(): Promise<void> | null {
    if (this.streak < STREAK) return null;
    this.streak = 0;
    return new Promise((resolve) => setImmediate(resolve));
  }

  private async load(): Promise<void> {
    try {
      const entries = await this.joined.stream.after(this.seq, BATCH);
      this.entries = entries;
      this.index = 0;
      if (entries.length === 0) this.jump('PAST_RETENTION');
    } catch {
      await this.pause();
    }
  }

  private tellReady(): LiveItem<Event> {
    this.isReady = true;
    this.skipped = 0;
    return { kind: 'ready', seq: this.seq };
  }

  private tellResync(reason: ResyncReason): LiveItem<Event> {
    this.resync = null;
    this.source.resynced(reason);
    return { kind: 'resync', reason, seq: this.seq };
  }

  /** Until the log may be readable again, or anything happens. */
  private async pause(): Promise<void> {
    const timer = setTimeout(this.wake, RETRY_MS);
    await this.waker.wait();
    clearTimeout(timer);
  }
}

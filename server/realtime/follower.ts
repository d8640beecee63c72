import type { ResyncReason } from '../../contract/live.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import { demandSignedIn } from './access.js';
import { groupOf, SKIP_LIMIT, type AudienceGroup, type Member } from './audienceGroup.js';
import type { Entry, Loading, StreamListener } from './entryStream.js';
import type { FollowRequest, FollowSource, Joined, Place } from './followSource.js';
import { Reader } from './reader.js';
import { DELIVERY_BYTES, type SentItem, type Sink } from './sink.js';

/** Taken out of memory at a time. */
const BATCH = 64;
const RETRY_MS = 250;

/**
 * One reader of one stream: a cursor, not a queue. Whatever could have changed meanwhile (access, the stream itself) is looked at
 * again before anything is sent. What a sink that does not keep up has missed is read later. Who is caught up stands in the
 * group of those that are shown the same.
 */
export class Follower<Of extends Entry> extends Reader implements Member, Place, StreamListener<Of> {
  seq = 0;
  skipped = 0;
  private readonly joined: Joined<Of>;
  private entries: readonly Of[] = [];
  private index = 0;
  /** Changes when what is at hand, and what was asked for, is not to be looked at any more: it was withdrawn, or left behind. */
  private edition = 0;
  private generation = 0;
  private resync: ResyncReason | null = null;
  private isReady = false;
  /** The facts under which access was demanded last. */
  private checked: AccessFacts | null = null;
  private group: AudienceGroup<Of> | null = null;
  private loading: Loading<Of> | null = null;
  private readonly tellEnd: () => void;
  private readonly closeNotices: (() => void) | undefined;

  constructor(
    private readonly request: FollowRequest,
    private readonly source: FollowSource<Of>,
    sink: Sink,
  ) {
    super(source.turns, sink);
    this.joined = source.join();
    this.joined.access.onChange.add(this.wake);
    this.tellEnd = source.began(this);
    this.closeNotices = source.notices?.open(this.wake);
  }

  get reached(): number {
    return Math.max(this.seq, this.group?.reached ?? 0);
  }
  get target(): number {
    return this.joined.stream.target;
  }

  protected async open(): Promise<void> {
    const { stream, access } = this.joined;
    await Promise.all([stream.opened(), access.settle(this.request.viewer)]);
    if (this.isOver) return;
    stream.attach(this);
    await this.findPlace();
  }

  /** Whatever it waits for may have happened. What must not be sent any more is out of reach when this returns. */
  readonly wake = (): void => {
    this.leaveGroup();
    if (this.isOpen) this.goOnLater();
  };

  withdrawn(entry: Of): void {
    this.dropEntries();
    if (this.group?.isBusy) this.wake();
    if (this.source.isTakenFrom(entry, this.request.viewer)) this.sink.discardQueue();
  }

  push(): null {
    this.goOnLater();
    return null;
  }

  private async findPlace(): Promise<void> {
    const { lastEventId } = this.request;
    const { stream } = this.joined;
    let place: number | ResyncReason | null = null;
    do {
      this.generation = stream.generation;
      if (lastEventId !== undefined) place = await stream.placeOf(lastEventId);
    } while (stream.generation !== this.generation);
    this.jump(typeof place === 'string' ? place : null);
    if (typeof place === 'number') this.seq = place;
  }

  protected release(): void {
    const { access, stream } = this.joined;
    access.onChange.delete(this.wake);
    this.closeNotices?.();
    this.tellEnd();
    this.loading?.cancel();
    this.group?.leave(this);
    stream.detach(this);
    this.joined.leave();
  }

  protected step(): boolean {
    const { stream } = this.joined;
    if (stream.generation !== this.generation) this.jump(stream.lostBecause);
    const facts = stream.isStale ? null : this.currentFacts();
    if (!facts || this.loading || this.group) return false;
    if (this.mustWait()) return false;
    if (this.resync) return this.tellResync(this.resync);
    if (this.index < this.entries.length) return this.sendEntries(facts);
    if (this.seq < stream.head) return this.load();
    if (!this.isReady && this.seq >= stream.target) return this.tellReady();
    const notice = this.isReady ? this.source.notices?.take(facts) : null;
    if (notice) return this.tell(notice);
    if (this.isReady && this.sink.isBuffered) this.joinGroup(facts);
    return false;
  }

  /** Goes on at the head; with a reason, what was sent does not continue there. */
  private jump(why: ResyncReason | null): void {
    this.generation = this.joined.stream.generation;
    this.seq = this.joined.stream.target;
    this.resync = why;
    this.isReady = false;
    this.dropEntries();
  }

  private dropEntries(): void {
    this.edition++;
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

  /** Of the events at hand as many as go out at once; among them the news that there were many that are not for the viewer. */
  private sendEntries(facts: AccessFacts): boolean {
    const items: SentItem[] = [];
    const most = this.sink.isBuffered ? this.entries.length : 1;
    let bytes = 0;
    let events = 0;
    while (this.index < this.entries.length && items.length < most && bytes < DELIVERY_BYTES) {
      const entry = this.entries[this.index];
      if (entry?.seq !== this.seq + 1) {
        this.jump('PAST_RETENTION');
        break;
      }
      this.index++;
      this.seq = entry.seq;
      const event = this.source.view(entry, facts);
      if (event) {
        events++;
        bytes += entry.bytes;
      } else if (++this.skipped < SKIP_LIMIT) continue;
      this.skipped = 0;
      items.push(this.sent(event ?? { kind: 'ready', seq: entry.seq }));
    }
    this.count();
    if (items.length > 0) this.write(items, bytes);
    if (events > 0) this.source.delivered(events, 'alone');
    return true;
  }

  private load(): boolean {
    const { edition } = this;
    const found = this.joined.stream.after(this.seq, BATCH);
    if (!('cancel' in found)) return this.take(found);
    this.loading = found;
    const loaded = (page: readonly Of[]) => {
      this.loading = null;
      if (edition === this.edition) this.take(page);
      this.goOn();
    };
    const retry = () => {
      this.loading = null;
      this.goOn();
    };
    found.entries.then(loaded, () => setTimeout(retry, RETRY_MS).unref());
    return false;
  }

  private take(entries: readonly Of[]): boolean {
    this.entries = entries;
    this.index = 0;
    if (entries.length === 0) this.jump('PAST_RETENTION');
    return true;
  }

  private tellReady(): true {
    this.isReady = true;
    this.skipped = 0;
    return this.tell({ kind: 'ready', seq: this.seq });
  }

  private tellResync(reason: ResyncReason): true {
    this.resync = null;
    this.source.resynced(reason);
    return this.tell({ kind: 'resync', reason, seq: this.seq });
  }

  private tell(item: object): true {
    this.write([this.sent(item)], 0);
    return true;
  }

  private sent(item: object): SentItem {
    return { seq: this.seq, cursor: this.joined.stream.cursorAt(this.seq), item };
  }

  private write(items: readonly SentItem[], bytes: number): void {
    this.sink.write({ items, bytes, readers: 1 }, 0);
  }

  private joinGroup(facts: AccessFacts): void {
    const { stream } = this.joined;
    this.entries = [];
    this.index = 0;
    this.group = groupOf(stream, this.source, facts);
    this.group.join(this);
    stream.detach(this);
  }

  private leaveGroup(): void {
    const { group } = this;
    if (!group) return;
    // First, or the stream has no listener for a moment and forgets what it holds.
    this.joined.stream.attach(this);
    group.leave(this);
    this.group = null;
  }
}

import type { AccessFacts } from '../features/auth/accessFacts.js';
import type { Entry, EntryStream, StreamListener } from './entryStream.js';
import type { FollowSource } from './followSource.js';
import { DELIVERY_BYTES, type Delivery, type SentItem, type Sink } from './sink.js';
import type { Turns, Worker } from './turns.js';

/** Who stands in a group. */
export interface Member {
  /** Everything up to it was sent or is not for the viewer; what was sent since it joined a group, the group knows. */
  seq: number;
  /** How many entries in a row were not for the viewer. */
  skipped: number;
  readonly sink: Sink;
  /** It has to look after itself again. */
  wake(): void;
  withdrawn(entry: unknown): void;
}

/** All that is to be known of a member in order to write to it: nothing else of it is looked at, for there are thousands. */
interface Seat {
  readonly member: Member;
  readonly sink: Sink;
  /** As the member's own. */
  seq: number;
}

/** So many entries in a row that are not for the viewer let its cursor fall behind no further. */
export const SKIP_LIMIT = 1_000;
/** With more than this waiting to be sent, the stream waits as well. */
const PENDING_BYTES = 4 * DELIVERY_BYTES;
/** To write so much costs about as much again as to write at all. */
const UNIT_BYTES = 16 * 1024;

/**
 * The followers of a stream that are caught up and are shown the same of it. What an entry is to them is decided once; what
 * comes while the others are being written to is joined and goes out in one write to each. Who is in the group may be sent
 * what waits: whoever must not be, or does not keep up, leaves, and goes on after the last entry it was sent.
 */
export class AudienceGroup<Of extends Entry> implements StreamListener<Of>, Worker {
  private readonly seats = new Map<Member, Seat>();
  private pending: { item: SentItem; bytes: number }[] = [];
  private pendingBytes = 0;
  private skipped = 0;
  /** The last entry that was looked at, and the last that all members have. */
  private seen: number;
  private sent: number;
  private delivery: Delivery | null = null;
  /** Those that are not yet written to. */
  private rest: Iterator<Seat> = this.seats.values();
  private room: { whenFree: Promise<void>; free: () => void } | null = null;

  constructor(
    private readonly audience: string,
    private readonly stream: EntryStream<Of>,
    private readonly turns: Turns,
    private readonly show: (entry: Of) => object | null,
    private readonly delivered: (items: number) => void,
  ) {
    this.seen = stream.head;
    this.sent = stream.head;
  }

  /** For a follower that has everything up to the stream's head. What waits here and it has already, it is not sent again. */
  join(member: Member): void {
    if (this.seats.size === 0) this.stream.attach(this);
    this.seats.set(member, { member, sink: member.sink, seq: member.seq });
    this.skipped = Math.max(this.skipped, member.skipped);
  }

  /** From this moment on nothing is written to it. */
  leave(member: Member): void {
    const seat = this.seats.get(member);
    if (!seat) return;
    this.seats.delete(member);
    member.seq = Math.max(seat.seq, this.sent);
    member.skipped = this.skipped;
    if (this.seats.size === 0) this.dissolve();
  }

  push(entries: readonly Of[]): Promise<void> | null {
    for (const entry of entries) if (entry.seq > this.seen && !this.take(entry)) break;
    if (this.pending.length > 0) this.turns.ask(this);
    else if (!this.delivery) this.sent = this.seen;
    return this.pendingBytes > PENDING_BYTES ? this.waitForRoom() : null;
  }

  /** The last entry that all members have. */
  get reached(): number {
    return this.sent;
  }

  /** Whether anything waits that not all members have. */
  get isBusy(): boolean {
    return this.pending.length > 0 || this.delivery !== null;
  }

  withdrawn(entry: Of): void {
    for (const member of this.seats.keys()) member.withdrawn(entry);
  }

  wake(): void {
    for (const member of this.seats.keys()) member.wake();
  }

  work(most: number): number {
    let done = 0;
    let delivered = 0;
    while (done < most) {
      const delivery = (this.delivery ??= this.next());
      if (!delivery) break;
      const { value: seat } = this.rest.next() as { value: Seat | undefined };
      if (seat) delivered += send(seat, delivery);
      else this.complete(delivery);
      done += 1 + delivery.bytes / UNIT_BYTES;
    }
    this.delivered(delivered);
    if (this.isBusy) this.turns.ask(this);
    return done;
  }

  /** False when the entry ends the streams that it is shown to: then each of them looks at it by itself. */
  private take(entry: Of): boolean {
    let event: object | null;
    try {
      event = this.show(entry);
    } catch {
      this.wake();
      return false;
    }
    this.seen = entry.seq;
    if (event === null && ++this.skipped < SKIP_LIMIT) return true;
    this.skipped = 0;
    const item = event ?? { kind: 'ready', seq: entry.seq };
    const bytes = event ? entry.bytes : 0;
    this.pending.push({ item: { seq: entry.seq, cursor: this.stream.cursorAt(entry.seq), item }, bytes });
    this.pendingBytes += bytes;
    return true;
  }

  /** Of what waits, as much as one write takes. */
  private next(): Delivery | null {
    if (this.pending.length === 0) return null;
    const items: SentItem[] = [];
    let bytes = 0;
    for (const waiting of this.pending) {
      if (items.length > 0 && bytes + waiting.bytes > DELIVERY_BYTES) break;
      items.push(waiting.item);
      bytes += waiting.bytes;
    }
    this.pending = this.pending.slice(items.length);
    this.pendingBytes -= bytes;
    this.rest = this.seats.values();
    return { items, bytes, readers: this.seats.size };
  }

  private complete({ items }: Delivery): void {
    this.delivery = null;
    this.sent = this.pending.length > 0 ? (items.at(-1)?.seq ?? this.sent) : this.seen;
    if (this.pendingBytes <= PENDING_BYTES) this.makeRoom();
  }

  private waitForRoom(): Promise<void> {
    if (!this.room) {
      let free = () => {};
      const whenFree = new Promise<void>((resolve) => (free = resolve));
      this.room = { whenFree, free };
    }
    return this.room.whenFree;
  }

  private makeRoom(): void {
    this.room?.free();
    this.room = null;
  }

  private dissolve(): void {
    this.pending = [];
    this.pendingBytes = 0;
    this.delivery = null;
    this.stream.groups.delete(this.audience);
    this.stream.detach(this);
    this.makeRoom();
  }
}

/** Gives how many items were sent. Who is full looks after itself. */
function send(seat: Seat, delivery: Delivery): number {
  const { items } = delivery;
  const from = firstAfter(items, seat.seq);
  if (from === items.length) return 0;
  if (seat.sink.isFull) {
    seat.member.wake();
    return 0;
  }
  seat.sink.write(delivery, from);
  seat.seq = items.at(-1)?.seq ?? seat.seq;
  return items.length - from;
}

/** Who joined while these were waiting may have some of them already, or all. */
function firstAfter(items: readonly SentItem[], seq: number): number {
  const [first] = items;
  if (first && first.seq > seq) return 0;
  return items.findLastIndex((item) => item.seq <= seq) + 1;
}

/** The group of the stream in which somebody with these facts stands. */
export function groupOf<Of extends Entry>(
  stream: EntryStream<Of>,
  { turns, view, audience, delivered }: Pick<FollowSource<Of>, 'turns' | 'view' | 'audience' | 'delivered'>,
  facts: AccessFacts,
): AudienceGroup<Of> {
  const name = audience(facts);
  const known = stream.groups.get(name);
  if (known) return known;
  const show = (entry: Of) => view(entry, facts);
  const made = new AudienceGroup(name, stream, turns, show, (items) => delivered(items, 'group'));
  stream.groups.set(name, made);
  return made;
}

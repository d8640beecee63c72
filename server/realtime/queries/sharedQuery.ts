import type { CountsChange, TicketsDelta, TicketsSnapshot } from '../../../contract/liveTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import { compareTickets } from '../../../contract/ticketOrder.js';
import type { TicketWindow } from '../../features/tickets/ticketWindow.queries.js';
import { Ring } from '../ring.js';
import type { Delivery } from '../sink.js';
import type { ProjectHeads } from './projectHeads.js';
import { countsBetween, RunningCounts } from './queryCounts.js';
import { formatQueryCursor, unfinishedCursor, type QueryCursor } from './queryCursor.js';
import { viewerOf, type QuerySpec } from './querySpec.js';
import { snapshotParts, type QuerySnapshot } from './snapshotParts.js';
import type { TicketStep } from './ticketChange.js';
import { rowsBetween, TopRows, type RowsChange } from './topRows.js';

/** In the log: the last event of each of the query's projects, in their order. */
type Place = readonly number[];

const RING_COUNT = 128;
const RING_BYTES = 128 * 1024;
/** Steps kept while the rows are being read; with more of them the read is repeated instead. */
const WAITING_MAX = 1_000;
/** What was read or confirmed so lately is good enough for whoever joins. */
const FRESH_MS = 1_000;

/** One numbered step of a query's rows. */
interface QueryDelta {
  readonly seq: number;
  readonly bytes: number;
  readonly rows: RowsChange | null;
  readonly counts: { told(): CountsChange } | null;
  /** The step as every follower of the query is sent it: made for the first of them, since most are sent to few. */
  delivery: Delivery | null;
  /** The places in the log between which nothing but this step was seen: `from` just before it, `to` right after. */
  readonly to: Place;
  /** A number: one event of the project in this slot is all that lies between. */
  readonly from: Place | number;
}

const placeBefore = ({ from, to }: QueryDelta): Place =>
  typeof from === 'number' ? to.with(from, (to[from] ?? 0) - 1) : from;

/** What a query is given by the engine. */
export interface QuerySource {
  /** How far events of its projects have been handed out here. */
  readonly heads: ProjectHeads;
  /** Reads the rows as they are now. Begins after this call; outlives the database's restarts; null once nobody wants it. */
  readonly read: () => Promise<TicketWindow | null>;
}

/**
 * The answer to one question, kept equal to what SQL would say, for all who ask it. It is a numbered stream of deltas like a
 * project's of events: followers stand at a number and are woken. Rows are read when the first one joins, and again
 * whenever they cannot be known otherwise; what the reading finds changed becomes one more delta. Steps that come meanwhile
 * wait, and those that the reading has seen already are passed over by their numbers.
 */
export class SharedQuery {
  epoch = '';
  /** The number of the last delta. */
  head = 0;
  /** Changes when the rows do not continue what was sent: followers then take a snapshot. */
  generation = 0;
  private readonly listeners = new Set<() => void>();
  private ring = new Ring<QueryDelta>(RING_COUNT, RING_BYTES);
  private rows: TopRows;
  private counts: RunningCounts;
  /** The place in the log that the rows stand for. While nothing is being read, `source.heads` may be further; null: they are it. */
  private at: Place | null;
  /** Number and place of the first state of this generation. */
  private base: { readonly head: number; readonly at: Place } = { head: 0, at: [] };
  private isReading = false;
  /** The rows must be read once more. */
  private isStale = false;
  /** What is being read may be what must not be shown any more. */
  private isLost = false;
  private readonly waiting: { readonly slot: number; readonly step: TicketStep }[] = [];
  private readAt = -Infinity;
  private known: QuerySnapshot | null = null;
  private readonly compare;
  private readonly view;

  constructor(
    readonly spec: QuerySpec,
    private readonly source: QuerySource,
  ) {
    this.compare = compareTickets(spec.sort);
    this.view = viewerOf(spec);
    this.rows = new TopRows([], spec.limit, this.compare);
    this.counts = new RunningCounts({ total: 0, byStatus: {} as never, byAssignee: {} });
    this.at = spec.projects.map(() => 0);
  }

  attach(listener: () => void): void {
    this.listeners.add(listener);
  }

  detach(listener: () => void): void {
    this.listeners.delete(listener);
  }

  /** Whether the rows were read lately: then also what moves no event, a person's new name, is right in them. */
  isFresh(): boolean {
    return performance.now() - this.readAt < FRESH_MS;
  }

  /** Whether the rows have been read at all. */
  get isKnown(): boolean {
    return this.generation > 0;
  }

  /** Whether the cursor's reader has seen more than has arrived here. */
  isBehind({ epoch, hash, seqs }: QueryCursor): boolean {
    if (epoch !== this.epoch || hash !== this.spec.hash) return false;
    return this.place().some((seq, slot) => seq < (seqs[slot] ?? 0));
  }

  /** All shown rows as they are now, for a follower that goes on from the number that is told with them. */
  snapshot(): QuerySnapshot {
    const { generation } = this;
    if (this.known) return this.known;
    // Their texts are kept with them, and are larger than all the rest of a query.
    setTimeout(() => (this.known = null), FRESH_MS).unref();
    return (this.known = {
      deliveries: this.deliver(snapshotParts(this.rows.shown.map(this.view), this.counts.snapshot())),
      head: this.head,
      generation,
    });
  }

  private deliver(parts: readonly TicketsSnapshot[]): Delivery[] {
    const place = { epoch: this.epoch, hash: this.spec.hash, seqs: this.place() };
    const readers = this.listeners.size;
    return parts.map((item) => {
      const cursor = item.isLast ? formatQueryCursor(place) : unfinishedCursor(place);
      return { items: [{ seq: this.head, cursor, item }], bytes: 0, readers };
    });
  }

  /** The delta after number `seq`; null when it is not here, not yet or no longer. */
  next(seq: number): Delivery | null {
    const delta = this.ring.after(seq, 1)?.[0];
    return delta ? (delta.delivery ??= this.deliveryOf(delta)) : null;
  }

  private deliveryOf({ seq, bytes, rows, counts, to }: QueryDelta): Delivery {
    const { upserts, removes } = rows ?? { upserts: [], removes: [] };
    const shown = { upserts: upserts.map(this.view), removes: [...removes] };
    const item: TicketsDelta = { kind: 'delta', ...shown, counts: counts?.told() ?? null };
    const cursor = formatQueryCursor({ epoch: this.epoch, hash: this.spec.hash, seqs: to });
    return { items: [{ seq, cursor, item }], bytes, readers: this.listeners.size };
  }

  /** The number at which a cursor stands; null when it is not on the way that the rows went here. */
  find({ epoch, hash, seqs }: QueryCursor): number | null {
    const { spec, head } = this;
    if (epoch !== this.epoch || hash !== spec.hash || seqs.length !== spec.projects.length) return null;
    const deltas = this.ring.all();
    for (let nth = deltas.length; nth >= 0; nth--) {
      const [last, next] = [deltas[nth - 1], deltas[nth]];
      const number = last?.seq ?? (next ? next.seq - 1 : head);
      const from = last?.to ?? (number === this.base.head ? this.base.at : null);
      if (from && isWithin(from, seqs, next ? placeBefore(next) : this.place())) return number;
    }
    return null;
  }

  /** The next event of a project that concerns the query, told in the order of their numbers. */
  take(slot: number, step: TicketStep): void {
    if (!this.isReading) this.step(slot, step);
    else if (this.waiting.length < WAITING_MAX) this.waiting.push({ slot, step });
    else this.isStale = true;
  }

  /**
   * Reads the rows from now on: they may have changed in ways that nobody can tell. Followers are woken when it is done.
   * Call it before the event is counted that said so.
   */
  reread(): void {
    this.beginReading(this.place());
  }

  /** The same for somebody who joins: a reading that is under way will do. */
  refresh(): void {
    if (!this.isReading) this.reread();
  }

  /** What was sent does not continue: the rows that stood until now are shown to nobody any more. */
  lose(): void {
    this.isLost = true;
    this.readAt = -Infinity;
    this.reread();
  }

  /** What was sent may not be sent any more, not even late: nobody goes on from it. */
  withdraw(): void {
    this.known = null;
    this.restart();
    this.lose();
  }

  /** `at`: the place that the rows stand for meanwhile. */
  private beginReading(at: Place): void {
    this.isStale = true;
    this.at = at;
    if (this.isReading) return;
    this.isReading = true;
    void this.read();
  }

  private async read(): Promise<void> {
    while (this.isStale) {
      this.isStale = false;
      this.isLost = false;
      const window = await this.source.read();
      if (!window) return;
      this.install(window);
      if (!this.isLost) this.readAt = performance.now();
      // What still waits when the rows go stale again was committed before the next reading, and is seen by it.
      for (const { slot, step } of this.waiting.splice(0)) if (!this.isStale) this.step(slot, step);
      this.wakeAll();
    }
    this.isReading = false;
  }

  private install({ epoch, seqs, rows, counts }: TicketWindow): void {
    const [shown, counted, from] = [this.rows.shown, this.counts.snapshot(), this.place()];
    const goesOn = this.epoch === epoch && seqs.every((seq, slot) => seq >= (from[slot] ?? 0));
    this.epoch = epoch;
    this.rows = new TopRows(rows, this.spec.limit, this.compare);
    this.counts = new RunningCounts(counts);
    this.at = seqs;
    this.known = null;
    const change = countsBetween(counted, counts);
    if (goesOn) this.tell(rowsBetween(shown, this.rows.shown), change && { told: () => change }, from, seqs);
    else this.restart();
  }

  private restart(): void {
    this.generation++;
    this.ring.clear();
    this.base = { head: this.head, at: this.place() };
    this.wakeAll();
  }

  /** Everything that was handed out before it has been applied, waits behind it, or is of no concern. */
  private step(slot: number, { seq, before, after }: TicketStep): void {
    if (this.at && seq <= (this.at[slot] ?? 0)) return;
    const total = this.counts.size + (after ? 1 : 0) - (before ? 1 : 0);
    const rows = this.rows.step(before, after, total);
    if (rows === 'refill') return this.beginReading(this.place().with(slot, seq - 1));
    const counts = this.counts.step(before, after);
    if (this.isReading) this.at = this.place().with(slot, seq);
    this.tell(rows, counts, slot, this.place());
  }

  private tell(rows: QueryDelta['rows'], counts: QueryDelta['counts'], from: QueryDelta['from'], to: Place): void {
    if (rows === null && counts === null) return;
    const bytes = 400 + 32 * to.length + (rows ? sizeOfChange(rows) : 0);
    this.known = null;
    this.ring.push({ seq: ++this.head, bytes, rows, counts, delivery: null, from, to });
    this.wakeAll();
  }

  /** The place in the log that the rows stand for now. */
  private place(): Place {
    const { at } = this;
    if (at && this.isReading) return at;
    const { now } = this.source.heads;
    if (at?.some((seq, slot) => seq > (now[slot] ?? 0))) return at.map((seq, slot) => Math.max(seq, now[slot] ?? 0));
    this.at = null;
    return now;
  }

  private wakeAll(): void {
    for (const wake of this.listeners) wake();
  }
}

/** About how much memory a row's text takes. */
const sizeOf = ({ title, description }: Ticket): number => 1_000 + 2 * (title.length + description.length);

const sizeOfChange = ({ upserts, removes }: RowsChange): number =>
  upserts.reduce((sum, row) => sum + sizeOf(row), 40 * removes.length);

const isWithin = (from: Place, seqs: Place, to: Place): boolean =>
  seqs.every((seq, slot) => seq >= (from[slot] ?? 0) && seq <= (to[slot] ?? 0));

import type { AccessFacts } from '../../features/auth/accessFacts.js';
import { asksAmongStaff } from '../../features/tickets/ticketScope.js';
import { demandSignedIn, type PersonAccess } from '../access.js';
import type { Follow } from '../follow.js';
import type { DeliveryWay, FollowRequest, Place } from '../followSource.js';
import { Reader } from '../reader.js';
import type { Delivery, Sink } from '../sink.js';
import type { Turns } from '../turns.js';
import { parseQueryCursor, type QueryCursor } from './queryCursor.js';
import { queryScope } from './queryScope.js';
import { querySpec, type QueryRequest } from './querySpec.js';
import type { SharedQuery } from './sharedQuery.js';
import type { QuerySnapshot } from './snapshotParts.js';
import type { TicketQueries } from './ticketQueries.js';

/** What the hub adds to a request. */
export interface QuerySource {
  readonly queries: TicketQueries;
  readonly turns: Turns;
  readonly join: () => { readonly access: PersonAccess; leave(): void };
  /** @throws FORBIDDEN when the viewer may not ask this any more. */
  readonly demand: (facts: AccessFacts) => void;
  readonly began: (place: Place) => () => void;
  readonly delivered: (items: number, way: DeliveryWay) => void;
}

/**
 * One reader of a live query: a number in the query's deltas, or a snapshot of which some parts are still to be sent. Which
 * query it reads follows from what the viewer may see now; when that becomes another one, a snapshot of it replaces
 * everything the reader holds, and nothing of the one before is sent any more.
 */
export class QueryFollower extends Reader implements Place {
  private readonly joined: ReturnType<QuerySource['join']>;
  private query: SharedQuery | null = null;
  private checked: AccessFacts | null = null;
  /** The cursor that the client came with, until it is known whether it can be continued. */
  private cursor: QueryCursor | null;
  /** Whether the rows were read anew because the cursor is ahead of them. */
  private hasAsked = false;
  /** The last delta that was sent; null while a snapshot is due. */
  private position: { readonly seq: number; readonly generation: number } | null = null;
  private sending: { readonly snapshot: QuerySnapshot; next: number } | null = null;
  private leaveProjects: (() => void) | null = null;
  private readonly tellEnd: () => void;

  constructor(
    private readonly asked: QueryRequest,
    private readonly request: FollowRequest,
    private readonly source: QuerySource,
    sink: Sink,
  ) {
    super(source.turns, sink);
    this.cursor = request.lastEventId === undefined ? null : parseQueryCursor(request.lastEventId);
    this.joined = source.join();
    this.joined.access.onChange.add(this.wake);
    this.tellEnd = source.began(this);
  }

  /** Deltas of the query are counted, not events. */
  get reached(): number {
    return this.position?.seq ?? 0;
  }
  get target(): number {
    return this.query?.head ?? 0;
  }

  private readonly wake = (): void => {
    if (this.isOpen) this.goOnLater();
  };
  /** Other projects than before: everything follows from the facts anew. */
  private readonly recheck = (): void => {
    this.checked = null;
    this.wake();
  };

  protected open(): Promise<void> {
    return this.joined.access.settle(this.request.viewer);
  }

  protected release(): void {
    this.joined.access.onChange.delete(this.wake);
    this.tellEnd();
    this.leaveProjects?.();
    this.leave();
    this.joined.leave();
  }

  protected step(): boolean {
    const facts = this.currentFacts();
    if (!facts || !this.query || this.mustWait()) return false;
    const delivery = this.take(this.query);
    if (!delivery) return false;
    this.count();
    this.sink.write(delivery, 0);
    this.source.delivered(1, delivery.readers > 1 ? 'group' : 'alone');
    return true;
  }

  /** The facts of now, after access was demanded and the query chosen under them; null while they are being read. */
  private currentFacts(): AccessFacts | null {
    const { facts } = this.joined.access;
    if (!facts || facts === this.checked) return facts;
    demandSignedIn(facts, this.request.viewer);
    this.source.demand(facts);
    this.choose(facts);
    this.checked = facts;
    return facts;
  }

  private choose(facts: AccessFacts): void {
    const { queries } = this.source;
    const { projectId, filter } = this.asked;
    const isEverything = projectId === null && facts.role === 'ADMIN';
    if (isEverything) this.leaveProjects ??= queries.everyProject.hold(this.recheck);
    const everyProject = queries.everyProject.ids;
    if (isEverything && !everyProject) return this.leave();
    const scope = queryScope(facts, projectId, everyProject ?? [], asksAmongStaff(filter));
    const spec = querySpec(this.asked, scope);
    if (spec.identity === this.query?.spec.identity) return;
    this.leave();
    this.query = queries.hold(spec);
    this.query.attach(this.wake);
  }

  private leave(): void {
    if (!this.query) return;
    this.query.detach(this.wake);
    this.source.queries.release(this.query);
    this.query = null;
    this.startAgain();
  }

  private startAgain(): void {
    this.position = null;
    this.sending = null;
  }

  private take(query: SharedQuery): Delivery | null {
    const { generation } = this.position ?? this.sending?.snapshot ?? query;
    if (generation !== query.generation) {
      // What was sent may have been withdrawn; what waits unsent is part of it.
      this.sink.discardQueue();
      this.startAgain();
    }
    if (!this.position && !this.sending) this.place(query);
    if (this.sending) return this.nextPart(this.sending);
    return this.position && this.nextDelta(query, this.position.seq);
  }

  /** Goes on at the cursor if the query came along there, else begins a snapshot; neither before the rows are known. */
  private place(query: SharedQuery): void {
    const { cursor } = this;
    const isAhead = cursor !== null && !this.hasAsked && query.isBehind(cursor);
    if (isAhead) this.hasAsked = true;
    if (isAhead || !query.isFresh()) return query.refresh();
    this.cursor = null;
    const seq = cursor && query.find(cursor);
    if (seq !== null) this.position = { seq, generation: query.generation };
    else this.sending = { snapshot: query.snapshot(), next: 0 };
  }

  private nextPart(sending: { readonly snapshot: QuerySnapshot; next: number }): Delivery | null {
    const { deliveries, head, generation } = sending.snapshot;
    const delivery = deliveries[sending.next++];
    if (delivery && sending.next === deliveries.length) {
      this.sending = null;
      this.position = { seq: head, generation };
    }
    return delivery ?? null;
  }

  private nextDelta(query: SharedQuery, seq: number): Delivery | null {
    if (seq === query.head) return null;
    const delivery = query.next(seq);
    if (!delivery) {
      // Too slow for the ring.
      this.startAgain();
      return this.take(query);
    }
    this.position = { seq: seq + 1, generation: query.generation };
    return delivery;
  }
}

/**
 * Sends what a live query shows: a snapshot, then every step of its rows. Outlives the database's restarts. The sink is told
 * the end: UNAUTHENTICATED the viewer's sign-in ended; FORBIDDEN the project that was asked for is closed to them now.
 */
export const followQuery =
  (asked: QueryRequest, request: FollowRequest, source: QuerySource): Follow =>
  (sink) => {
    const follower = new QueryFollower(asked, request, source, sink);
    void follower.begin();
    return follower;
  };

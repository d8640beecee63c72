import type { TicketsItem } from '../../../contract/liveTickets.js';
import type { AccessFacts } from '../../features/auth/accessFacts.js';
import { AppError } from '../../kernel/errors.js';
import { demandSignedIn, type PersonAccess } from '../access.js';
import type { FollowRequest } from '../follow.js';
import { Waker } from '../waker.js';
import { formatQueryCursor, parseQueryCursor, unfinishedCursor, type QueryCursor } from './queryCursor.js';
import { queryScope } from './queryScope.js';
import { querySpec, type QueryRequest } from './querySpec.js';
import type { SharedQuery } from './sharedQuery.js';
import type { QuerySnapshot } from './snapshotParts.js';
import type { TicketQueries } from './ticketQueries.js';

/** So many items in a row give the event loop a turn. */
const STREAK = 32;
const RETRY_MS = 250;

/** What the hub adds to a request. */
export interface QuerySource {
  readonly queries: TicketQueries;
  readonly access: PersonAccess;
  /** @throws FORBIDDEN when the viewer may not ask this any more. */
  readonly demand: (facts: AccessFacts) => void;
  readonly delivered: (pushed: boolean) => void;
}
interface Sent {
  readonly cursor: string;
  readonly item: TicketsItem;
}

/**
 * One reader of a live query: a number in the query's deltas, or a snapshot of which some parts are still to be sent. Which
 * query it reads follows from what the viewer may see now; when that becomes another one, a snapshot of it replaces
 * everything the reader holds, and nothing of the one before is sent any more.
 */
export class QueryFollower<Out> {
  private query: SharedQuery | null = null;
  private checked: AccessFacts | null = null;
  /** The cursor that the client came with, until it is known whether it can be continued. */
  private cursor: QueryCursor | null;
  /** Whether the rows were read anew because the cursor is ahead of them. */
  private hasAsked = false;
  /** The last delta that was sent; null while a snapshot is due. */
  private position: { readonly seq: number; readonly generation: number } | null = null;
  private sending: { readonly snapshot: QuerySnapshot; next: number } | null = null;
  private streak = 0;
  private leaveProjects: (() => void) | null = null;
  private readonly waker = new Waker();

  constructor(
    private readonly asked: QueryRequest,
    private readonly request: FollowRequest<TicketsItem, Out>,
    private readonly source: QuerySource,
  ) {
    this.cursor = request.lastEventId === undefined ? null : parseQueryCursor(request.lastEventId);
  }

  private readonly wake = (): void => this.waker.wake();
  /** Other projects than before: everything follows from the facts anew. */
  private readonly recheck = (): void => {
    this.checked = null;
    this.waker.wake();
  };

  async begin(): Promise<void> {
    const { signal, viewer } = this.request;
    const { access } = this.source;
    signal.addEventListener('abort', this.wake, { once: true });
    access.onChange.add(this.wake);
    while (!signal.aborted) {
      try {
        return await access.settle(viewer);
      } catch (error) {
        if (error instanceof AppError && error.code !== 'UNAVAILABLE') throw error;
        const timer = setTimeout(this.wake, RETRY_MS);
        await this.waker.wait();
        clearTimeout(timer);
      }
    }
  }

  end(): void {
    this.request.signal.removeEventListener('abort', this.wake);
    this.source.access.onChange.delete(this.wake);
    this.leaveProjects?.();
    this.leave();
  }

  /** The next item to send; null once the signal said so. */
  async next(): Promise<Sent | null> {
    while (!this.request.signal.aborted) {
      const facts = this.currentFacts();
      const busy = this.request.peer.drained() ?? this.turn();
      if (busy) await busy;
      else {
        const sent = facts && this.query ? this.take(this.query) : null;
        if (sent) return sent;
        await this.waker.wait();
      }
    }
    return null;
  }

  /** The facts of now, after access was demanded and the query chosen under them; null while they are being read. */
  private currentFacts(): AccessFacts | null {
    const { facts } = this.source.access;
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
    const scope = queryScope(facts, projectId, everyProject ?? [], filter.requiredSkill !== undefined);
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

  private take(query: SharedQuery): Sent | null {
    if (this.position && this.position.generation !== query.generation) this.startAgain();
    if (this.sending && this.sending.snapshot.generation !== query.generation) this.startAgain();
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

  private nextPart(sending: { readonly snapshot: QuerySnapshot; next: number }): Sent | null {
    const { parts, cursor, head, generation } = sending.snapshot;
    const item = parts[sending.next++];
    if (!item) return null;
    if (item.isLast) {
      this.sending = null;
      this.position = { seq: head, generation };
    }
    return this.sent(item, item.isLast ? formatQueryCursor(cursor) : unfinishedCursor(cursor));
  }

  private nextDelta(query: SharedQuery, seq: number): Sent | null {
    if (seq === query.head) return null;
    const delta = query.next(seq);
    if (!delta) {
      // Too slow for the ring.
      this.startAgain();
      return this.take(query);
    }
    this.position = { seq: delta.seq, generation: query.generation };
    return this.sent(delta.item, query.cursorOf(delta));
  }

  private sent(item: TicketsItem, cursor: string): Sent {
    this.streak++;
    this.source.delivered(false);
    return { cursor, item };
  }

  private turn(): Promise<void> | null {
    if (this.streak < STREAK) return null;
    this.streak = 0;
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Sends what a live query shows: a snapshot, then every step of its rows, until the signal. Outlives the database's restarts.
 * @throws UNAUTHENTICATED the viewer's sign-in ended; FORBIDDEN the project that was asked for is closed to them now.
 */
export async function* followQuery<Out>(
  asked: QueryRequest,
  request: FollowRequest<TicketsItem, Out>,
  source: QuerySource,
): AsyncGenerator<Out, void> {
  const follower = new QueryFollower(asked, request, source);
  try {
    await follower.begin();
    for (let sent = await follower.next(); sent; sent = await follower.next())
      yield request.wrap(sent.cursor, sent.item);
  } finally {
    follower.end();
    request.onEnd();
  }
}

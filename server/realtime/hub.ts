import { randomUUID } from 'node:crypto';
import type { ResyncReason } from '../../contract/live.js';
import type { Wake } from '../db/wake.js';
import { isTracing, SpanKind, tellSpan } from '../kernel/tracing.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import type { Logger } from '../kernel/logger.js';
import { AccessWatch, type LoadFacts, type Viewer } from './access.js';
import { mayEnter, type Channel } from './audience.js';
import { batcher } from '../kernel/batcher.js';
import type { Bus } from './bus.js';
import type { EventLog, Heads, LogEntry } from './eventLog.js';
import { followOf, type Follow } from './follow.js';
import type { DeliveryWay, FollowRequest, Place } from './followSource.js';
import {
  channelRules,
  demandAccess,
  directRules,
  feedRules,
  projectRules,
  ticketRules,
  type FollowRules,
  type TicketToFollow,
} from './followRules.js';
import { HeadPoller } from './headPoller.js';
import { Running, type RunningFollow } from './running.js';
import { Lingering } from './lingering.js';
import { LiveStream, type StreamObserver } from './liveStream.js';
import { LogPages } from './logPages.js';
import { Presence } from './presence/presence.js';
import type { Visitor } from './presence/presenceText.js';
import { followQuery } from './queries/queryFollower.js';
import type { QueryRequest } from './queries/querySpec.js';
import { TicketQueries, type TicketQueriesOptions } from './queries/ticketQueries.js';
import { parseStreamKey, streamKey, type StreamRef } from './streamRef.js';
import { Turns } from './turns.js';
import { isTakenFrom } from './withdrawal.js';

export interface HubObserver extends StreamObserver {
  readonly onDelivered: (items: number, way: DeliveryWay) => void;
  readonly onResync: (reason: ResyncReason) => void;
}
export interface HubOptions {
  readonly log: EventLog;
  /** Reads heads for the poll, promptly or not at all; `log` when left out. */
  readonly heads?: Pick<EventLog, 'heads'>;
  readonly bus: Bus;
  readonly loadFacts: LoadFacts;
  readonly queries: Pick<TicketQueriesOptions, 'reader' | 'compile'>;
  readonly logger: Logger;
  readonly observer?: Partial<HubObserver>;
  /** How often heads are asked for, whatever the bus says. */
  readonly pollMs?: number;
  readonly turns?: Turns;
}

const POLL_MS = 500;
const nothing = () => undefined;
const indifferent: HubObserver = {
  onDelivered: nothing,
  onResync: nothing,
  onPage: nothing,
  onCarried: nothing,
  onHandedOut: nothing,
  onGap: nothing,
};
/**
 * The streams that this process follows, and who follows them. Wake-ups make it fast; polling the heads of all followed
 * streams makes it sure: with the bus dead, absent, or of another process on the same database.
 */
export class Hub {
  private readonly streams = new Lingering<LiveStream>(({ ref }) => this.forget(ref));
  private readonly pages = new LogPages();
  private readonly access: AccessWatch<LiveStream>;
  private readonly queries: TicketQueries;
  private readonly poller: HeadPoller;
  private readonly askHead: (key: string) => Promise<Heads>;
  private readonly observer: HubObserver;
  private readonly turns: Turns;
  readonly presence: Presence;
  readonly running = new Running();
  /** Tells this process from the others that share the database. */
  readonly node = randomUUID();

  constructor(private readonly options: HubOptions) {
    const { log, heads = log, bus, logger, observer, pollMs = POLL_MS } = options;
    this.observer = { ...indifferent, ...observer };
    this.turns = options.turns ?? new Turns();
    this.access = new AccessWatch(
      options.loadFacts,
      { hold: (id) => this.hold({ kind: 'user', id }), release: (feed) => this.release(feed) },
      logger,
      () => this.poller.isFresh,
    );
    const streams = {
      hold: (id: string) => this.hold({ kind: 'project', id }),
      release: (stream: LiveStream) => this.release(stream),
    };
    this.queries = new TicketQueries({ ...options.queries, streams, logger });
    this.askHead = batcher((keys) => log.heads(keys.map(parseStreamKey).filter((ref) => ref !== null)));
    this.poller = new HeadPoller(heads, pollMs, logger, {
      refs: () => this.streams.all.map(({ ref }) => ref),
      onHeads: (read, asked, askedAt) => {
        for (const ref of asked) this.streams.get(streamKey(ref))?.polled(read, askedAt);
      },
      onRound: (wasStale) => {
        this.access.retryAll();
        if (wasStale) this.access.tellAll();
        this.queries.everyProject.refresh();
      },
      onStale: () => this.access.tellAll(),
    });
    this.presence = new Presence(bus);
    bus.onWake((wake) => this.apply(wake));
    bus.onReconnected(() => this.poller.now());
  }

  /** For units of work, after COMMIT: followers here learn it at once, those of other processes by the bus. */
  readonly wake = (wakes: readonly Wake[]): void => {
    const at = Date.now();
    const told = wakes.map((wake) => ({ ...wake, at }));
    for (const wake of told) this.apply(wake);
    this.options.bus.publish(told);
    if (isTracing()) this.tellSpan(wakes, at);
  };

  private tellSpan(wakes: readonly Wake[], at: number): void {
    const attributes = { 'baton.streams': wakes.length, 'baton.bus': this.options.bus.state().kind };
    tellSpan('wake', at, { attributes, kind: SpanKind.PRODUCER });
  }

  /** All events of a project that the viewer may see: `ProjectItem`s. */
  followProject(projectId: string, request: FollowRequest): Follow {
    return this.follow(request, projectRules(projectId));
  }

  /**
   * The events of one ticket, out of its project's stream: `TicketItem`s; those of its conversation alone when that is named. The
   * visitor is present meanwhile. Cursors are the project's. Ends with TicketMoved when the ticket leaves it.
   */
  followTicket(
    ticket: TicketToFollow,
    request: FollowRequest,
    visitor: Visitor | null = null,
    conversationId: string | null = null,
  ): Follow {
    return this.follow(request, ticketRules(ticket, visitor, conversationId));
  }

  /** What is said in a channel: `ConversationItem`s. The visitor is present meanwhile. Cursors are the project's. */
  followChannel(channel: Channel, request: FollowRequest, visitor: Visitor | null): Follow {
    return this.follow(request, channelRules(channel, visitor));
  }

  /** What is said in a DIRECT conversation that the viewer is in: `ConversationItem`s. Cursors are those of the viewer's feed. */
  followDirect(conversationId: string, request: FollowRequest, visitor: Visitor | null): Follow {
    return this.follow(request, directRules(conversationId, request.viewer.userId, visitor));
  }

  /** The viewer's own feed: `FeedItem`s. */
  followFeed(request: FollowRequest): Follow {
    return this.follow(request, feedRules(request.viewer.userId));
  }

  /** The tickets that a filter lets through, of one project or of all that the viewer may enter: `TicketsItem`s. */
  followTickets(asked: QueryRequest, request: FollowRequest): Follow {
    const { userId } = request.viewer;
    const { projectId } = asked;
    const { queries, turns } = this;
    return followQuery(asked, request, {
      queries,
      turns,
      join: () => ({ access: this.access.hold(userId), leave: () => this.access.release(userId) }),
      demand: (facts) => demandAccess(projectId === null || mayEnter(facts, projectId)),
      began: this.registering({ kind: 'query', id: projectId ?? '' }, request.viewer),
      delivered: this.observer.onDelivered,
    });
  }

  /** Whether the person's access passes the test now. */
  async allows(userId: string, test: (facts: AccessFacts) => boolean): Promise<boolean> {
    const access = this.access.hold(userId);
    try {
      return await access.confirms(test);
    } finally {
      this.access.release(userId);
    }
  }

  /**
   * Tells `onChange` the person's access, once it is sure that the viewer's sign-in is in it or is not, and whenever it was
   * read anew, until the returned function is called. Null: nobody can say what it is, the database is silent.
   */
  watchAccess(viewer: Viewer, onChange: (facts: AccessFacts | null) => void): () => void {
    const access = this.access.hold(viewer.userId);
    const tell = () => {
      const { facts } = access;
      if (facts || access.isUncertain) onChange(facts);
    };
    let isWatching = true;
    const begin = () => {
      if (!isWatching) return;
      access.onChange.add(tell);
      tell();
    };
    access.settle(viewer).then(begin, begin);
    return () => {
      if (!isWatching) return;
      isWatching = false;
      access.onChange.delete(tell);
      this.access.release(viewer.userId);
    };
  }

  /** How long ago the heads were last read, in milliseconds; 0 while nothing is followed. */
  get pollAgeMs(): number {
    return this.streams.size === 0 ? 0 : this.poller.ageMs;
  }

  close(): void {
    this.presence.close();
    this.poller.stop();
    this.queries.close();
    this.streams.clear();
  }

  private follow(request: FollowRequest, { stream: ref, what, present, ...rules }: FollowRules): Follow {
    const { userId } = request.viewer;
    const join = () => {
      const stream = this.hold(ref);
      const leave = () => {
        this.access.release(userId);
        this.release(stream);
      };
      return { stream, access: this.access.hold(userId), leave };
    };
    const began = this.registering(what, request.viewer);
    const { onDelivered: delivered, onResync: resynced } = this.observer;
    const taken = (entry: LogEntry, viewer: Viewer) => isTakenFrom(entry, viewer.userId);
    const common = { join, turns: this.turns, began, delivered, resynced, isTakenFrom: taken, ...rules };
    return (sink) => followOf(request, { ...common, notices: present?.(this.presence) })(sink);
  }

  /** Lets administrators see who follows what, as long as it is followed. */
  private registering(what: Pick<RunningFollow, 'kind' | 'id'>, viewer: Viewer): (place: Place) => () => void {
    return (place) => {
      const known = { ...what, viewer, since: new Date() };
      const look = () => {
        const { reached, target, waitingBytes } = place;
        return { ...known, seq: reached, behind: Math.max(0, target - reached), waitingBytes };
      };
      return this.running.add(what.kind, look);
    };
  }

  private apply(wake: Wake): void {
    this.streams.get(streamKey(wake))?.moved(wake);
  }

  private hold(ref: StreamRef): LiveStream {
    return this.streams.hold(streamKey(ref), () => this.begin(ref));
  }

  private release(stream: LiveStream): void {
    this.streams.release(stream.key, stream);
  }

  private begin(ref: StreamRef): LiveStream {
    const { log, bus, logger } = this.options;
    const heads = { listen: () => bus.subscribe(ref), ask: () => this.askHead(streamKey(ref)) };
    this.poller.start();
    return new LiveStream(ref, log, this.pages, heads, logger, this.observer);
  }

  private forget(ref: StreamRef): void {
    this.options.bus.unsubscribe(ref);
    if (this.streams.size === 0) this.poller.stop();
  }
}

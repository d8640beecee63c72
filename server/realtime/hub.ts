import type { Wake } from '../db/recorder.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import { AccessWatch, type LoadFacts, type Viewer } from './access.js';
import { audienceIn, mayEnter, maySeeTicket, viewOfFeedEvent, viewOfProjectEvent } from './audience.js';
import { batcher } from './batcher.js';
import type { Bus } from './bus.js';
import type { EventLog, FeedEntry, Heads, LogEntry, ProjectEntry } from './eventLog.js';
import { followOf, type DeliveryWay, type Follow, type FollowRequest, type FollowSource } from './follow.js';
import { HeadPoller } from './headPoller.js';
import { LiveStream, type StreamObserver } from './liveStream.js';
import { followQuery } from './queries/queryFollower.js';
import type { QueryRequest } from './queries/querySpec.js';
import { TicketQueries, type TicketQueriesOptions } from './queries/ticketQueries.js';
import { streamKey, type StreamRef } from './streamRef.js';
import { TicketMoved } from './ticketMoved.js';
import { Turns } from './turns.js';
import { isTakenFrom } from './withdrawal.js';

export interface HubObserver extends StreamObserver {
  readonly onDelivered: (items: number, way: DeliveryWay) => void;
}
export interface HubOptions {
  readonly log: EventLog;
  /** Reads heads for the poll, promptly or not at all; `log` when left out. */
  readonly heads?: Pick<EventLog, 'heads'>;
  readonly bus: Bus;
  readonly loadFacts: LoadFacts;
  readonly queries: Pick<TicketQueriesOptions, 'reader' | 'matcher'>;
  readonly logger: Logger;
  readonly observer?: HubObserver;
  /** How often heads are asked for, whatever the bus says. */
  readonly pollMs?: number;
  readonly turns?: Turns;
}

/** A stream that nobody follows any more is kept this long: whoever comes back finds its latest events in memory. */
const LINGER_MS = 10_000;
const POLL_MS = 500;
export const accessLost = () =>
  new AppError('FORBIDDEN', 'You no longer have access to this.', { reason: 'ACCESS_LOST' });

/**
 * The streams that this process follows, and who follows them. Wake-ups make it fast; polling the heads of all followed
 * streams makes it sure: with the bus dead, absent, or of another process on the same database.
 */
export class Hub {
  private readonly streams = new Map<string, { stream: LiveStream; holders: number; linger: NodeJS.Timeout | null }>();
  private readonly access: AccessWatch;
  private readonly queries: TicketQueries;
  private readonly poller: HeadPoller;
  private readonly askHead: Record<StreamRef['kind'], (id: string) => Promise<Heads>>;
  private readonly observer: HubObserver;
  private readonly turns: Turns;

  constructor(private readonly options: HubOptions) {
    const { log, heads = log, bus, logger, observer, pollMs = POLL_MS } = options;
    this.observer = observer ?? { onDelivered: () => undefined, onPage: () => undefined };
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
    this.askHead = {
      project: batcher((ids) => log.heads('project', ids)),
      user: batcher((ids) => log.heads('user', ids)),
    };
    this.poller = new HeadPoller(heads, pollMs, logger, {
      refs: () => [...this.streams.values()].map(({ stream }) => stream.ref),
      onHeads: (kind, read, askedAt) => this.takeHeads(kind, read, askedAt),
      onRound: (wasStale) => {
        this.access.retryAll();
        if (wasStale) this.access.tellAll();
        this.queries.everyProject.refresh();
      },
      onStale: () => this.access.tellAll(),
    });
    bus.onWake((wake) => this.apply(wake));
    bus.onReconnected(() => this.poller.now());
  }

  /** For units of work, after COMMIT: followers here learn it at once, those of other processes by the bus. */
  readonly wake = (wakes: readonly Wake[]): void => {
    for (const wake of wakes) this.apply(wake);
    this.options.bus.publish(wakes);
  };

  /** All events of a project that the viewer may see: `ProjectItem`s. */
  followProject(projectId: string, request: FollowRequest): Follow {
    return this.follow({ kind: 'project', id: projectId }, request, {
      demand: (facts) => this.demand(mayEnter(facts, projectId)),
      view: (entry, facts) => viewOfProjectEvent(entry as ProjectEntry, facts),
      audience: (facts) => audienceIn(facts, projectId),
    });
  }

  /** The events of one ticket, out of its project's stream; cursors are the project's. Ends with TicketMoved when it leaves. */
  followTicket(ticket: { id: string; projectId: string; reporterId: string }, request: FollowRequest): Follow {
    return this.follow({ kind: 'project', id: ticket.projectId }, request, {
      demand: (facts) => this.demand(maySeeTicket(facts, ticket)),
      view: (entry, facts) => {
        if (entry.event.ticketId !== ticket.id) return null;
        const event = viewOfProjectEvent(entry as ProjectEntry, facts);
        if (event?.type === 'ticket.moved') throw new TicketMoved();
        return event;
      },
      audience: (facts) => `${ticket.id} ${audienceIn(facts, ticket.projectId)}`,
    });
  }

  /** The viewer's own feed: `FeedItem`s. */
  followFeed(request: FollowRequest): Follow {
    return this.follow({ kind: 'user', id: request.viewer.userId }, request, {
      demand: () => undefined,
      view: (entry, facts) => viewOfFeedEvent(entry as FeedEntry, facts),
      audience: (facts) => facts.userId,
    });
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
      demand: (facts) => this.demand(projectId === null || mayEnter(facts, projectId)),
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
    this.poller.stop();
    this.queries.close();
    for (const { linger } of this.streams.values()) if (linger) clearTimeout(linger);
    this.streams.clear();
  }

  private follow(
    ref: StreamRef,
    request: FollowRequest,
    rules: Pick<FollowSource<LogEntry>, 'demand' | 'view' | 'audience'>,
  ): Follow {
    const { userId } = request.viewer;
    const join = () => {
      const stream = this.hold(ref);
      const leave = () => {
        this.access.release(userId);
        this.release(stream);
      };
      return { stream, access: this.access.hold(userId), leave };
    };
    const { onDelivered: delivered } = this.observer;
    const taken = (entry: LogEntry, viewer: Viewer) => isTakenFrom(entry, viewer.userId);
    return followOf(request, { join, turns: this.turns, delivered, isTakenFrom: taken, ...rules });
  }

  private demand(isAllowed: boolean): void {
    if (!isAllowed) throw accessLost();
  }

  private apply(wake: Wake): void {
    this.streams.get(streamKey(wake))?.stream.moved(wake.seq);
  }

  private hold(ref: StreamRef): LiveStream {
    const key = streamKey(ref);
    const known = this.streams.get(key);
    if (known) {
      known.holders++;
      if (known.linger) clearTimeout(known.linger);
      known.linger = null;
      return known.stream;
    }
    const { log, bus, logger } = this.options;
    const heads = { listen: () => bus.subscribe(ref), ask: () => this.askHead[ref.kind](ref.id) };
    const stream = new LiveStream(ref, log, heads, logger, this.observer);
    this.streams.set(key, { stream, holders: 1, linger: null });
    this.poller.start();
    return stream;
  }

  private release(stream: LiveStream): void {
    const known = this.streams.get(stream.key);
    if (known?.stream !== stream || --known.holders > 0) return;
    known.linger = setTimeout(() => {
      this.streams.delete(stream.key);
      this.options.bus.unsubscribe(stream.ref);
      if (this.streams.size === 0) this.poller.stop();
    }, LINGER_MS).unref();
  }

  private takeHeads(kind: StreamRef['kind'], heads: Heads, askedAt: number): void {
    for (const { stream } of this.streams.values()) if (stream.ref.kind === kind) stream.polled(heads, askedAt);
  }
}

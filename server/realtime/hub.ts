import { randomUUID } from 'node:crypto';
import type { FeedEvent, ProjectEvent } from '../../contract/event.js';
import type { FeedItem, LiveItem, ProjectItem, ResyncReason, TicketItem } from '../../contract/live.js';
import type { PresenceItem } from '../../contract/presence.js';
import type { Wake } from '../db/wake.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import { AccessWatch, type LoadFacts, type Viewer } from './access.js';
import { isStaffOf, mayEnter, maySeeTicket, viewOfFeedEvent, viewOfProjectEvent } from './audience.js';
import { batcher } from './batcher.js';
import type { Bus } from './bus.js';
import type { EventLog, FeedEntry, Heads, ProjectEntry } from './eventLog.js';
import { follow, type FollowRequest, type FollowSource } from './follow.js';
import { HeadPoller } from './headPoller.js';
import { Running, type RunningFollow } from './running.js';
import { LiveStream, type StreamObserver } from './liveStream.js';
import { Presence } from './presence/presence.js';
import { presenceNotices } from './presence/presenceNotices.js';
import type { Visitor } from './presence/presenceText.js';
import { parseStreamKey, streamKey, type StreamRef } from './streamRef.js';

export interface HubObserver extends StreamObserver {
  readonly onDelivered: (pushed: boolean) => void;
  readonly onResync: (reason: ResyncReason) => void;
}
export interface HubOptions {
  readonly log: EventLog;
  readonly bus: Bus;
  readonly loadFacts: LoadFacts;
  readonly logger: Logger;
  readonly observer?: Partial<HubObserver>;
  /** How often heads are asked for, whatever the bus says. */
  readonly pollMs?: number;
}

/** A stream that nobody follows any more is kept this long: whoever comes back finds its latest events in memory. */
const LINGER_MS = 10_000;
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
const accessLost = () => new AppError('FORBIDDEN', 'You no longer have access to this.', { reason: 'ACCESS_LOST' });

/**
 * The streams that this process follows, and who follows them. Wake-ups make it fast; polling the heads of all followed
 * streams makes it sure: with the bus dead, absent, or of another process on the same database.
 */
export class Hub {
  private readonly streams = new Map<string, { stream: LiveStream; holders: number; linger: NodeJS.Timeout | null }>();
  private readonly access: AccessWatch;
  private readonly poller: HeadPoller;
  private readonly askHead: (key: string) => Promise<Heads>;
  private readonly observer: HubObserver;
  readonly presence: Presence;
  readonly running = new Running();
  /** Tells this process from the others that share the database. */
  readonly node = randomUUID();

  constructor(private readonly options: HubOptions) {
    const { log, bus, logger, observer, pollMs = POLL_MS } = options;
    this.observer = { ...indifferent, ...observer };
    this.access = new AccessWatch(
      options.loadFacts,
      { hold: (id) => this.hold({ kind: 'user', id }), release: (feed) => this.release(feed) },
      logger,
    );
    this.askHead = batcher((keys) => log.heads(keys.map(parseStreamKey).filter((ref) => ref !== null)));
    this.poller = new HeadPoller(log, pollMs, logger, {
      refs: () => [...this.streams.values()].map(({ stream }) => stream.ref),
      onHeads: (heads, asked, askedAt) => {
        for (const ref of asked) this.streams.get(streamKey(ref))?.stream.polled(heads, askedAt);
      },
      onRound: () => this.access.retryAll(),
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
  };

  /** All events of a project that the viewer may see. */
  followProject<Out>(projectId: string, request: FollowRequest<ProjectItem, Out>): AsyncGenerator<Out, void> {
    return this.follow<ProjectEvent, Out>({ kind: 'project', id: projectId }, request, {
      what: { kind: 'project', id: projectId },
      demand: (facts) => this.demand(mayEnter(facts, projectId)),
      view: (entry, facts) => viewOfProjectEvent(entry as ProjectEntry, facts),
    });
  }

  /** The events of one ticket, out of its project's stream; cursors are the project's. The visitor is present meanwhile. */
  followTicket<Out>(
    ticket: { id: string; projectId: string; reporterId: string },
    request: FollowRequest<TicketItem, Out>,
    visitor: Visitor | null = null,
  ): AsyncGenerator<Out, void> {
    // Customers are seen, and see nobody.
    const mayKnow = (facts: AccessFacts) => isStaffOf(facts, ticket.projectId);
    const notices = visitor && presenceNotices(this.presence, `ticket:${ticket.id}`, visitor, mayKnow);
    return this.follow<ProjectEvent | PresenceItem, Out>({ kind: 'project', id: ticket.projectId }, request, {
      what: { kind: 'ticket', id: ticket.id },
      ...(notices ? { notices } : {}),
      demand: (facts) => this.demand(maySeeTicket(facts, ticket)),
      view: (entry, facts) =>
        entry.event.ticketId === ticket.id ? viewOfProjectEvent(entry as ProjectEntry, facts) : null,
    });
  }

  /** The viewer's own feed. */
  followFeed<Out>(request: FollowRequest<FeedItem, Out>): AsyncGenerator<Out, void> {
    return this.follow<FeedEvent, Out>({ kind: 'user', id: request.viewer.userId }, request, {
      what: { kind: 'feed', id: request.viewer.userId },
      demand: () => undefined,
      view: (entry, facts) => viewOfFeedEvent(entry as FeedEntry, facts),
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
   * read anew, until the returned function is called.
   */
  watchAccess(viewer: Viewer, onChange: (facts: AccessFacts) => void): () => void {
    const access = this.access.hold(viewer.userId);
    const tell = () => access.facts && onChange(access.facts);
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
    for (const { linger } of this.streams.values()) if (linger) clearTimeout(linger);
    this.streams.clear();
  }

  private follow<Event extends object, Out>(
    ref: StreamRef,
    request: FollowRequest<LiveItem<Event>, Out>,
    {
      what,
      ...rules
    }: Pick<FollowSource<Event>, 'demand' | 'view' | 'notices'> & { what: Pick<RunningFollow, 'kind' | 'id'> },
  ): AsyncGenerator<Out, void> {
    const { userId } = request.viewer;
    const join = () => {
      const stream = this.hold(ref);
      const leave = () => {
        this.access.release(userId);
        this.release(stream);
      };
      return { stream, access: this.access.hold(userId), leave };
    };
    const refresh = (stream: LiveStream) => this.refresh(stream);
    const began: FollowSource<Event>['began'] = (place) => {
      const { viewer, peer } = request;
      const known = { ...what, viewer, since: new Date() };
      const look = () => {
        const behind = Math.max(0, place.stream.target - place.seq);
        return { ...known, seq: place.seq, behind, waitingBytes: peer.waiting ?? 0 };
      };
      return this.running.add(what.kind, look);
    };
    const { onDelivered: delivered, onResync: resynced } = this.observer;
    return follow(request, { join, refresh, began, delivered, resynced, ...rules });
  }

  private demand(isAllowed: boolean): void {
    if (!isAllowed) throw accessLost();
  }

  private apply(wake: Wake): void {
    this.streams.get(streamKey(wake))?.stream.moved(wake);
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
    const { log, logger } = this.options;
    const stream = new LiveStream(ref, log, () => this.listenAndAsk(ref), logger, this.observer);
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

  private async listenAndAsk(ref: StreamRef): Promise<Heads> {
    await this.options.bus.subscribe(ref);
    return this.askHead(streamKey(ref));
  }

  private async refresh(stream: LiveStream): Promise<void> {
    const askedAt = performance.now();
    stream.polled(await this.askHead(stream.key), askedAt);
  }
}

import { randomUUID } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { limits } from '../../../contract/limits.js';
import type { PresenceItem } from '../../../contract/presence.js';
import { AppError } from '../../kernel/errors.js';
import type { Bus } from '../bus.js';
import { PresenceRoom } from './presenceRoom.js';
import { decodeReport, encodeReport, type Visitor } from './presenceText.js';
import { Throttle } from './throttle.js';

/** What can be visited. */
export type Place = `ticket:${string}` | `conversation:${string}`;

/** A look at a place. */
export interface Visit {
  readonly item: PresenceItem;
  leave(): void;
}

/** A place is spoken of to other processes, and to those who look at it, no more often than this. */
const REPORT_MS = 250;
const TELL_MS = 100;
/** Said again this often; what is not said again for a while comes from a process that is gone. */
const REPEAT_MS = 3_000;
const BELIEVE_MS = 8_000;
const SWEEP_MS = 500;
const TYPING_CALLS = { points: 30, duration: 10 };

interface Open {
  readonly room: PresenceRoom;
  readonly watchers: Set<() => void>;
  readonly report: Throttle;
  readonly tell: Throttle;
  asks: boolean;
}

/**
 * Who looks at what now. Each process reports what it sees itself, to those that have somebody at the same place: at each
 * change, when asked, and again and again. Nothing is stored: with the bus away, what is seen here still counts, and what others
 * said is forgotten until they say it again.
 */
export class Presence {
  private readonly places = new Map<string, Open>();
  private readonly node = randomUUID();
  private readonly calls = new RateLimiterMemory(TYPING_CALLS);
  private sweeper: NodeJS.Timeout | null = null;
  /** Reports sent and heard. */
  readonly counts = { sent: 0, heard: 0 };

  constructor(private readonly bus: Bus) {
    bus.onTold((topic, text) => this.hear(topic, text));
    bus.onReconnected(() => {
      for (const place of this.places.values()) this.ask(place);
    });
  }

  /** `onChange` is called when there may be another item, until the visit ends. */
  enter(place: Place, visitor: Visitor, onChange: () => void): Visit {
    const topic = topicOf(place);
    const open = this.open(topic);
    const isFirst = open.watchers.size === 0;
    const watcher = () => onChange();
    open.watchers.add(watcher);
    if (open.room.enter(visitor)) this.changed(open);
    if (isFirst) void this.bus.listen(topic).then(() => this.ask(open));
    let isOver = false;
    return {
      get item() {
        return open.room.item;
      },
      leave: () => {
        if (isOver) return;
        isOver = true;
        open.watchers.delete(watcher);
        if (open.watchers.size === 0) this.bus.ignore(topic);
        if (open.room.leave(visitor)) this.changed(open);
      },
    };
  }

  /**
   * The person types at the place, until {@link limits.typingMs} have passed or they no longer do.
   * @throws TOO_MANY_REQUESTS
   */
  async type(place: Place, userId: string, isTyping: boolean): Promise<void> {
    await this.calls.consume(userId).catch(refuse);
    const open = this.open(topicOf(place));
    if (open.room.type(userId, isTyping ? performance.now() + limits.typingMs : null)) this.changed(open);
  }

  close(): void {
    if (this.sweeper) clearInterval(this.sweeper);
    const farewell = encodeReport({ node: this.node, viewers: [], typing: [], asks: false });
    for (const [topic, { report, tell }] of this.places) {
      report.stop();
      tell.stop();
      this.bus.tell(topic, farewell);
    }
    this.places.clear();
  }

  private open(topic: string): Open {
    const known = this.places.get(topic);
    if (known) return known;
    const room = new PresenceRoom();
    const watchers = new Set<() => void>();
    const made: Open = {
      room,
      watchers,
      asks: false,
      report: new Throttle(REPORT_MS, () => this.report(topic, made)),
      tell: new Throttle(TELL_MS, () => {
        for (const watcher of watchers) watcher();
      }),
    };
    this.places.set(topic, made);
    this.sweeper ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
    return made;
  }

  private changed({ report, tell }: Open): void {
    report.run();
    tell.run();
  }

  private ask(open: Open): void {
    open.asks = true;
    open.report.run();
  }

  private report(topic: string, open: Open): void {
    this.bus.tell(topic, encodeReport(open.room.reportOf(this.node, open.asks)));
    this.counts.sent++;
    open.asks = false;
  }

  private hear(topic: string, text: string): void {
    const open = this.places.get(topic);
    const report = open && decodeReport(text);
    if (!report || report.node === this.node) return;
    this.counts.heard++;
    if (open.room.hear(report, performance.now() + BELIEVE_MS)) open.tell.run();
    if (report.asks && !open.room.isEmpty) open.report.run();
  }

  private sweep(): void {
    const now = performance.now();
    for (const [topic, open] of this.places) {
      const { mine, any } = open.room.expire(now);
      if (any) open.tell.run();
      if (mine || (!open.room.isEmpty && now - open.report.ranAt > REPEAT_MS)) open.report.run();
      if (open.room.isEmpty && open.watchers.size === 0 && !open.report.isWaiting) this.forget(topic, open);
    }
  }

  private forget(topic: string, open: Open): void {
    open.report.stop();
    open.tell.stop();
    this.places.delete(topic);
    if (this.places.size > 0 || !this.sweeper) return;
    clearInterval(this.sweeper);
    this.sweeper = null;
  }
}

const topicOf = (place: Place): string => `presence:${place}`;

const refuse = (refusal: unknown): never => {
  const retryAfterMs = (refusal as { msBeforeNext?: number }).msBeforeNext ?? null;
  throw new AppError('TOO_MANY_REQUESTS', 'Presence is told too often.', { retryAfterMs });
};

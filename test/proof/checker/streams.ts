import { groupBy } from '../../../server/kernel/groupBy.js';
import type { Delivery, History, LogEvent, Subscription } from '../history/lines.js';
import type { Violation } from './violation.js';

/** STREAM: numbers without a gap in the log; and what each subscriber was handed is the log from its cursor to the end. */
export function checkStreams(history: History): Violation[] {
  const streams = groupBy(history.log, ({ stream }) => stream);
  const violations = [...streams].flatMap(([stream, log]) => gaps(stream, log));
  const bySub = groupBy(history.deliveries, ({ sub }) => sub);
  for (const subscription of history.setting.subscriptions) {
    const log = streams.get(subscription.stream) ?? [];
    const loss = history.setting.losses.find(
      ({ person, stream }) => person === subscription.person && stream === subscription.stream,
    );
    const reader = new ReaderOf(subscription, log, loss?.seq ?? Infinity);
    violations.push(...reader.check(bySub.get(subscription.sub) ?? []));
  }
  return violations;
}

function gaps(stream: string, log: readonly LogEvent[]): Violation[] {
  const violations: Violation[] = [];
  const ids = new Set<string>();
  log.forEach(({ seq, id }, index) => {
    const before = log[index - 1]?.seq ?? 0;
    if (seq !== before + 1)
      violations.push({ check: 'STREAM', what: `${stream}: ${seq} follows ${before} in the log` });
    if (ids.has(id)) violations.push({ check: 'STREAM', what: `${stream}: two events are ${id}` });
    ids.add(id);
  });
  return violations;
}

/** Whether whoever follows is shown the event at all. */
function isShown({ isStaff, person }: Subscription, { audience, reporter }: LogEvent): boolean {
  return isStaff || audience === 'PROJECT' || audience === 'OWNER' || (audience === 'REPORTER' && reporter === person);
}

/** Walks one subscriber's deliveries along the log. */
class ReaderOf {
  private readonly violations: Violation[] = [];
  private readonly index = new Map<number, number>();
  private last: number;

  constructor(
    private readonly subscription: Subscription,
    private readonly log: readonly LogEvent[],
    /** The event by which the person lost the stream. */
    private readonly lostAt: number,
  ) {
    this.last = subscription.from;
    log.forEach(({ seq }, at) => this.index.set(seq, at));
  }

  check(deliveries: readonly Delivery[]): Violation[] {
    for (const delivery of deliveries) {
      if (delivery.is === 'event') this.event(delivery);
      else if (delivery.is === 'resync')
        this.say('STREAM', `was told to resync (${delivery.reason}) after ${this.last}`);
      else if (delivery.is === 'error' && this.lostAt === Infinity) this.say('STREAM', `ended with ${delivery.reason}`);
    }
    const head = this.log.at(-1)?.seq ?? 0;
    if (this.lostAt === Infinity) this.skipped(head + 1, 'was not told of');
    return this.violations;
  }

  private event({ seq, id, digest }: Delivery): void {
    if (seq <= this.last) return this.say('STREAM', `was handed ${seq} after ${this.last}`);
    this.skipped(seq, `was handed ${seq} without`);
    this.last = seq;
    const event = this.log[this.index.get(seq) ?? -1];
    if (!event || event.id !== id) return this.say('PHANTOM', `was handed ${seq} as ${id}, which was never committed`);
    if (!isShown(this.subscription, event)) return this.say('ACL', `was handed ${seq}, which is not for it`);
    if (seq > this.lostAt) return this.say('ACL', `was handed ${seq} after access had ended at ${this.lostAt}`);
    // A customer is shown less of the same event.
    if (this.subscription.isStaff && !event.withdrawn && event.digest !== digest)
      this.say('FOLD', `was handed another ${seq} than the log holds`);
  }

  /** What lies between the last event and this one may only be what is not for the reader, or was withdrawn. */
  private skipped(seq: number, how: string): void {
    const missing: number[] = [];
    for (let next = this.last + 1; next < seq; next++) {
      const event = this.log[this.index.get(next) ?? -1];
      if (event && !event.withdrawn && isShown(this.subscription, event)) missing.push(next);
    }
    if (missing.length > 0)
      this.say(
        'STREAM',
        `${how} ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ` and ${missing.length - 10} more` : ''}`,
      );
  }

  private say(check: Violation['check'], what: string): void {
    this.violations.push({ check, what: `${this.subscription.sub} ${what}` });
  }
}

import type { ErrorCode } from '../../contract/errors.js';
import type { CallObserver } from '../rpc/context.js';

/** Who calls: as a person once a token was accepted, until then as an address. */
export interface Sender {
  readonly ip: string;
  readonly token: string | null;
  /** Who that is, when it is known. */
  readonly userId?: string | null;
}

/** Seconds' worth of calls that may come at once after a pause. */
const BURST_MS = 5_000;
/** Nobody waits longer; who would have to is refused. */
export const MOST_WAIT_MS = 5_000;
/** What is refused costs the caller as much as so many calls: in good work it is rare, in a flood it is all there is. */
const REFUSED_CALLS = 10;
const TOKENS_KEPT = 10_000;

/** Refusals that a well-made client does not meet all the time. Losing a race is none of its faults. */
const fined: ReadonlySet<ErrorCode> = new Set([
  'BAD_INPUT',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'NOT_FOUND',
  'PAYLOAD_TOO_LARGE',
  'TOO_MANY_REQUESTS',
]);

/**
 * Slows down who calls more than `callsPerSecond` for long, so that others do not wait for it: a call waits for its turn, evenly
 * spaced, instead of being refused. Each node counts for itself. 0: nobody is slowed down.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export class Pacing {
  /** When a sender will have had its time for all that it asked for, in ms of the monotonic clock. */
  private readonly paidAt = new Map<string, number>();
  private readonly people = new Map<string, string>();
  private readonly callMs: number;

  constructor(callsPerSecond: number) {
    this.callMs = callsPerSecond === 0 ? 0 : 1_000 / callsPerSecond;
  }

  /**
   * Counts calls that have come. Ms until they may be done. A token that nobody has looked at yet costs nothing: when all come back at
   * once through one proxy, they are many people and not one.
   */
  arrive(sender: Sender, calls: number): number {
    if (sender.token === null || this.people.has(sender.token)) this.charge(sender, calls);
    return this.waitMs(sender);
  }

  refused(sender: Sender, code: ErrorCode): void {
    if (fined.has(code)) this.charge(sender, REFUSED_CALLS);
  }

  /** Ms until the sender is even again; 0 while it is within its share. */
  waitMs(sender: Sender): number {
    const paidAt = this.paidAt.get(this.nameOf(sender));
    return paidAt === undefined ? 0 : Math.max(0, paidAt - performance.now() - BURST_MS);
  }

  /** Learns from calls whose token is whose. */
  observing(sender: Sender, observe: CallObserver): CallObserver {
    return (call) => {
      const ended = observe(call);
      return (outcome) => {
        this.recognise(sender);
        ended(outcome);
      };
    };
  }

  /** Forgets who is even, at `now` of the monotonic clock. */
  sweep(now: number): void {
    for (const [name, paidAt] of this.paidAt) if (paidAt <= now) this.paidAt.delete(name);
  }

  private recognise({ token, userId }: Sender): void {
    if (this.callMs === 0 || token === null || !userId || this.people.has(token)) return;
    this.people.set(token, userId);
    if (this.people.size <= TOKENS_KEPT) return;
    for (const oldest of this.people.keys()) {
      this.people.delete(oldest);
      return;
    }
  }

  private charge(sender: Sender, calls: number): void {
    if (this.callMs === 0) return;
    const now = performance.now();
    const name = this.nameOf(sender);
    const paidAt = Math.max(now, this.paidAt.get(name) ?? 0) + calls * this.callMs;
    this.paidAt.set(name, Math.min(paidAt, now + BURST_MS + MOST_WAIT_MS));
  }

  private nameOf({ ip, token }: Sender): string {
    return (token === null ? undefined : this.people.get(token)) ?? `from ${ip}`;
  }
}

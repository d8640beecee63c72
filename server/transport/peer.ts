import { closeCodes } from '../../contract/errors.js';
import { limits } from '../../contract/limits.js';
import type { Connection } from '../rpc/context.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import { AppError } from '../kernel/errors.js';
import type { Hub } from '../realtime/hub.js';
import type { Outbound } from './outbound.js';

export type Identity = Parameters<Connection['signedIn']>[0];

/** So many refused subscriptions in a row are not a mistake any more. */
const REFUSALS = 20;

/** The part of a connection that is the same on a socket and in a request: whose it is, until when, and what it carries. */
export abstract class Peer implements Connection {
  abstract readonly transport: 'ws' | 'http';
  protected abstract readonly outbound: Outbound;
  token: string | null = null;
  protected identity: Identity | null = null;
  private subscriptions = 0;
  private refusals = 0;
  private unwatch: (() => void) | null = null;

  constructor(
    readonly ip: string,
    readonly userAgent: string | null,
    private readonly hub: Hub,
  ) {}

  abstract close(code: number, reason: string): void;
  /** Ends it without sending what waits. */
  abstract terminate(): void;
  /** The same, and the kernel sends nothing more of it either. */
  protected abstract reset(): void;
  /** Resets it unless the peer shows soon that it has taken everything that was sent so far. */
  protected abstract demandCaughtUp(): void;

  get isFull(): boolean {
    return this.outbound.isFull;
  }

  get waitingBytes(): number {
    return this.outbound.waiting;
  }

  onDrain(resume: () => void): void {
    this.outbound.onDrain(resume);
  }

  /** Called every now and then, at `now` of the monotonic clock: one timer for all instead of some for each. */
  sweep(now: number): void {
    const { expiresAt = null } = this.identity ?? {};
    if (this.outbound.isTooSlow(now)) this.close(closeCodes.tooSlow.code, 'too slow a reader');
    else if (expiresAt && expiresAt.getTime() <= Date.now())
      this.close(closeCodes.unauthenticated.code, 'the access token has expired');
  }

  signedIn(identity: Identity): void {
    const before = this.identity;
    if (before && before.userId !== identity.userId) {
      this.close(closeCodes.unauthenticated.code, 'this connection belongs to somebody else');
      throw new AppError('UNAUTHENTICATED', 'This connection belongs to somebody else.');
    }
    this.identity = identity;
    if (before?.sessionId !== identity.sessionId) this.onSignIn();
  }

  openSubscription(): () => void {
    if (this.subscriptions >= limits.subscriptionsPerSocket) {
      if (++this.refusals >= REFUSALS) this.close(closeCodes.tooMany.code, 'too many subscriptions');
      const most = limits.subscriptionsPerSocket;
      throw new AppError('TOO_MANY_REQUESTS', `A connection carries at most ${most} subscriptions.`, { limit: most });
    }
    this.subscriptions++;
    this.refusals = 0;
    let isOpen = true;
    return () => {
      if (isOpen) this.subscriptions--;
      isOpen = false;
    };
  }

  /** Who has signed in here. */
  get userId(): string | null {
    return this.identity?.userId ?? null;
  }

  get subscriptionCount(): number {
    return this.subscriptions;
  }

  /** A sign-in was seen here for the first time, or another one of the same person took over. */
  protected abstract onSignIn(): void;

  /** From now on the connection ends with the sign-in. */
  protected watchAccess(): void {
    const { identity } = this;
    if (!identity) return;
    this.unwatch?.();
    let before: AccessFacts | null = null;
    this.unwatch = this.hub.watchAccess(identity, (facts) => {
      if (!facts) return this.discardQueue();
      this.checkAccess(identity, facts, before);
      before = facts;
    });
  }

  protected forget(): void {
    this.unwatch?.();
    this.unwatch = null;
  }

  private checkAccess({ sessionId }: Identity, facts: AccessFacts, before: AccessFacts | null): void {
    if (!facts.active) this.cut(closeCodes.accessLost.code, 'the account is not active');
    else if (sessionId !== null && !facts.liveSessions.has(sessionId))
      this.cut(closeCodes.unauthenticated.code, 'the session has ended');
    else if (before && hasLost(before, facts)) this.discardQueue();
  }

  /** Streams stop by themselves; but what waits unsent cannot be taken back, only thrown away with the connection. */
  discardQueue(): void {
    if (this.outbound.waiting > 0) this.reset();
    else this.demandCaughtUp();
  }

  /** What waits must not be seen any more. */
  protected cut(code: number, reason: string): void {
    const isWaiting = this.outbound.waiting > 0;
    this.close(code, reason);
    if (isWaiting) this.reset();
    else setTimeout(() => this.reset(), limits.catchUpMs).unref();
  }
}

function hasLost(before: AccessFacts, after: AccessFacts): boolean {
  if (before.role !== after.role) return true;
  if ([...before.projects].some(([projectId, role]) => after.projects.get(projectId) !== role)) return true;
  const isStillIn = (projectId: string, channelId: string) => after.channels.get(projectId)?.includes(channelId);
  return [...before.channels].some(([projectId, ids]) => ids.some((id) => !isStillIn(projectId, id)));
}

import { limits } from '../../contract/limits.js';
import type { Connection } from '../rpc/context.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import { AppError } from '../kernel/errors.js';

export type Identity = Parameters<Connection['signedIn']>[0];

/** Longest delay that a timer takes. */
const TIMER_MAX_MS = 2_147_483_647;
/** So many refused subscriptions in a row are not a mistake any more. */
const REFUSALS = 20;

/** The part of a connection that is the same on a socket and in a request: whose it is, until when, and what it carries. */
export abstract class Peer implements Connection {
  abstract readonly transport: 'ws' | 'http';
  token: string | null = null;
  protected identity: Identity | null = null;
  private subscriptions = 0;
  private refusals = 0;
  private expiry: NodeJS.Timeout | null = null;

  constructor(
    readonly ip: string,
    readonly userAgent: string | null,
  ) {}

  abstract drained(): Promise<void> | null;
  abstract close(code: number, reason: string): void;

  signedIn(identity: Identity): void {
    const before = this.identity;
    if (before && before.userId !== identity.userId) {
      this.close(4001, 'this connection belongs to somebody else');
      throw new AppError('UNAUTHENTICATED', 'This connection belongs to somebody else.');
    }
    this.identity = identity;
    if (before?.expiresAt?.getTime() !== identity.expiresAt?.getTime()) this.expireAt(identity.expiresAt);
    if (before?.sessionId !== identity.sessionId) this.onSignIn(identity);
  }

  openSubscription(): () => void {
    if (this.subscriptions >= limits.subscriptionsPerSocket) {
      if (++this.refusals >= REFUSALS) this.close(4009, 'too many subscriptions');
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

  get subscriptionCount(): number {
    return this.subscriptions;
  }

  /** The first time a sign-in is seen here, and when another one of the same person takes over. */
  protected abstract onSignIn(identity: Identity): void;

  protected forget(): void {
    if (this.expiry) clearTimeout(this.expiry);
    this.expiry = null;
  }

  private expireAt(moment: Date | null): void {
    if (this.expiry) clearTimeout(this.expiry);
    this.expiry = null;
    if (!moment) return;
    const delay = Math.min(Math.max(moment.getTime() - Date.now(), 0), TIMER_MAX_MS);
    this.expiry = setTimeout(() => this.close(4001, 'the access token has expired'), delay).unref();
  }
}

/** What a person may see less of than before: whatever waits for them unsent may be of it. */
export function hasLost(before: AccessFacts, after: AccessFacts): boolean {
  if (before.role !== after.role) return true;
  return [...before.projects].some(([projectId, role]) => after.projects.get(projectId) !== role);
}

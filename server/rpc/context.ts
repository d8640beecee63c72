import type { ErrorCode } from '../../contract/errors.js';
import type { SentBytes } from '../csv/spooled.js';
import type { Deps } from '../features/deps.js';
import type { Outlet } from '../realtime/sink.js';

/** How a caller is connected; one per socket, or one per HTTP request. */
export interface Connection extends Outlet {
  readonly transport: 'ws' | 'http';
  readonly ip: string;
  readonly userAgent: string | null;
  /** Bearer token, changed by `auth.renew` on a live socket; null while nobody has signed in. */
  token: string | null;
  /** Set once a token was accepted: whose socket this is, and until when. */
  signedIn(identity: { userId: string; sessionId: string | null; expiresAt: Date | null }): void;
  /** Counts a subscription; the returned function ends it. @throws TOO_MANY_REQUESTS over the limit of a socket. */
  openSubscription(): () => void;
  /** Ends the connection with a close code of PROTOCOL.md; over HTTP it ends the response. */
  close(code: number, reason: string): void;
}

/** Told when a call begins; what it returns is told how the call, or the opening of the subscription, ended. */
export type CallObserver = (call: CallName) => (outcome: ErrorCode | 'OK') => void;
export interface CallName {
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
}

export interface Context {
  readonly deps: Deps;
  readonly connection: Connection;
  readonly observe?: CallObserver;
  /** The caller's own span, as W3C writes it down. */
  readonly traceparent?: string | null;
  /** What came as a table beside the input. */
  readonly table?: SentBytes;
}

import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { closeCodes } from '../../contract/errors.js';
import { limits } from '../../contract/limits.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import type { Hub } from '../realtime/hub.js';
import { hasLost, Peer, type Identity } from './peer.js';
import { TokenBucket } from './tokenBucket.js';

export interface WsPeerOptions {
  readonly ws: WebSocket;
  /** The connection under the WebSocket, as the upgrade handed it over. */
  readonly socket: Socket;
  readonly ip: string;
  readonly userAgent: string | null;
  readonly token: string | null;
  readonly hub: Hub;
  /** Whether the token that was shown is good; asked when no call has shown it in time. */
  readonly recognise: (peer: WsPeer) => Promise<boolean>;
  readonly onClose: (code: number) => void;
}

/** Above it, subscriptions wait for the socket to drain. */
const MARK_BYTES = 128 * 1024;
const STALLED_MS = 3_000;

/** One WebSocket: its limits, whose it is, and when it has to go. */
export class WsPeer extends Peer {
  readonly transport = 'ws';
  private readonly ws: WebSocket;
  private readonly socket: Socket;
  private readonly bucket = new TokenBucket(limits.messagesPerSecond, 2 * limits.messagesPerSecond);
  private readonly timer: NodeJS.Timeout;
  private draining: Promise<void> | null = null;
  private unwatch: (() => void) | null = null;
  private facts: AccessFacts | null = null;
  /** Closing by us has begun; nothing that arrives is looked at any more. */
  private closedWith: number | null = null;
  /** Calls that have begun and not ended. */
  private calls = 0;
  private isLeaving = false;
  private flushed = 0;
  private movedAt = performance.now();
  private wasFull = false;

  constructor(private readonly options: WsPeerOptions) {
    super(options.ip, options.userAgent);
    this.ws = options.ws;
    this.socket = options.socket;
    this.token = options.token;
    this.timer = setTimeout(() => void this.demandSignIn(), limits.authenticateMs).unref();
    this.ws.on('message', () => this.count());
    this.ws.on('ping', () => this.count());
    this.ws.once('close', (code) => this.ended(code));
  }

  drained(): Promise<void> | null {
    if (this.socket.writableLength <= MARK_BYTES) return null;
    this.draining ??= new Promise<void>((resolve) => {
      const done = () => {
        this.socket.off('drain', done);
        this.ws.off('close', done);
        this.draining = null;
        resolve();
      };
      this.socket.once('drain', done);
      this.ws.once('close', done);
    });
    return this.draining;
  }

  close(code: number, reason: string): void {
    if (this.closedWith !== null) return;
    this.closedWith = code;
    this.ws.removeAllListeners('message');
    this.ws.close(code, reason);
  }

  /** Counts a call until `ended` is told its outcome. */
  begin<Outcome>(ended: (outcome: Outcome) => void): (outcome: Outcome) => void {
    this.calls++;
    return (outcome) => {
      this.calls--;
      ended(outcome);
      if (this.isLeaving) this.leaveWhenIdle();
    };
  }

  /** Takes no further calls, and goes when those that have begun are answered. */
  leaveWhenIdle(): void {
    this.isLeaving = true;
    this.ws.removeAllListeners('message');
    const { code } = closeCodes.goingAway;
    // The answer itself is written a few microtasks after the call has ended.
    if (this.calls === 0) setImmediate(() => this.close(code, 'the server stops'));
  }

  terminate(): void {
    this.ws.terminate();
  }

  /** Ends it without sending what waits: the peer must not see that any more. */
  private cut(code: number, reason: string): void {
    const isWaiting = this.socket.writableLength > 0;
    this.close(code, reason);
    if (isWaiting) this.ws.terminate();
  }

  /** Called every now and then: a peer may hold up {@link limits.slowReaderBytes} for a moment and less for some seconds. */
  sweep(): void {
    const waiting = this.socket.writableLength;
    const flushed = this.socket.bytesWritten - waiting;
    const now = performance.now();
    if (flushed !== this.flushed || waiting < MARK_BYTES) this.movedAt = now;
    this.flushed = flushed;
    const isFull = waiting > limits.slowReaderBytes;
    if ((isFull && this.wasFull) || now - this.movedAt > STALLED_MS) {
      this.close(closeCodes.tooSlow.code, 'too slow a reader');
    }
    this.wasFull = isFull;
  }

  protected onSignIn(identity: Identity): void {
    clearTimeout(this.timer);
    this.unwatch?.();
    this.unwatch = this.options.hub.watchAccess(identity, (facts) => this.checkAccess(identity, facts));
  }

  private checkAccess({ sessionId }: Identity, facts: AccessFacts): void {
    const before = this.facts;
    this.facts = facts;
    if (!facts.active) return this.cut(closeCodes.accessLost.code, 'the account is not active');
    if (sessionId !== null && !facts.liveSessions.has(sessionId))
      return this.cut(closeCodes.unauthenticated.code, 'the session has ended');
    // Its subscriptions end by themselves; but what waits unsent cannot be taken back, only thrown away with the socket.
    if (before && hasLost(before, facts) && this.socket.writableLength > 0) this.ws.terminate();
  }

  private count(): void {
    if (!this.bucket.take()) this.close(closeCodes.tooMany.code, 'too many messages');
  }

  private async demandSignIn(): Promise<void> {
    if (this.identity || (this.token !== null && (await this.options.recognise(this)))) return;
    this.close(closeCodes.unauthenticated.code, 'sign in within 5 seconds');
  }

  private ended(code: number): void {
    clearTimeout(this.timer);
    this.unwatch?.();
    this.unwatch = null;
    this.forget();
    this.options.onClose(this.closedWith ?? code);
  }
}

import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { closeCodes } from '../../contract/errors.js';
import { limits } from '../../contract/limits.js';
import type { Hub } from '../realtime/hub.js';
import { Outbound } from './outbound.js';
import { Peer } from './peer.js';
import { headOf, itemFrame, type RequestName } from './sharedFrames.js';
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

/** One WebSocket: its limits, whose it is, and when it has to go. */
export class WsPeer extends Peer {
  readonly transport = 'ws';
  private readonly ws: WebSocket;
  private readonly bucket = new TokenBucket(limits.messagesPerSecond, 2 * limits.messagesPerSecond);
  private readonly timer: NodeJS.Timeout;
  private closedWith: number | null = null;
  /** Calls that have begun and not ended. */
  private calls = 0;
  private isLeaving = false;
  /** The subscription that has just been told to have started. */
  private started: RequestName | null = null;

  constructor(private readonly options: WsPeerOptions) {
    super(options.ip, options.userAgent, options.hub, new Outbound(options.socket, options.socket));
    this.ws = options.ws;
    this.token = options.token;
    this.timer = setTimeout(() => void this.demandSignIn(), limits.authenticateMs).unref();
    this.ws.on('message', () => this.count());
    this.ws.on('ping', () => this.count());
    this.ws.once('close', (code) => this.ended(code));
  }

  /** Sends the close frame; nothing that arrives after it is looked at. */
  close(code: number, reason: string): void {
    if (this.closedWith !== null) return;
    this.closedWith = code;
    this.ws.removeAllListeners('message');
    this.ws.close(code, reason);
  }

  /** Tells the subscription that begins in this very turn its name; when none does, the name is forgotten. */
  readonly noteStarted = (name: RequestName): void => {
    this.started = name;
    queueMicrotask(() => (this.started = null));
  };

  /**
   * Past the adapter, whose loop costs five times as much as the write. Whole frames may be written between its own: it
   * writes each in one go, and nothing is compressed.
   */
  pusher(): ((cursor: string, item: object) => boolean) | null {
    if (!this.started) return null;
    const head = headOf(this.started);
    const { ws, outbound } = this;
    const { socket } = this.options;
    return (cursor, item) => {
      if (ws.readyState !== ws.OPEN || outbound.drained()) return false;
      socket.write(itemFrame(head, cursor, item));
      return true;
    };
  }

  get bytesWritten(): number {
    return this.options.socket.bytesWritten;
  }

  terminate(): void {
    this.ws.terminate();
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
    // The answer itself is written a few microtasks after the call has ended.
    if (this.calls === 0) setImmediate(() => this.close(closeCodes.goingAway.code, 'the server stops'));
  }

  protected onSignIn(): void {
    clearTimeout(this.timer);
    this.watchAccess();
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
    this.forget();
    this.options.onClose(this.closedWith ?? code);
  }
}

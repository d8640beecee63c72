import type { ServerResponse } from 'node:http';
import type { Hub } from '../realtime/hub.js';
import { Outbound } from './outbound.js';
import { Peer } from './peer.js';

interface Caller {
  readonly ip: string;
  readonly userAgent: string | null;
  readonly token: string | null;
}

/** A stream that access ended for is cut when it has not ended by itself within so long. */
const LAST_WORD_MS = 250;

/** One HTTP request, or one stream of Server-Sent Events. */
export class HttpPeer extends Peer {
  readonly transport = 'http';
  protected readonly outbound: Outbound;

  constructor(
    private readonly response: ServerResponse,
    hub: Hub,
    { ip, userAgent, token }: Caller,
  ) {
    super(ip, userAgent, hub);
    // The adapter writes no further item while one waits, so a single one shows that the peer is stalled.
    this.outbound = new Outbound(response, response.socket, 0);
    this.token = token;
    response.once('close', () => this.forget());
  }

  /** There are no close codes in HTTP: a running stream is cut, a call still gets its answer. */
  close(): void {
    if (this.subscriptionCount > 0) this.terminate();
  }

  terminate(): void {
    this.response.destroy();
  }

  protected reset(): void {
    const { socket } = this.response;
    if (socket && !socket.destroyed && this.subscriptionCount > 0) socket.resetAndDestroy();
  }

  /** The stream ends by itself, with the error that says why, and sends nothing before it. */
  protected override cut(code: number, reason: string): void {
    if (this.waitingBytes > 0) return super.cut(code, reason);
    setTimeout(() => super.cut(code, reason), LAST_WORD_MS).unref();
  }

  /** HTTP has no question that only a reader could answer. */
  protected demandCaughtUp(): void {}

  override openSubscription(): () => void {
    const release = super.openSubscription();
    this.watchAccess();
    return release;
  }

  /** A call lives no longer than its request; only a stream must be watched. */
  protected onSignIn(): void {}
}

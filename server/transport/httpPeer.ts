import type { ServerResponse } from 'node:http';
import { Peer } from './peer.js';

const MARK_BYTES = 128 * 1024;

/** One HTTP request, or one stream of Server-Sent Events. */
export class HttpPeer extends Peer {
  readonly transport = 'http';

  constructor(
    private readonly response: ServerResponse,
    caller: { ip: string; userAgent: string | null; token: string | null },
  ) {
    super(caller.ip, caller.userAgent);
    this.token = caller.token;
    response.once('close', () => this.forget());
  }

  drained(): Promise<void> | null {
    const { response } = this;
    if (response.writableLength <= MARK_BYTES || response.destroyed) return null;
    return new Promise((resolve) => {
      const done = () => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.once('drain', done);
      response.once('close', done);
    });
  }

  /** There are no close codes in HTTP: a running stream is cut, and a call gets its answer. */
  close(): void {
    if (this.subscriptionCount > 0) this.response.destroy();
  }

  /** A request's identity lives as long as the request; streams check theirs for each event. */
  protected onSignIn(): void {}
}

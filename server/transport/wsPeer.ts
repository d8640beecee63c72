import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { closeCodes } from '../../contract/errors.js';
import { limits } from '../../contract/limits.js';
import type { Hub } from '../realtime/hub.js';
import { Peer } from './peer.js';
import { SocketOutbound } from './socketOutbound.js';
import type { SocketWriter } from './socketWriter.js';
import { TokenBucket } from './tokenBucket.js';

interface CloseCode {
  readonly code: number;
  readonly reason: string;
}
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
  readonly onMessage: (data: Buffer, isBinary: boolean) => void;
  /** Called in the moment from which on nothing but the close frame may be written. */
  readonly onClosing: () => void;
  readonly onClose: (code: number) => void;
}

/** A peer that was silent for so long is asked whether it is there, and is given so long to say anything. */
const PING_MS = 30_000;
const PONG_MS = 5_000;
/** Whoever loses access has what was asked before answered within so long, or not at all. */
const LAST_ANSWER_MS = 250;

/** One WebSocket: its limits, whose it is, and when it has to go. */
export class WsPeer extends Peer implements SocketWriter {
  readonly transport = 'ws';
  readonly outbound: SocketOutbound;
  private readonly ws: WebSocket;
  private readonly bucket = new TokenBucket(limits.messagesPerSecond, 2 * limits.messagesPerSecond);
  /** When it has to have signed in; null once that was looked at. */
  private signInBy: number | null = performance.now() + limits.authenticateMs;
  private heardAt = performance.now();
  private pingedAt: number | null = null;
  private closedWith: number | null = null;
  /** Calls that have begun and not ended. */
  private calls = 0;
  /** With what it is closed once it is idle. */
  private leaving: CloseCode | null = null;
  /** Pings that must be answered in time, by what they say. */
  private readonly probes = new Map<string, NodeJS.Timeout>();
  private probed = 0;

  constructor(private readonly options: WsPeerOptions) {
    const { ws, socket } = options;
    super(options.ip, options.userAgent, options.hub);
    this.outbound = new SocketOutbound(socket, (mark) => ws.ping(mark));
    this.ws = ws;
    this.ws.on('pong', (data: Buffer) => this.hearPong(data.toString()));
    this.token = options.token;
    this.ws.on('message', (data: Buffer, isBinary: boolean) => this.hear(data, isBinary));
    this.ws.on('ping', () => this.count());
    this.ws.once('close', (code) => this.ended(code));
  }

  /** What else is written before the event loop goes on travels along: often the first items after `started`. */
  send(text: string): void {
    const { socket } = this.options;
    socket.cork();
    this.ws.send(text);
    process.nextTick(() => socket.uncork());
  }

  /** Nothing more is read for so long. What has come with the last read is still heard. */
  rest(ms: number): void {
    if (ms === 0 || this.ws.isPaused || this.ws.readyState !== this.ws.OPEN) return;
    this.ws.pause();
    setTimeout(() => this.ws.resume(), ms).unref();
  }

  bye(): void {
    this.ws.close();
    this.options.onClosing();
  }

  /** Sends the close frame; nothing that arrives after it is looked at. */
  close(code: number, reason: string): void {
    if (this.closedWith !== null) return;
    this.closedWith = code;
    this.ws.close(code, reason);
    this.options.onClosing();
  }

  get bytesWritten(): number {
    return this.options.socket.bytesWritten;
  }

  terminate(): void {
    this.ws.terminate();
  }

  protected reset(): void {
    const { socket } = this.options;
    if (!socket.destroyed) socket.resetAndDestroy();
  }

  /** Frames are answered in order: the answer to a ping comes when all before it has been read. */
  protected demandCaughtUp(): void {
    const mark = String(++this.probed);
    this.probes.set(mark, setTimeout(() => this.reset(), limits.catchUpMs).unref());
    this.ws.ping(mark);
  }

  private hearPong(mark: string): void {
    clearTimeout(this.probes.get(mark));
    this.probes.delete(mark);
    this.outbound.answered(mark);
  }

  override sweep(now: number): void {
    super.sweep(now);
    if (this.signInBy !== null && now >= this.signInBy) void this.demandSignIn();
    if (this.pingedAt === null && now - this.heardAt >= PING_MS) {
      this.pingedAt = now;
      this.send('PING');
    } else if (this.pingedAt !== null && now - this.pingedAt >= PONG_MS) this.terminate();
  }

  /** Counts a call until `ended` is told its outcome. */
  begin<Outcome>(ended: (outcome: Outcome) => void): (outcome: Outcome) => void {
    this.calls++;
    return (outcome) => {
      this.calls--;
      ended(outcome);
      this.leaveIfIdle();
    };
  }

  /** Takes no further calls, and goes when those that have begun are answered. */
  leaveWhenIdle(code: number = closeCodes.goingAway.code, reason = 'the server stops'): void {
    this.leaving = { code, reason };
    this.leaveIfIdle();
  }

  private leaveIfIdle(): void {
    const { leaving } = this;
    // The answer itself is written a few microtasks after the call has ended.
    if (leaving && this.calls === 0) setImmediate(() => this.close(leaving.code, leaving.reason));
  }

  /** Signing out is a call of this socket, often: it is answered before it has its effect here. */
  protected override cut(code: number, reason: string): void {
    if (this.calls === 0 || this.waitingBytes > 0) return super.cut(code, reason);
    this.leaveWhenIdle(code, reason);
    setTimeout(() => super.cut(code, reason), LAST_ANSWER_MS).unref();
  }

  protected onSignIn(): void {
    this.signInBy = null;
    this.watchAccess();
  }

  private hear(data: Buffer, isBinary: boolean): void {
    this.heardAt = performance.now();
    this.pingedAt = null;
    if (!this.count() || this.leaving !== null || this.closedWith !== null) return;
    if (isBinary || data.length !== 4) return this.options.onMessage(data, isBinary);
    const text = data.toString();
    if (text === 'PING') this.send('PONG');
    else if (text !== 'PONG') this.options.onMessage(data, isBinary);
  }

  private count(): boolean {
    const isFine = this.bucket.take();
    if (!isFine) this.close(closeCodes.tooMany.code, 'too many messages');
    return isFine;
  }

  private async demandSignIn(): Promise<void> {
    this.signInBy = null;
    if (this.identity || (this.token !== null && (await this.options.recognise(this)))) return;
    this.close(closeCodes.unauthenticated.code, 'sign in within 5 seconds');
  }

  private ended(code: number): void {
    this.forget();
    this.options.onClose(this.closedWith ?? code);
  }
}

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Dialect } from './dialects.js';

export interface FollowerOptions {
  readonly port: number;
  readonly dialect: Dialect;
  /** Text frames to send once connected. */
  readonly hello: readonly string[];
  /** Told of each text frame but heartbeats, with the size of its payload. */
  readonly onFrame: (follower: Follower, bytes: number) => void;
  readonly onLost: (why: string) => void;
}

/** All sockets read into it: what arrives is looked at before the next read. */
const shared = Buffer.allocUnsafe(256 * 1024);
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A WebSocket client that only counts: a full one costs the loader more than the server that it is to load. */
export class Follower {
  frames = 0;
  hasStopped = false;
  private readonly socket: Socket;
  private readonly head = new Uint8Array(10);
  private headLength = 0;
  private opcode = 0;
  private bytes = 0;
  private left = 0;
  /** What a ping says, to be said again. */
  private pinged = '';
  private handshake: string | null = '';
  private isLeaving = false;

  constructor(private readonly options: FollowerOptions) {
    const callback = (length: number): boolean => {
      this.read(length);
      return true;
    };
    this.socket = connect({ host: '127.0.0.1', port: options.port, onread: { buffer: shared, callback } });
    this.socket.setNoDelay(true);
    this.socket.once('connect', () => this.greet());
    this.socket.once('close', () => this.lost('the connection was closed'));
    this.socket.on('error', (error) => this.lost(error.message));
  }

  /** Reads no more, and so cannot tell whether it is still connected. */
  stop(): void {
    this.hasStopped = true;
    this.socket.pause();
  }

  leave(): void {
    this.isLeaving = true;
    this.socket.destroy();
  }

  private lost(why: string): void {
    if (!this.isLeaving && !this.hasStopped) this.options.onLost(why);
    this.isLeaving = true;
  }

  private greet(): void {
    const key = randomBytes(16).toString('base64');
    const lines = [
      `GET ${this.options.dialect.path} HTTP/1.1`,
      `Host: 127.0.0.1:${this.options.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${key}`,
      'Sec-WebSocket-Version: 13',
    ];
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }

  private read(length: number): void {
    if (this.handshake === null) return this.parse(0, length);
    const before = this.handshake.length;
    this.handshake += shared.toString('latin1', 0, length);
    const end = this.handshake.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (!this.handshake.startsWith('HTTP/1.1 101')) return this.lost(this.handshake.slice(0, 60));
    this.handshake = null;
    for (const text of this.options.hello) this.socket.write(masked(TEXT, text));
    this.parse(end + 4 - before, length);
  }

  private parse(from: number, to: number): void {
    let at = from;
    while (at < to) {
      if (this.left > 0) {
        const taken = Math.min(this.left, to - at);
        if (this.opcode === PING) this.pinged += shared.toString('latin1', at, at + taken);
        at += taken;
        this.left -= taken;
        if (this.left === 0) this.complete();
      } else {
        this.head[this.headLength++] = shared[at++] ?? 0;
        if (this.headLength >= 2) this.parseHead();
      }
    }
  }

  private parseHead(): void {
    const { head } = this;
    const short = (head[1] ?? 0) & 127;
    const extra = short < 126 ? 0 : short === 126 ? 2 : 8;
    if (this.headLength < 2 + extra) return;
    this.bytes = extra === 0 ? short : head.slice(2, 2 + extra).reduce((sum, byte) => sum * 256 + byte, 0);
    this.opcode = (head[0] ?? 0) & 15;
    this.headLength = 0;
    this.left = this.bytes;
    if (this.left === 0) this.complete();
  }

  private complete(): void {
    if (this.opcode === CLOSE) return this.lost('the server closed the socket');
    if (this.opcode === PING) {
      this.socket.write(masked(PONG, this.pinged));
      this.pinged = '';
    }
    if (this.opcode !== TEXT) return;
    const { bytes, answer } = this.options.dialect.heartbeat;
    if (this.bytes === bytes) return void this.socket.write(masked(TEXT, answer));
    this.frames++;
    this.options.onFrame(this, this.bytes);
  }
}

/** Clients must mask what they send; a mask of zeros leaves the text as it is. */
function masked(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]);
}

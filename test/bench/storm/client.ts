import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface Place {
  readonly token: string;
  readonly projectId: string;
}
export interface ClientOptions {
  readonly place: Place;
  /** It has had `ready`, everything before included. */
  readonly onLive: () => void;
  readonly onFailure: (why: string) => void;
}

/** Before a connection that was refused or lost is tried again. */
const AGAIN_MS = 1_000;
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A WebSocket client that follows a project over any number of connections, and demands each event once and in order. */
export class Client {
  /** The last event it has; null before the first item. */
  seq: number | null = null;
  events = 0;
  isLive = false;
  /** How often its connection was refused or lost. */
  losses = 0;
  private epoch = '';
  private socket: Socket | null = null;
  private rest: Buffer = Buffer.alloc(0);
  private isOpen = false;

  constructor(private readonly options: ClientOptions) {}

  /** Comes with the cursor that it holds, if it holds one. */
  come(port: number): void {
    this.isLive = false;
    this.isOpen = false;
    this.rest = Buffer.alloc(0);
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.socket = socket;
    socket.once('connect', () => socket.write(upgradeRequest(port)));
    socket.on('data', (chunk) => this.socket === socket && this.read(chunk));
    const lost = () => {
      if (this.socket !== socket) return;
      this.losses++;
      this.socket = null;
      setTimeout(() => this.come(port), AGAIN_MS);
    };
    socket.on('error', lost);
    socket.on('close', lost);
  }

  /** Without a goodbye. */
  cut(): void {
    this.socket?.resetAndDestroy();
    this.socket = null;
  }

  /** Forgets that it had these events. */
  forget(events: number): void {
    if (this.seq !== null) this.seq = Math.max(0, this.seq - events);
  }

  private read(chunk: Buffer): void {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    if (!this.isOpen) {
      const end = data.indexOf('\r\n\r\n');
      if (end >= 0) data = this.open(data.toString('latin1', 0, end), data.subarray(end + 4));
    }
    this.rest = this.isOpen ? this.parse(data) : data;
  }

  private open(head: string, behind: Buffer): Buffer {
    if (!head.startsWith('HTTP/1.1 101')) this.fail(head.slice(0, 60));
    this.isOpen = true;
    const { token, projectId } = this.options.place;
    const lastEventId = this.seq === null ? {} : { lastEventId: `${this.epoch}.${this.seq}` };
    const params = { path: 'live.project', input: { projectId }, ...lastEventId };
    const hello = [
      { method: 'connectionParams', data: { token } },
      { id: 1, method: 'subscription', params },
    ];
    this.socket?.write(Buffer.concat(hello.map((frame) => masked(TEXT, Buffer.from(JSON.stringify(frame))))));
    return behind;
  }

  /** Gives what is not yet a whole frame. */
  private parse(data: Buffer): Buffer {
    let at = 0;
    while (data.length - at >= 2) {
      const short = (data[at + 1] ?? 0) & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (data.length - at < head) break;
      const length = short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : data.readUInt32BE(at + 6);
      if (data.length - at < head + length) break;
      this.take((data[at] ?? 0) & 15, data.subarray(at + head, at + head + length));
      at += head + length;
    }
    return at === 0 ? data : Buffer.from(data.subarray(at));
  }

  private take(opcode: number, payload: Buffer): void {
    if (opcode === CLOSE) {
      const [code, reason] = payload.length < 2 ? [1005, ''] : [payload.readUInt16BE(0), payload.toString('utf8', 2)];
      return this.fail(`the server closed the socket: ${code} ${reason}`);
    }
    if (opcode === PING) return void this.socket?.write(masked(PONG, payload));
    if (opcode !== TEXT) return;
    const kindAt = payload.indexOf('"kind":"');
    if (kindAt < 0) return payload.includes('"error"') ? this.fail(payload.toString()) : undefined;
    // Parsing all of it would cost more than the server's work. The kind and the number come first.
    const [, kind, seq] =
      /"kind":"(\w+)"[^}]*?"seq":(\d+)/.exec(payload.toString('latin1', kindAt, kindAt + 120)) ?? [];
    this.apply(kind ?? '', Number(seq), payload);
  }

  private apply(kind: string, seq: number, payload: Buffer): void {
    if (kind === 'event') {
      if (seq !== (this.seq ?? seq - 1) + 1) this.fail(`event ${seq} came after ${this.seq}`);
      this.events++;
      this.seq = seq;
    } else if (kind === 'ready') {
      if (seq !== (this.seq ?? seq)) this.fail(`ready at ${seq} after ${this.seq}`);
      this.seq = seq;
      this.epoch = /"id":"([^".]+)\./.exec(payload.toString())?.[1] ?? '';
      this.isLive = true;
      this.options.onLive();
    } else this.fail(payload.toString());
  }

  private fail(why: string): void {
    this.options.onFailure(why);
    this.cut();
  }
}

const upgradeRequest = (port: number): string =>
  [
    'GET /trpc?connectionParams=1 HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n');

/** Clients must mask what they send; a mask of zeros leaves it as it is. */
function masked(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]);
}

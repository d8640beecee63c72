import type { Socket } from 'node:net';
import { Outbound } from './outbound.js';

/** With more than this on its way, a peer is sent nothing more for now. What lies beyond would lie in the kernel, which takes MBs of what nobody reads, and makes each further write dear. */
const MOST_BYTES = 512 * 1024;
/** The peer is asked how far it is whenever so much more was sent. */
const MARK_BYTES = 256 * 1024;
const MARK = 'sent ';

/**
 * What is on its way to a WebSocket: what was sent and has not been read there too, as far as that is known. Pings are answered
 * in order, so an answer stands for all that was sent before its ping. Whoever writes to thousands of sockets looks at each:
 * all that there is to look at is here, since what a look costs is to fetch the objects that it goes through.
 */
export class SocketOutbound extends Outbound {
  private isOver = false;
  private sent = 0;
  /** Somewhere else for each: those who follow the same would else all be asked at the same event. */
  private marked = -Math.floor(Math.random() * MARK_BYTES);
  private read = 0;

  constructor(
    /** The connection under the WebSocket. Whole frames may be written between its own: `ws` writes each in one go, and nothing is compressed. */
    readonly connection: Socket,
    private readonly ping: (mark: string) => void,
  ) {
    super(connection, connection);
  }

  /** False from the moment the closing handshake begins: nothing may follow the close frame. When the peer begins it, `ws` ends the connection at once. */
  get isWritable(): boolean {
    return !this.isOver && this.connection.writable;
  }

  /** Nothing more is to be written but the close frame. */
  end(): void {
    this.isOver = true;
  }

  protected override get isUnread(): boolean {
    return this.sent - this.read > MOST_BYTES;
  }

  protected override get readBytes(): number {
    return this.read;
  }

  /** Told of all that goes out in quantity; a reply here and there is no matter. */
  wrote(bytes: number): void {
    this.sent += bytes;
    if (this.sent - this.marked < MARK_BYTES) return;
    this.marked = this.sent;
    this.ping(`${MARK}${this.sent}`);
  }

  /** What a pong says; those of other pings are no matter, and nobody has read more than was sent. */
  answered(mark: string): void {
    const bytes = mark.startsWith(MARK) ? Number(mark.slice(MARK.length)) : 0;
    if (!(bytes > this.read && bytes <= this.marked)) return;
    this.read = bytes;
    this.drain();
  }
}

import type { Socket } from 'node:net';
import { Outbound } from './outbound.js';

/** With more than this on its way, a peer is sent nothing more for now. What lies beyond would lie in the kernel, which takes MBs of what nobody reads, and makes each further write dear. */
const MOST_BYTES = 512 * 1024;
/** The peer is asked how far it is whenever so much more was sent, by whoever looks whether it is full. */
const MARK_BYTES = 256 * 1024;
const MARK = 'sent ';

/**
 * What is on its way to a WebSocket: what was sent and has not been read there too, as far as that is known. Pings are answered
 * in order, so an answer stands for all that was sent before its ping.
 */
export class SocketOutbound extends Outbound {
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

  protected override looksUnread(): boolean {
    const sent = this.connection.bytesWritten;
    // Whoever finds it unread waits for the answer.
    if (sent - this.marked >= MARK_BYTES) this.mark(sent);
    return sent - this.read > MOST_BYTES;
  }

  protected override get readBytes(): number {
    return this.read;
  }

  /** What a pong says; those of other pings are no matter, and nobody has read more than was sent. */
  answered(mark: string): void {
    const bytes = mark.startsWith(MARK) ? Number(mark.slice(MARK.length)) : 0;
    if (!(bytes > this.read && bytes <= this.marked)) return;
    this.read = bytes;
    this.drain();
  }

  private mark(sent: number): void {
    this.marked = sent;
    this.ping(`${MARK}${sent}`);
  }
}

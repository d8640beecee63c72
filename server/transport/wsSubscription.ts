import type { Socket } from 'node:net';
import type { LiveSubscription } from '../rpc/liveSubscription.js';
import type { Delivery, Sink } from '../realtime/sink.js';
import { holdHead, releaseHead, writeItems, type FrameHead, type RequestName } from './itemFrames.js';
import type { SocketWriter } from './socketWriter.js';

/** After so many bytes at the latest, a subscription looks at what its socket has on its way. */
const LOOK_BYTES = 32 * 1024;

/**
 * One subscription of a socket: its items are written as whole frames between the replies. Whoever writes to thousands looks at
 * each, and what a look costs is to fetch the objects that it goes through: for most writes that is this one and its connection.
 */
export class WsSubscription implements Sink {
  private readonly connection: Socket;
  private head: FrameHead | null = null;
  /** Written since it looked. */
  private unlooked = 0;
  readonly isBuffered = true;
  private readonly controller = new AbortController();
  private stream: LiveSubscription<object> | null = null;
  private isOver = false;

  constructor(
    private readonly name: RequestName,
    private readonly writer: SocketWriter,
    /** Told the end once. */
    private readonly onEnd: (error: unknown) => void,
  ) {
    this.connection = writer.outbound.connection;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isFull(): boolean {
    if (this.unlooked < LOOK_BYTES && this.connection.writableLength === 0) return false;
    const { isFull } = this.writer;
    if (!isFull) this.unlooked = 0;
    return isFull;
  }

  get waitingBytes(): number {
    return this.writer.waitingBytes;
  }

  begin(stream: LiveSubscription<object>): void {
    if (this.isOver) return stream.end();
    this.stream = stream;
    this.head = holdHead(this.name);
    stream.begin(this);
  }

  /** The client, or the end of its socket, stops it; also before it runs: its name is free from now on. */
  stop(): void {
    this.end(null);
    this.controller.abort();
  }

  onDrain(resume: () => void): void {
    this.writer.onDrain(resume);
  }

  discardQueue(): void {
    this.writer.discardQueue();
  }

  write(delivery: Delivery, from: number): void {
    const { head, connection } = this;
    // When the peer begins the closing handshake, `ws` ends the connection at once: nothing may follow the close frame.
    if (head && connection.writable) this.unlooked += writeItems(connection, head, delivery, from);
  }

  end(error: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.head) releaseHead(this.head);
    this.head = null;
    this.stream?.end();
    this.onEnd(error);
  }
}

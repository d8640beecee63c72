import type { LiveSubscription } from '../rpc/liveSubscription.js';
import type { Delivery, Sink } from '../realtime/sink.js';
import { holdHead, releaseHead, writeItems, type FrameHead, type RequestName } from './itemFrames.js';
import type { SocketOutbound } from './socketOutbound.js';
import type { SocketWriter } from './socketWriter.js';

/** One subscription of a socket: its items are written as whole frames between the replies. */
export class WsSubscription implements Sink {
  readonly isBuffered = true;
  private readonly controller = new AbortController();
  private head: FrameHead | null = null;
  private stream: LiveSubscription<object> | null = null;
  private isOver = false;
  private readonly outbound: SocketOutbound;

  constructor(
    private readonly name: RequestName,
    private readonly writer: SocketWriter,
    /** Told the end once. */
    private readonly onEnd: (error: unknown) => void,
  ) {
    this.outbound = writer.outbound;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isFull(): boolean {
    return this.outbound.isFull;
  }

  get waitingBytes(): number {
    return this.outbound.waiting;
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
    this.outbound.onDrain(resume);
  }

  discardQueue(): void {
    this.writer.discardQueue();
  }

  write(delivery: Delivery, from: number): void {
    const { head, outbound } = this;
    if (head && outbound.isWritable) outbound.wrote(writeItems(outbound.connection, head, delivery, from));
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

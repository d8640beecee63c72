import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { limits } from '../../contract/limits.js';

/** Above it, streams wait for the peer. */
const MARK_BYTES = 128 * 1024;
const STALLED_MS = 3_000;

/** What is on its way to one peer: whether it takes it, and whether it takes too long. */
export class Outbound {
  private draining: Promise<void> | null = null;
  private flushed = 0;
  private movedAt = performance.now();
  private wasFull = false;

  /**
   * `target` is what is written to, a socket or a response; `socket` the connection under it. With more than `stallBytes`
   * waiting, a peer that takes nothing is taken for stalled.
   */
  constructor(
    private readonly target: Writable,
    private readonly socket: Socket | null,
    private readonly stallBytes = MARK_BYTES,
  ) {}

  /** Bytes that wait in this process. */
  get waiting(): number {
    return this.target.writableLength;
  }

  /** Null while the peer keeps up, otherwise resolves when nothing waits any more, or the peer is gone. */
  drained(): Promise<void> | null {
    const { target } = this;
    if (target.writableLength <= MARK_BYTES || target.destroyed) return null;
    this.draining ??= new Promise<void>((resolve) => {
      const done = () => {
        target.off('drain', done);
        target.off('close', done);
        this.draining = null;
        resolve();
      };
      target.once('drain', done);
      target.once('close', done);
    });
    return this.draining;
  }

  /**
   * Ask every now and then. A peer may hold up {@link limits.slowReaderBytes} for the moment between two questions, and less
   * for some seconds.
   */
  isTooSlow(): boolean {
    const { waiting } = this;
    const flushed = (this.socket?.bytesWritten ?? 0) - waiting;
    const now = performance.now();
    if (flushed !== this.flushed || waiting <= this.stallBytes) this.movedAt = now;
    this.flushed = flushed;
    const wasFull = this.wasFull;
    this.wasFull = waiting > limits.slowReaderBytes;
    return (this.wasFull && wasFull) || now - this.movedAt > STALLED_MS;
  }
}

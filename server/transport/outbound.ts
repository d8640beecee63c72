import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { limits } from '../../contract/limits.js';
import type { Outlet } from '../realtime/sink.js';

/** Above it, streams wait for the peer. */
const MARK_BYTES = 128 * 1024;
const STALLED_MS = 3_000;

/** What is on its way to one peer: whether it takes it, and whether it takes too long. */
export class Outbound implements Omit<Outlet, 'discardQueue' | 'waitingBytes'> {
  private readonly resumes: (() => void)[] = [];
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

  get isFull(): boolean {
    return this.target.writableLength > MARK_BYTES && !this.target.destroyed;
  }

  onDrain(resume: () => void): void {
    this.resumes.push(resume);
    if (this.resumes.length > 1) return;
    this.target.once('drain', this.drain);
    this.target.once('close', this.drain);
  }

  /**
   * Ask every now and then. A peer may hold up {@link limits.slowReaderBytes} for the moment between two questions, and less
   * for some seconds.
   */
  isTooSlow(now: number): boolean {
    const { waiting } = this;
    if (waiting <= this.stallBytes) this.movedAt = now;
    const wasFull = this.wasFull;
    this.wasFull = waiting > limits.slowReaderBytes;
    if (waiting === 0) return false;
    const flushed = (this.socket?.bytesWritten ?? 0) - waiting;
    if (flushed !== this.flushed) this.movedAt = now;
    this.flushed = flushed;
    return (this.wasFull && wasFull) || now - this.movedAt > STALLED_MS;
  }

  private readonly drain = (): void => {
    this.target.off('drain', this.drain);
    this.target.off('close', this.drain);
    for (const resume of this.resumes.splice(0)) resume();
  };
}

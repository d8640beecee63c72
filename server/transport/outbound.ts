import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { limits } from '../../contract/limits.js';
import type { Outlet } from '../realtime/sink.js';

/** Above it, streams wait for the peer. */
const MARK_BYTES = 128 * 1024;
const STALLED_MS = 3_000;
/** What is on its way costs nothing here, and over a poor line it takes a while until anything is heard of it. */
const UNREAD_MS = 15_000;

/** What is on its way to one peer: whether it takes it, and whether it takes too long. */
export class Outbound implements Omit<Outlet, 'discardQueue' | 'waitingBytes'> {
  private readonly resumes: (() => void)[] = [];
  /** By the kernel and by the peer, for as long as both are the same nothing moves. */
  private taken = 0;
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

  /** Whether too much was sent that the peer has not read, where it can be asked how far it is; it is, when it is time for that. */
  protected looksUnread(): boolean {
    return false;
  }

  /** Bytes that the peer has shown to have read. */
  protected get readBytes(): number {
    return 0;
  }

  /** Bytes that wait in this process. */
  get waiting(): number {
    return this.target.writableLength;
  }

  get isFull(): boolean {
    const isFull = this.target.writableLength > MARK_BYTES || this.looksUnread();
    return isFull && !this.target.destroyed;
  }

  onDrain(resume: () => void): void {
    this.resumes.push(resume);
    if (this.resumes.length > 1) return;
    this.target.on('drain', this.drain);
    this.target.on('close', this.drain);
  }

  /**
   * Ask every now and then. A peer may hold up {@link limits.slowReaderBytes} for the moment between two questions, and less
   * for some seconds.
   */
  isTooSlow(now: number): boolean {
    const { waiting } = this;
    const isUnread = this.looksUnread();
    if (waiting <= this.stallBytes && !isUnread) this.movedAt = now;
    const wasFull = this.wasFull;
    this.wasFull = waiting > limits.slowReaderBytes;
    if (waiting === 0 && !isUnread) return false;
    const taken = (this.socket?.bytesWritten ?? 0) - waiting + this.readBytes;
    if (taken !== this.taken) this.movedAt = now;
    this.taken = taken;
    const patience = waiting > this.stallBytes ? STALLED_MS : UNREAD_MS;
    return (this.wasFull && wasFull) || now - this.movedAt > patience;
  }

  /** Something was taken: those who wait for room go on if there is any. */
  protected readonly drain = (): void => {
    if (this.resumes.length === 0 || this.isFull) return;
    this.target.off('drain', this.drain);
    this.target.off('close', this.drain);
    for (const resume of this.resumes.splice(0)) resume();
  };
}

/** With more than this on its way, a peer is sent nothing more for now. What lies beyond would lie in the kernel, which takes MBs of what nobody reads, and makes each further write dear. */
const MOST_BYTES = 512 * 1024;
/** The peer is asked how far it is whenever so much more was sent. */
const MARK_BYTES = 256 * 1024;
const MARK = 'sent ';

/**
 * What was sent to a WebSocket and has not been read there, as far as that is known: pings are answered in order, so an answer stands for
 * all that was sent before its ping.
 */
export class InFlight {
  private sent = 0;
  /** Somewhere else for each: those who follow the same would else all be asked at the same event. */
  private marked = -Math.floor(Math.random() * MARK_BYTES);
  private read = 0;
  private onRoom: (() => void) | null = null;

  constructor(private readonly ping: (mark: string) => void) {}

  get isFull(): boolean {
    return this.sent - this.read > MOST_BYTES;
  }

  /** Bytes that the peer has shown to have read. */
  get readBytes(): number {
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
    if (!this.isFull) this.onRoom?.();
  }

  /** Calls `resume` at each answer that leaves room, until another is named. */
  whenRoom(resume: (() => void) | null): void {
    this.onRoom = resume;
  }
}

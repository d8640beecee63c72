/** One item as a reader is sent it. */
export interface SentItem {
  /** Whoever was sent it has everything up to this entry. */
  readonly seq: number;
  readonly cursor: string;
  /** Readers that are shown the same are handed the same object. */
  readonly item: object;
}

/** Items in a row, sent in one go. */
export interface Delivery {
  readonly items: readonly SentItem[];
  /** How many are sent the same. */
  readonly readers: number;
  /** About how large the items are together. */
  readonly bytes: number;
}

/** What is on its way to a peer has an end: whoever sends a stream asks before each write. */
export interface Outlet {
  readonly isFull: boolean;
  readonly waitingBytes: number;
  /** While it is full: calls `resume` once, when it takes more or the peer is gone. */
  onDrain(resume: () => void): void;
  /** Throws away what waits unsent, and the connection with it: it may hold what must not be seen any more. */
  discardQueue(): void;
}

/** Where a follower's items go. */
export interface Sink extends Outlet {
  /** Whether it takes several items at once, and the same as others are sent. */
  readonly isBuffered: boolean;
  /** Takes the items from number `from` of the delivery on. */
  write(delivery: Delivery, from: number): void;
  /** Nothing comes any more: because of an error, or because it was asked for (null). */
  end(error: unknown): void;
}

/** So much goes out in one write, if a single item is not larger. */
export const DELIVERY_BYTES = 64 * 1024;

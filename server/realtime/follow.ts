import type { LiveItem, ResyncReason } from '../../contract/live.js';
import type { AccessFacts } from '../features/auth/accessFacts.js';
import type { PersonAccess, Viewer } from './access.js';
import { formatCursor } from './cursor.js';
import type { LogEntry } from './eventLog.js';
import { Follower } from './follower.js';
import type { LiveStream } from './liveStream.js';
import type { Notices } from './notices.js';

/** Who is sent to: tells when it takes more. */
export interface Outlet {
  /** Null while the peer keeps up, otherwise resolves when its buffer has drained. */
  drained(): Promise<void> | null;
  /** Bytes that wait for the peer. */
  readonly waiting?: number;
  /**
   * Called once, at the moment the stream begins. What it returns sends an item at once, past the iterator: only used while
   * nothing is on its way through that. It says false when it cannot; then the item comes by the iterator.
   */
  pusher?(): ((cursor: string, item: object) => boolean) | null;
}

/** What one subscription asks for. */
export interface FollowRequest<Item extends object, Out> {
  readonly viewer: Viewer;
  /** The cursor that the client holds; the stream goes on after it, or starts at the head without one. */
  readonly lastEventId: string | undefined;
  readonly peer: Outlet;
  /** Ends the stream at once. */
  readonly signal: AbortSignal;
  /** Makes what the subscription yields: the transport's envelope. */
  readonly wrap: (cursor: string, item: Item) => Out;
  /** Called once when a stream that had begun has ended, for whatever reason. */
  readonly onEnd: () => void;
}

/** A stream and a person's access to it, held while they are followed. */
export interface Joined {
  readonly stream: LiveStream;
  readonly access: PersonAccess;
  leave(): void;
}

/** What the hub adds to a request: where events come from, and which of them this viewer may see. */
export interface FollowSource<Event extends object> {
  readonly join: () => Joined;
  /** @throws FORBIDDEN when the viewer may no longer follow this stream. */
  readonly demand: (facts: AccessFacts) => void;
  readonly view: (entry: LogEntry, facts: AccessFacts) => Event | null;
  /** Asks the log how far the stream reaches now. */
  readonly refresh: (stream: LiveStream) => Promise<void>;
  readonly delivered: (pushed: boolean) => void;
  readonly resynced: (reason: ResyncReason) => void;
  /** Told when the stream begins, with how it stands; what it returns is called when it ends. */
  readonly began: (place: { readonly seq: number; readonly stream: LiveStream }) => () => void;
  readonly notices?: Notices<Event> | undefined;
}

/**
 * Sends a stream from a cursor on, until the signal: each event once, in order, if this viewer may see it at the moment it is
 * sent. Outlives the database's restarts.
 * @throws UNAUTHENTICATED the viewer's sign-in ended; FORBIDDEN access to this stream was lost.
 */
export async function* follow<Event extends object, Out>(
  request: FollowRequest<LiveItem<Event>, Out>,
  source: FollowSource<Event>,
): AsyncGenerator<Out, void> {
  const joined = source.join();
  const follower = new Follower(request, source, joined);
  const ended = source.began(follower);
  const close = source.notices?.open(follower.wake);
  try {
    await follower.begin();
    for (let item = await follower.next(); item; item = await follower.next()) {
      yield request.wrap(formatCursor(joined.stream.epoch, follower.seq), item);
    }
  } finally {
    close?.();
    ended();
    follower.end();
    joined.leave();
    request.onEnd();
  }
}

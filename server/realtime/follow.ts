import type { Entry } from './entryStream.js';
import { Follower } from './follower.js';
import type { FollowRequest, FollowSource } from './followSource.js';
import type { Sink } from './sink.js';

/** A stream that is being followed. */
export interface Following {
  /** Ends it; at once, and whatever waits is not sent. Stopping twice changes nothing. */
  stop(): void;
}

/**
 * Begins to send a stream from a cursor on: each event once, in order, if this viewer may see it at the moment it is sent.
 * Outlives the database's restarts. The sink is told the end: UNAUTHENTICATED the viewer's sign-in ended; FORBIDDEN access to
 * this stream was lost.
 */
export type Follow = (sink: Sink) => Following;

export const followOf =
  <Of extends Entry>(request: FollowRequest, source: FollowSource<Of>): Follow =>
  (sink) => {
    const follower = new Follower(request, source, sink);
    void follower.begin();
    return follower;
  };

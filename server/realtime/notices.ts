import type { AccessFacts } from '../features/auth/accessFacts.js';

/**
 * What a stream tells beside its events: only the latest, only to who has caught up, under the cursor where the follower stands,
 * and never out of the log.
 */
export interface Notices<Item> {
  /** Called when the stream begins, with what makes the follower look again; what it returns is called when it ends. */
  open(wake: () => void): () => void;
  /** What has not been told yet and may be told under these facts, or null. */
  take(facts: AccessFacts): Item | null;
}

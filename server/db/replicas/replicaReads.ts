import type { StrayQueryGuard } from '../strayQueryGuard.js';
import type { RunStatement } from '../statement.js';
import type { ReplicaServer } from './replica.js';
import type { Found, Replicas } from './replicas.js';

/** The two ways to read outside of a transaction. */
export interface Reads {
  readonly all: RunStatement;
  snapshot<Result>(work: (all: RunStatement) => Promise<Result>): Promise<Result>;
}

/**
 * Reads for one call that begins now: at a replica that has all that was acknowledged before now, if there is one, and at the
 * primary otherwise. What breaks off at a replica is done again at the primary.
 */
export function readsFrom(replicas: Replicas, guard: StrayQueryGuard, primary: Reads): Reads {
  const place = replicas.place();
  let chosen: Promise<Found | null> | null = null;

  async function somewhere<Result>(
    there: (server: ReturnType<ReplicaServer['after']>) => Promise<Result>,
    here: () => Promise<Result>,
  ): Promise<Result> {
    const found = await (chosen ??= replicas.at(place));
    if (found === null) {
      replicas.counts.primary++;
      return here();
    }
    const { replica } = found;
    try {
      const result = await replica.read(there(replica.server.after(found.place)));
      replicas.counts.replica++;
      return result;
    } catch (error) {
      chosen = Promise.resolve(null);
      replicas.broke(replica, error);
      return here();
    }
  }

  return {
    async all<Row extends object>(...asked: Parameters<RunStatement>) {
      guard.refuse(asked[0].name);
      return somewhere<Row[]>(
        ({ all }) => all<Row>(...asked),
        () => primary.all<Row>(...asked),
      );
    },
    async snapshot(work) {
      guard.refuse('a snapshot');
      return somewhere(
        ({ snapshot }) => snapshot(work),
        () => primary.snapshot(work),
      );
    },
  };
}

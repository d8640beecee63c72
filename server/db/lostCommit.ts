import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import type { Call } from './call.js';
import type { Database } from './database.js';
import { isTransient } from './databaseErrors.js';
import { findKey } from './idempotencyKey.js';
import type { Recorder } from './recorder.js';
import { statement, type Statement } from './statement.js';

/** What proves, after a lost COMMIT, that the transaction took place: its key, or its first event. */
export interface Marker {
  readonly statement: Statement;
  readonly values: readonly (string | number)[];
  /** PostgreSQL's name of the transaction, when it wrote something that told it. */
  readonly transactionId: string | null;
}

const eventExists = statement('event.exists', 'SELECT id FROM events WHERE project_id = $1 AND seq = $2 AND id = $3');

export function markerOf({ actor, input }: Call, record: Recorder, transactionId: string | null): Marker | null {
  if (input.idempotencyKey !== undefined)
    return { statement: findKey, values: [actor.userId, input.idempotencyKey], transactionId };
  const [event] = record.events;
  return event ? { statement: eventExists, values: [event.projectId, event.seq, event.id], transactionId } : null;
}

const transactionStatus = statement('transaction.status', 'SELECT pg_xact_status($1::xid8) AS status');

interface Asked {
  readonly db: Database;
  readonly log: Logger;
}

/** A COMMIT may still be on its way when its connection is seen to be lost: what is not there yet may come. */
async function isUnderWay(deps: Asked, { transactionId }: Marker): Promise<boolean> {
  if (transactionId === null) return false;
  const [row] = await deps.db.all<{ status: string | null }>(transactionStatus, [transactionId]);
  return row?.status === 'in progress';
}

/**
 * Whether a transaction took place whose connection broke during COMMIT.
 * @throws UNAVAILABLE `outcome: UNKNOWN`: it left nothing to know it by, or the database did not answer until `deadline`.
 */
export async function wasCommitted(deps: Asked, call: Call, marker: Marker | null, deadline: number): Promise<boolean> {
  const unknown = new AppError(
    'UNAVAILABLE',
    'The connection to the database broke during COMMIT. Ask again with the same idempotency key to learn the outcome.',
    { outcome: 'UNKNOWN' },
  );
  // No answer in all of the time that there is: another question would have none either.
  if (!marker || Date.now() > deadline) throw unknown;
  for (;;) {
    let why: unknown = 'it is still under way';
    try {
      if (!(await isUnderWay(deps, marker))) return (await deps.db.all(marker.statement, marker.values)).length > 0;
    } catch (error) {
      why = error;
    }
    if ((why instanceof Error && !isTransient(why)) || Date.now() > deadline) {
      deps.log.warn({ procedure: call.procedure, error: String(why) }, 'outcome of a COMMIT could not be learned');
      throw unknown;
    }
    await sleep(50);
  }
}

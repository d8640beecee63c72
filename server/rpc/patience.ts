import { setTimeout as sleep } from 'node:timers/promises';
import { toAppError } from '../db/databaseErrors.js';
import { AppError } from '../kernel/errors.js';
import type { Connection } from './context.js';

const PATIENCE_MS = 15_000;
const PAUSE_MS = 250;

/**
 * Begins a subscription although the database may be away for a moment. The stock client never repeats a subscription that
 * ended with an error, but it reopens a lost connection and goes on by cursor: so the work is repeated, and in the end the
 * connection closed, rather than an error sent.
 */
export async function patiently<Result>(
  connection: Connection,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE' || signal?.aborted) throw thrown;
      if (Date.now() > deadline) {
        connection.close(1001, 'the database is not available');
        throw thrown;
      }
      await sleep(PAUSE_MS, undefined, signal ? { signal } : {});
    }
  }
}

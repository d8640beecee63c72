import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../kernel/logger.js';
import { statement, type RunStatement } from './statement.js';
import { isTransient } from './databaseErrors.js';

const ping = statement('start.ping', 'SELECT 1 AS one');

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** A name that is not known yet: where containers start together, that of the database may come last. */
const isUnknownHost = (error: unknown): boolean => /ENOTFOUND|EAI_AGAIN/.test(String(error));

/**
 * Resolves when the database answers: at a start it may be on its way up as well. Asked again after pauses that double.
 * @throws what it was refused with: at once when to ask again is of no use (a wrong password, no such database), otherwise after `ms`.
 */
export async function waitForDatabase(ask: RunStatement, log: Logger, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      await ask(ping, []);
      return;
    } catch (error) {
      if (!(isTransient(error) || isUnknownHost(error)) || Date.now() + pause > deadline) throw error;
      log.warn({ error: String(error), pauseMs: pause }, 'the database does not answer yet');
      await sleep(pause);
    }
  }
}

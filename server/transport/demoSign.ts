import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.js';
import { statement } from '../db/statement.js';

const anyDemoUser = statement('demo.any', 'SELECT id FROM users WHERE is_demo = $1 AND active = $1 LIMIT 1');
const KNOWN_FOR_MS = 10_000;
const PATIENCE_MS = 300;

/**
 * Whether the well-known demo logins work here, so that the board can offer them. Asked of the database now and then, and
 * never waited for long: while it does not answer, no.
 */
export function createDemoSign(db: Database): () => Promise<boolean> {
  let known = false;
  let askedAt = -Infinity;
  let asking: Promise<void> | null = null;
  const ask = async () => {
    try {
      known = (await db.all(anyDemoUser, [true])).length > 0;
      askedAt = performance.now();
    } catch {
      known = false;
    } finally {
      asking = null;
    }
  };
  return async () => {
    if (performance.now() - askedAt < KNOWN_FOR_MS) return known;
    asking ??= ask();
    return Promise.race([asking.then(() => known), sleep(PATIENCE_MS, false, { ref: false })]);
  };
}

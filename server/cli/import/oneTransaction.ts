import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../../db/databaseErrors.js';
import { nestUnits } from '../../db/nestedUnits.js';
import { addWake, type Wake } from '../../db/wake.js';
import type { Deps } from '../../features/deps.js';
import type { Actor } from '../../kernel/actor.js';
import { keysKnown, rememberKeys } from './doneRows.js';

/** How long an import waits for a database that went away in the middle of a COMMIT. */
const PATIENCE_MS = 60_000;

/** What commands came to together, or what ended them: then all of it was undone. */
export type Outcome<Result> = { readonly result: Result } | { readonly undoneBy: unknown };

/**
 * Runs commands in one transaction, and wakes followers once it is committed. `keep` names keys that are remembered in it: by them a
 * COMMIT that was not answered is found out. They are kept for ever unless they grow old from a moment on.
 */
export async function inOneTransaction<Result>(
  deps: Deps,
  actor: Actor,
  work: (within: Deps, keep: (key: string) => undefined) => Promise<Result>,
  keysGrowOldFrom?: Date,
): Promise<Outcome<Result>> {
  const units = nestUnits(deps.db, { savepoints: false });
  const keys: string[] = [];
  const moved = new Map<string, Wake>();
  const wake = (wakes: readonly Wake[]) => wakes.forEach((each) => addWake(moved, each));
  let outcome: { readonly result: Result } | undefined;
  try {
    await units.begin();
    try {
      outcome = { result: await work({ ...deps, db: units.db, wake }, (key) => void keys.push(key)) };
      await rememberKeys(units.db.all, actor.userId, keys, keysGrowOldFrom);
    } catch (error) {
      await units.rollback().catch(() => undefined);
      throw error;
    }
    await units.commit();
  } catch (error) {
    if (!outcome || !isTransient(error) || !(await wasCommitted(deps, actor, keys))) return { undoneBy: error };
  }
  if (moved.size > 0) deps.wake([...moved.values()]);
  return outcome;
}

/** Asks, until the database answers again, whether the keys are there: all of them or none. */
async function wasCommitted({ db }: Deps, actor: Actor, keys: readonly string[]): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return keys.length > 0 && (await keysKnown(db.all, actor.userId, keys)).size > 0;
    } catch (error) {
      if (!isTransient(error) || Date.now() > deadline) throw error;
      await sleep(250);
    }
  }
}

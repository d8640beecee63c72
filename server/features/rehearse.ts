import { nestUnits } from '../db/nestedUnits.js';
import type { Deps } from './deps.js';

/** Runs a command as it always runs, and undoes it: nothing is written, nobody is told. */
export async function rehearse<Reply>(deps: Deps, run: (deps: Deps) => Promise<Reply>): Promise<Reply> {
  const units = nestUnits(deps.db);
  await units.begin();
  try {
    return await run({ ...deps, db: units.db, wake: () => undefined });
  } finally {
    await units.rollback();
  }
}

import { statement } from '../../server/db/statement.js';
import { nestUnits } from '../../server/db/nestedUnits.js';
import { addWake, type Wake } from '../../server/db/wake.js';
import type { Deps } from '../../server/features/deps.js';

// The table that Umzug keeps for the files of this folder: what is made by commands is remembered in it too.
const claimName = statement(
  'seed.claim',
  'INSERT INTO sequelize_data (name) VALUES ($1) ON CONFLICT (name) DO NOTHING RETURNING name',
);

/**
 * Runs commands as one transaction that also writes `name` into the seeders' bookkeeping: all of it happens, once. A process
 * that comes at the same moment waits and then finds it done.
 * @returns whether this call did it.
 */
export async function once(deps: Deps, name: string, work: (deps: Deps) => Promise<void>): Promise<boolean> {
  const units = nestUnits(deps.db);
  const moved = new Map<string, Wake>();
  const wake = (wakes: readonly Wake[]) => wakes.forEach((each) => addWake(moved, each));
  await units.begin();
  try {
    const mine = (await units.db.all(claimName, [name])).length > 0;
    if (mine) await work({ ...deps, db: units.db, wake });
    await units.commit();
    deps.wake([...moved.values()]);
    return mine;
  } catch (error) {
    await units.rollback().catch(() => undefined);
    throw error;
  }
}

import fc from 'fast-check';
import { digestOf } from '../../../server/db/digest.js';
import { everyProcedure } from '../../access/everyProcedure.js';
import { seedOf, writesThough } from './fuzz.js';
import { aPool } from './pool.js';
import { inputsFrom, textOf } from './spoiled.js';
import type { Stage } from './stage.js';
import { validInputs, vocabularyOf } from './validInputs.js';
import { batch } from './wires.js';

const OF_EACH = 5;
/** What the call that is done writes: a row of each. */
const WRITTEN = ['departments', 'audit_log'];

/** Of two calls in a batch the first is done and the second refused: then what the first wrote is all that was written. */
export async function sendMixedBatches(stage: Stage, seed: number): Promise<number> {
  const digests = () => digestOf(stage.world.db.sequelize);
  let mixed = 0;
  for (const procedure of everyProcedure.values()) {
    if (procedure.type !== 'mutation') continue;
    const pool = await aPool(stage.world);
    const words = await vocabularyOf(procedure, pool);
    const drawn = fc.sample(inputsFrom(validInputs(procedure, words)), {
      numRuns: OF_EACH,
      seed: seedOf(seed, procedure.path, 'mixed'),
    });
    for (const input of drawn) {
      const before = await digests();
      const companion = `{"name":"Companion ${mixed} of ${procedure.path} ${Math.random()}"}`;
      const { accessToken } = pool.callers.admin;
      const line = batch(stage.url, accessToken, { path: 'departments.create', type: 'mutation', text: companion });
      const { code, text } = await line.send({ path: procedure.path, type: 'mutation', text: textOf(input) });
      const after = await digests();
      const moved = Object.keys(after).filter((table) => after[table]?.digest !== before[table]?.digest);
      if (code === 'OK' || moved.length === 0) continue;
      mixed++;
      const allowed = [...WRITTEN, ...(writesThough[procedure.path]?.tables ?? [])];
      const isOne = WRITTEN.every((table) => after[table]?.rows === (before[table]?.rows ?? 0) + 1);
      if (!isOne || moved.some((table) => !allowed.includes(table)))
        stage.find(
          'writesOnError',
          `${procedure.path} behind a call that is done`,
          `${moved.join()}: ${text.slice(0, 300)}`,
        );
    }
  }
  return mixed;
}

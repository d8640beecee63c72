import type { Migration } from '../server/db/migration.js';
import { columnsFor, run } from './support/sql.js';

/** Marks events of tickets that have left the project: they keep their numbers and are told to nobody. */
export const up: Migration = (step) =>
  run(step, [`ALTER TABLE events ADD COLUMN ${columnsFor(step).bool('withdrawn')} NOT NULL DEFAULT false`]);

export const down: Migration = (step) => run(step, ['ALTER TABLE events DROP COLUMN withdrawn']);

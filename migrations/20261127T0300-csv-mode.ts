import type { Migration } from '../server/db/migration.js';
import { columnsFor, run } from './support/sql.js';

/** From which folder of tables the database was begun, and what was taken from them last. */
export const up: Migration = (step) =>
  run(step, [`ALTER TABLE installation ADD COLUMN ${columnsFor(step).json('csv_mode')}`]);

export const down: Migration = (step) => run(step, ['ALTER TABLE installation DROP COLUMN csv_mode']);

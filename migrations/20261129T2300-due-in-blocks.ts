import type { Migration } from '../server/db/migration.js';
import { createDueIndexes, dueIndexes } from './support/dueInBlocks.js';
import { dropIndexes, isPostgres, run } from './support/sql.js';

/** What was due before a day, in another order, on PostgreSQL: looked for in one block of that order after the other. */
export const up: Migration = async (step) => {
  if (isPostgres(step)) await run(step, createDueIndexes());
};

export const down: Migration = async (step) => {
  if (isPostgres(step)) await dropIndexes(step, dueIndexes);
};

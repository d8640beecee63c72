import type { Migration, MigrationStep } from '../server/db/migration.js';
import { createDueIndexes, dueIndexes } from './support/dueInBlocks.js';
import { isPostgres, run } from './support/sql.js';

/** Lists are read by those that are there until the others are made. */
async function madeAnew(step: MigrationStep, more: readonly string[]): Promise<void> {
  if (!isPostgres(step)) return;
  const replace = dueIndexes.flatMap((name) => [`DROP INDEX ${name}`, `ALTER INDEX ${name}_made RENAME TO ${name}`]);
  await run(step, [...createDueIndexes(more, '_made'), ...replace]);
}

/** What was due before a day and nobody holds is found by the index alone. */
export const up: Migration = (step) => madeAnew(step, ['assignee_id']);

export const down: Migration = (step) => madeAnew(step, []);

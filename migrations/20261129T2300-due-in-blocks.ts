import type { Migration } from '../server/db/migration.js';
import { dropIndexes, isPostgres, run } from './support/sql.js';

const week = (moment: string): string => `(((${moment} AT TIME ZONE 'UTC')::date - DATE '2000-01-03') / 7)`;
const dueIn = (name: string, block: string, included: string): string =>
  `CREATE INDEX ${name} ON tickets (project_id, status, ${block}, due_sort) INCLUDE (${included})
   WHERE due_date IS NOT NULL AND deleted_at IS NULL`;

/** What was due before a day, in another order, on PostgreSQL: looked for in one block of that order after the other. */
export const up: Migration = async (step) => {
  if (!isPostgres(step)) return;
  await run(step, [
    dueIn('tickets_due_created', week('created_at'), 'created_at, id'),
    dueIn('tickets_due_updated', week('updated_at'), 'updated_at, id'),
    dueIn('tickets_due_priority', 'priority_rank, left(id, 4)', 'id'),
  ]);
};

export const down: Migration = async (step) => {
  if (isPostgres(step)) await dropIndexes(step, ['tickets_due_created', 'tickets_due_updated', 'tickets_due_priority']);
};

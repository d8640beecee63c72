import type { Migration } from '../server/db/migration.js';
import { dropIndexes, isPostgres, run } from './support/sql.js';
import { slaStateSql } from './support/slaStates.js';

/** The numbers of which one of the two digits, to the base of six, is that of breached. */
const late = [1, 6, 7, 8, 9, 10, 11, 13, 19, 25, 31].join(', ');
const orders = { updated: 'updated_at', created: 'created_at', priority: 'priority_rank', due: 'due_sort' };
const names = Object.keys(orders).map((order) => `tickets_late_${order}`);

/** What is late is what is asked for by its clocks: on PostgreSQL its few tickets stand in each order side by side, and nobody else's JSON is looked into. */
export const up: Migration = async (step) => {
  if (!isPostgres(step)) return;
  const where = `WHERE sla IS NOT NULL AND ${slaStateSql(step)} IN (${late}) AND deleted_at IS NULL`;
  await run(
    step,
    Object.values(orders).map(
      (column, nth) => `CREATE INDEX ${names[nth]} ON tickets (project_id, ${column}, id) ${where}`,
    ),
  );
};

export const down: Migration = async (step) => {
  if (isPostgres(step)) await dropIndexes(step, names);
};

import type { Migration } from '../server/db/migration.js';
import { slaStateSql } from './support/slaStates.js';
import { run } from './support/sql.js';

const where = 'WHERE sla IS NOT NULL AND deleted_at IS NULL';

/** Who asks for tickets by the states of their clocks is led to them, however many have clocks. */
export const up: Migration = (step) =>
  run(step, [
    `CREATE INDEX tickets_sla ON tickets (project_id, status, ${slaStateSql(step)}) ${where}`,
    'DROP INDEX tickets_promised',
  ]);

export const down: Migration = (step) =>
  run(step, [`CREATE INDEX tickets_promised ON tickets (project_id, id) ${where}`, 'DROP INDEX tickets_sla']);

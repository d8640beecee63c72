import type { Migration } from '../server/db/migration.js';
import { dropIndexes, run } from './support/sql.js';

/** The few tickets of a category, and of some of its statuses, are found wherever they stand in an order. */
export const up: Migration = (step) =>
  run(step, ['CREATE INDEX tickets_category ON tickets (category, project_id, status) WHERE deleted_at IS NULL']);

export const down: Migration = (step) => dropIndexes(step, ['tickets_category']);

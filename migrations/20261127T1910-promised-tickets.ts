import type { Migration } from '../server/db/migration.js';
import { dropIndexes, run } from './support/sql.js';

// Most projects promise nothing, and who asks there for what is late is not to wait until all tickets were looked at.
export const up: Migration = (step) =>
  run(step, ['CREATE INDEX tickets_promised ON tickets (project_id, id) WHERE sla IS NOT NULL AND deleted_at IS NULL']);

export const down: Migration = (step) => dropIndexes(step, ['tickets_promised']);

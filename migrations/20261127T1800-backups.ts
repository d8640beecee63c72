import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

// What servers did by themselves, on whichever node. `seen_at` moves while one is being made: what stands still has died.
const backups = (c: Columns) => `CREATE TABLE backup_runs (
  ${c.id()},
  ${c.oneOf('outcome', ['RUNNING', 'DONE', 'FAILED'])} NOT NULL,
  ${c.instant('started_at')} NOT NULL,
  ${c.instant('seen_at')} NOT NULL,
  ${c.instant('ended_at')},
  ${c.short('file', 255)} NOT NULL,
  ${c.real('bytes')},
  ${c.int('row_count')},
  ${c.short('detail', 500)},
  CONSTRAINT backup_runs_ended CHECK ((outcome = 'RUNNING') = (ended_at IS NULL))
)`;

export const up: Migration = (step) =>
  run(step, [backups(columnsFor(step)), 'CREATE INDEX backup_runs_started ON backup_runs (started_at, id)']);

export const down: Migration = (step) => dropTables(step, ['backup_runs']);

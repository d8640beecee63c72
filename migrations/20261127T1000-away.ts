import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropIndexes, dropTables, run, type Columns } from './support/sql.js';

// Those that the system is to find somebody for: what was seen to is gone from here, so the table stays small.
const ticketsToPlace = (c: Columns) => `CREATE TABLE tickets_to_place (
  ${c.id('ticket_id')} NOT NULL PRIMARY KEY REFERENCES tickets (id),
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.oneOf('cause', ['CREATED', 'FREED'])} NOT NULL,
  ${c.int('attempts')} NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  ${c.instant('due_at')} NOT NULL,
  ${c.timestamps()}
)`;

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  const choice = (name: string, words: readonly [string, ...string[]]) =>
    `ALTER TABLE projects ADD COLUMN ${c.oneOf(name, words)} NOT NULL DEFAULT '${words[0]}'`;
  await run(step, [
    choice('away_policy', ['KEEP', 'UNASSIGN', 'REPROPOSE']),
    choice('auto_assign', ['OFF', 'PROPOSE', 'ASSIGN']),
    `ALTER TABLE developers ADD COLUMN ${c.instant('absence_since')}`,
    'CREATE INDEX developers_absent ON developers (out_of_office_to, out_of_office_from) WHERE out_of_office_from IS NOT NULL OR out_of_office_to IS NOT NULL',
    'CREATE INDEX developers_absence_seen ON developers (user_id) WHERE absence_since IS NOT NULL',
    "CREATE INDEX assignment_proposals_developer ON assignment_proposals (developer_id) WHERE state = 'PROPOSED'",
    ticketsToPlace(c),
    'CREATE INDEX tickets_to_place_due ON tickets_to_place (due_at, project_id)',
  ]);
};

export const down: Migration = async (step) => {
  await dropTables(step, ['tickets_to_place']);
  await dropIndexes(step, ['assignment_proposals_developer', 'developers_absence_seen', 'developers_absent']);
  await run(step, [
    'ALTER TABLE developers DROP COLUMN absence_since',
    ...['auto_assign', 'away_policy'].map((column) => `ALTER TABLE projects DROP COLUMN ${column}`),
  ]);
};

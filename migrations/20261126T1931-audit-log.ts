import type { Migration, MigrationStep } from '../server/db/migration.js';
import { columnsFor, dropTables, isPostgres, run, type Columns } from './support/sql.js';

// Entities and actions grow with what there is to change, like the types of events, so they have no CHECK. The entity may
// be gone, and for a session there never was a row of that id: no reference either.
const auditLog = (c: Columns) => `CREATE TABLE audit_log (
  ${c.id()},
  ${c.instant('at')} NOT NULL,
  ${c.id('actor_id')} REFERENCES users (id),
  ${c.short('actor_name', 120)} NOT NULL,
  ${c.short('session_id', 40)},
  ${c.short('procedure', 120)} NOT NULL,
  ${c.short('entity', 30)} NOT NULL,
  ${c.short('entity_id', 36)} NOT NULL,
  ${c.id('project_id')} REFERENCES projects (id),
  ${c.short('action', 30)} NOT NULL,
  ${c.json('before')},
  ${c.json('after')}
)`;

// One for each way to ask, newest first: see audit.queries.ts.
const indexes = [
  'CREATE INDEX audit_log_at ON audit_log (at, id)',
  'CREATE INDEX audit_log_entity_id ON audit_log (entity_id, at, id)',
  'CREATE INDEX audit_log_actor ON audit_log (actor_id, at, id)',
  'CREATE INDEX audit_log_project ON audit_log (project_id, at, id)',
  'CREATE INDEX audit_log_entity ON audit_log (entity, at, id)',
  'CREATE INDEX audit_log_action ON audit_log (action, at, id)',
  'CREATE INDEX audit_log_entity_action ON audit_log (entity, action, at, id)',
];

const refusal = 'a line of the audit log is never changed';
/** What was written stays as it was written, whoever asks. Old lines are deleted whole, by the retention alone. */
const appendOnly = (step: MigrationStep): string[] =>
  isPostgres(step)
    ? [
        `CREATE FUNCTION audit_log_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''${refusal}''; END'`,
        'CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_stays()',
      ]
    : [`CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, '${refusal}'); END`];

export const up: Migration = (step) => run(step, [auditLog(columnsFor(step)), ...indexes, ...appendOnly(step)]);

export const down: Migration = async (step) => {
  await dropTables(step, ['audit_log']);
  if (isPostgres(step)) await run(step, ['DROP FUNCTION audit_log_stays()']);
};

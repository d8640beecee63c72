import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, softDeleteTogether, type Columns } from './support/sql.js';

const minutes = (c: Columns, name: string) => `${c.int(name)} CHECK (${name} >= 1)`;

const policies = (c: Columns) => `CREATE TABLE sla_policies (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.short('name', 120)} NOT NULL,
  ${c.json('priorities')},
  ${c.json('categories')},
  ${c.int('position')} NOT NULL CHECK (position >= 0),
  ${c.bool('active')} NOT NULL,
  ${c.int('terms_no')} NOT NULL CHECK (terms_no >= 1),
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.timestamps()},
  ${c.softDelete()},
  ${softDeleteTogether('sla_policies')}
)`;

// What clocks run by is never changed: a policy that is has the next terms.
const terms = (c: Columns) => `CREATE TABLE sla_terms (
  ${c.id()},
  ${c.id('policy_id')} NOT NULL REFERENCES sla_policies (id),
  ${c.int('no')} NOT NULL CHECK (no >= 1),
  ${minutes(c, 'first_response_minutes')},
  ${minutes(c, 'resolve_minutes')},
  ${c.real('warn_fraction')} NOT NULL CHECK (warn_fraction > 0 AND warn_fraction < 1),
  ${c.json('calendar')} NOT NULL,
  ${c.timestamps()},
  CONSTRAINT sla_terms_no_unique UNIQUE (policy_id, no),
  CONSTRAINT sla_terms_promise CHECK (first_response_minutes IS NOT NULL OR resolve_minutes IS NOT NULL)
)`;

// Milliseconds of business time pass 32 bits within a month.
const clocks = (c: Columns) => `CREATE TABLE ticket_slas (
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.oneOf('kind', ['FIRST_RESPONSE', 'RESOLVE'])} NOT NULL,
  ${c.id('terms_id')} NOT NULL REFERENCES sla_terms (id),
  ${c.instant('started_at')} NOT NULL,
  ${c.instant('warn_at')} NOT NULL,
  ${c.instant('due_at')} NOT NULL,
  ${c.instant('paused_at')},
  ${c.instant('stopped_at')},
  ${c.real('paused_ms')} NOT NULL CHECK (paused_ms >= 0),
  ${c.instant('warned_at')},
  ${c.instant('breached_at')},
  ${c.instant('mark_at')},
  ${c.timestamps()},
  PRIMARY KEY (ticket_id, kind),
  CONSTRAINT ticket_slas_halted_once CHECK (paused_at IS NULL OR stopped_at IS NULL)
)`;

// Projects whose unfinished tickets are to be given the terms that hold now, and how far that got.
const reapplying = (c: Columns) => `CREATE TABLE sla_reapplying (
  ${c.id('project_id')} NOT NULL PRIMARY KEY REFERENCES projects (id),
  ${c.int('after_no')} NOT NULL,
  ${c.timestamps()}
)`;

export const up: Migration = (step) => {
  const c = columnsFor(step);
  return run(step, [
    policies(c),
    'CREATE INDEX sla_policies_project ON sla_policies (project_id, position, id) WHERE deleted_at IS NULL',
    terms(c),
    clocks(c),
    'CREATE INDEX ticket_slas_mark ON ticket_slas (mark_at, ticket_id) WHERE mark_at IS NOT NULL',
    'CREATE INDEX ticket_slas_terms ON ticket_slas (terms_id)',
    reapplying(c),
    `ALTER TABLE tickets ADD COLUMN ${c.json('sla')}`,
    `ALTER TABLE project_counters ADD COLUMN ${c.id('sla_revision')}`,
  ]);
};

export const down: Migration = async (step) => {
  await run(step, ['ALTER TABLE project_counters DROP COLUMN sla_revision', 'ALTER TABLE tickets DROP COLUMN sla']);
  await dropTables(step, ['sla_reapplying', 'ticket_slas', 'sla_terms', 'sla_policies']);
};

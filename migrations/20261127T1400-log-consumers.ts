import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

const consumers = (c: Columns) => `CREATE TABLE log_consumers (
  ${c.short('name', 60)} NOT NULL PRIMARY KEY,
  ${c.instant('seen_at')} NOT NULL,
  ${c.timestamps()}
)`;

const cursors = (c: Columns) => `CREATE TABLE log_cursors (
  ${c.short('consumer', 60)} NOT NULL REFERENCES log_consumers (name),
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.int('seq')} NOT NULL CHECK (seq >= 0),
  ${c.int('attempts')} NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  ${c.instant('retry_at')},
  ${c.timestamps()},
  PRIMARY KEY (consumer, project_id)
)${c.storage('fillfactor = 50')}`;

const putAside = (c: Columns) => `CREATE TABLE events_put_aside (
  ${c.id()},
  ${c.short('consumer', 60)} NOT NULL REFERENCES log_consumers (name),
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.oneOf('why', ['FAILED', 'MISSED'])} NOT NULL,
  ${c.int('first_seq')} NOT NULL CHECK (first_seq >= 1),
  ${c.int('last_seq')} NOT NULL,
  ${c.short('error', 1000)} NOT NULL,
  ${c.timestamps()},
  CONSTRAINT events_put_aside_range CHECK (last_seq >= first_seq)
)`;

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    consumers(c),
    cursors(c),
    putAside(c),
    // Of a project, by the retention of events.
    'CREATE INDEX log_cursors_project ON log_cursors (project_id, seq)',
    'CREATE INDEX log_cursors_retry ON log_cursors (consumer, retry_at) WHERE retry_at IS NOT NULL',
    'CREATE INDEX events_put_aside_consumer ON events_put_aside (consumer, id)',
  ]);
};

export const down: Migration = (step) => dropTables(step, ['events_put_aside', 'log_cursors', 'log_consumers']);

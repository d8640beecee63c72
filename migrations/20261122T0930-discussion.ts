import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, softDeleteTogether, type Columns } from './support/sql.js';

const comments = (c: Columns) => `CREATE TABLE comments (
  ${c.id()},
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.text('content')} NOT NULL,
  ${c.oneOf('visibility', ['PUBLIC', 'INTERNAL'])} NOT NULL DEFAULT 'PUBLIC',
  ${c.id('parent_id')} REFERENCES comments (id),
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.softDelete()},
  ${c.timestamps()},
  CONSTRAINT comments_not_own_parent CHECK (parent_id <> id),
  ${softDeleteTogether('comments')}
)`;

export const up: Migration = async (step) => {
  await run(step, [
    comments(columnsFor(step)),
    'CREATE INDEX comments_ticket ON comments (ticket_id, created_at, id)',
    'CREATE INDEX comments_parent ON comments (parent_id) WHERE parent_id IS NOT NULL',
  ]);
};

export const down: Migration = (step) => dropTables(step, ['comments']);

import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

// `name_key` is the name without case: the databases do not agree on what that is, so the server writes it.
const savedViews = (c: Columns) => `CREATE TABLE saved_views (
  ${c.id()},
  ${c.id('owner_id')} NOT NULL REFERENCES users (id),
  ${c.id('project_id')} REFERENCES projects (id),
  ${c.short('name', 120)} NOT NULL,
  ${c.short('name_key', 400)} NOT NULL,
  ${c.json('filter')} NOT NULL,
  ${c.json('sort')} NOT NULL,
  ${c.bool('shared')} NOT NULL DEFAULT false,
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.timestamps()},
  CONSTRAINT saved_views_shared_in_project CHECK (project_id IS NOT NULL OR NOT shared)
)`;

export const up: Migration = async (step) => {
  await run(step, [
    savedViews(columnsFor(step)),
    "CREATE UNIQUE INDEX saved_views_name_unique ON saved_views (owner_id, coalesce(project_id, ''), name_key)",
    'CREATE INDEX saved_views_owner ON saved_views (owner_id, name_key, id)',
    'CREATE INDEX saved_views_shared ON saved_views (project_id, name_key, id) WHERE shared',
  ]);
};

export const down: Migration = (step) => dropTables(step, ['saved_views']);

import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

const customFields = (c: Columns) => `CREATE TABLE custom_fields (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.short('key', 40)} NOT NULL,
  ${c.short('label', 120)} NOT NULL,
  ${c.oneOf('kind', ['TEXT', 'NUMBER', 'BOOLEAN', 'DATE', 'SELECT'])} NOT NULL,
  ${c.json('options')} NOT NULL DEFAULT '[]',
  ${c.bool('required')} NOT NULL DEFAULT false,
  ${c.int('position')} NOT NULL DEFAULT 0 CHECK (position >= 0),
  ${c.bool('active')} NOT NULL DEFAULT true,
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.timestamps()},
  CONSTRAINT custom_fields_key_unique UNIQUE (project_id, key)
)`;

export const up: Migration = (step) => run(step, [customFields(columnsFor(step))]);

export const down: Migration = (step) => dropTables(step, ['custom_fields']);

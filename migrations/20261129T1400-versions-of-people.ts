import type { Migration } from '../server/db/migration.js';
import { columnsFor, run } from './support/sql.js';

// What administrators change beside each other has a version, as tickets and projects have.
const tables = ['users', 'developers', 'departments', 'skills'] as const;

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  const version = `${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1)`;
  await run(
    step,
    tables.map((table) => `ALTER TABLE ${table} ADD COLUMN ${version}`),
  );
};

export const down: Migration = (step) =>
  run(
    step,
    tables.map((table) => `ALTER TABLE ${table} DROP COLUMN version`),
  );

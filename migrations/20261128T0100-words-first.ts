import type { Migration, MigrationStep } from '../server/db/migration.js';
import { columnsFor, isPostgres, run } from './support/sql.js';

const DEFERRED = 'DEFERRABLE INITIALLY DEFERRED';

async function refer(step: MigrationStep, when: string): Promise<void> {
  const c = columnsFor(step);
  if (isPostgres(step))
    return run(step, [
      `ALTER TABLE ticket_search ALTER CONSTRAINT ticket_search_ticket_id_fkey ${when || 'NOT DEFERRABLE'}`,
    ]);
  // SQLite changes no reference of a table that is there: it is made anew, and nothing points at it.
  return run(step, [
    `CREATE TABLE ticket_search_anew (
      doc INTEGER NOT NULL PRIMARY KEY,
      ${c.id('ticket_id')} NOT NULL UNIQUE REFERENCES tickets (id) ON DELETE CASCADE ${when},
      ${c.id('project_id')} NOT NULL
    )`,
    'INSERT INTO ticket_search_anew (doc, ticket_id, project_id) SELECT doc, ticket_id, project_id FROM ticket_search',
    'DROP TABLE ticket_search',
    'ALTER TABLE ticket_search_anew RENAME TO ticket_search',
  ]);
}

/** A ticket's words are written before it waits for its turn in the project, and so before the ticket. */
export const up: Migration = (step) => refer(step, DEFERRED);
export const down: Migration = (step) => refer(step, '');

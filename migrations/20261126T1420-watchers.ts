import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

/** `merged_from_id`: the ticket whose merging brought the watcher here, until they follow it by themselves. */
const watchers = (c: Columns) => `CREATE TABLE ticket_watchers (
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.id('merged_from_id')} REFERENCES tickets (id),
  ${c.timestamps()},
  PRIMARY KEY (ticket_id, user_id)
)`;

export const up: Migration = async (step) => {
  await run(step, [
    watchers(columnsFor(step)),
    'CREATE INDEX ticket_watchers_page ON ticket_watchers (ticket_id, created_at, user_id)',
    'CREATE INDEX ticket_watchers_user ON ticket_watchers (user_id, ticket_id)',
  ]);
};

export const down: Migration = (step) => dropTables(step, ['ticket_watchers']);

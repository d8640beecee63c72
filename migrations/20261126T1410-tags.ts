import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

// What a name is compared by is computed outside of the database: the two fold the case of few letters alike.
const tags = (c: Columns) => `CREATE TABLE tags (
  ${c.id()},
  ${c.short('name', 50)} NOT NULL CHECK (name <> ''),
  ${c.short('name_key', 150)} NOT NULL CONSTRAINT tags_name_unique UNIQUE,
  ${c.timestamps()}
)`;

const ticketTags = (c: Columns) => `CREATE TABLE ticket_tags (
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('tag_id')} NOT NULL REFERENCES tags (id),
  ${c.timestamps()},
  PRIMARY KEY (tag_id, ticket_id)
)`;

/** A ticket's row holds the names of its tags too, sorted, so that reading it costs no join. */
export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    tags(c),
    ticketTags(c),
    'CREATE INDEX ticket_tags_ticket ON ticket_tags (ticket_id)',
    `ALTER TABLE tickets ADD COLUMN ${c.json('tags')} NOT NULL DEFAULT '[]'`,
  ]);
};

export const down: Migration = async (step) => {
  await run(step, ['ALTER TABLE tickets DROP COLUMN tags']);
  await dropTables(step, ['ticket_tags', 'tags']);
};

import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

/** `undo`: what a merge changed, so that it can be taken back. */
const links = (c: Columns) => `CREATE TABLE ticket_links (
  ${c.id()},
  ${c.id('from_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('to_id')} NOT NULL REFERENCES tickets (id),
  ${c.oneOf('type', ['BLOCKS', 'DUPLICATES', 'RELATES', 'SPLIT_FROM', 'MERGED_INTO'])} NOT NULL,
  ${c.json('undo')},
  ${c.id('created_by')} NOT NULL REFERENCES users (id),
  ${c.timestamps()},
  CONSTRAINT ticket_links_unique UNIQUE (from_id, to_id, type),
  CONSTRAINT ticket_links_of_two CHECK (from_id <> to_id),
  CONSTRAINT ticket_links_relates_once CHECK (type <> 'RELATES' OR from_id < to_id),
  CONSTRAINT ticket_links_undo_of_merge CHECK ((undo IS NOT NULL) = (type = 'MERGED_INTO'))
)`;

/** Where a ticket was merged into stands in its row too: whoever changes a ticket has its row, and must know. */
export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    links(c),
    'CREATE INDEX ticket_links_to ON ticket_links (to_id, type)',
    "CREATE UNIQUE INDEX ticket_links_one_merge ON ticket_links (from_id) WHERE type = 'MERGED_INTO'",
    `ALTER TABLE tickets ADD COLUMN ${c.id('merged_into_id')} REFERENCES tickets (id)`,
  ]);
};

export const down: Migration = async (step) => {
  await run(step, ['ALTER TABLE tickets DROP COLUMN merged_into_id']);
  await dropTables(step, ['ticket_links']);
};

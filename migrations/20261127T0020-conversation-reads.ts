import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

// The place of a message is its time and its id: with both here, what came after is one range of its conversation's index.
const reads = (c: Columns) => `CREATE TABLE conversation_reads (
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.id('conversation_id')} NOT NULL REFERENCES conversations (id),
  ${c.id('last_read_message_id')} NOT NULL REFERENCES messages (id),
  ${c.instant('last_read_at')} NOT NULL,
  ${c.timestamps()},
  PRIMARY KEY (user_id, conversation_id)
)`;

export const up: Migration = (step) => run(step, [reads(columnsFor(step))]);

export const down: Migration = (step) => dropTables(step, ['conversation_reads']);

import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropIndexes, dropTables, run, softDeleteTogether, type Columns } from './support/sql.js';

const members = (c: Columns) => `CREATE TABLE conversation_members (
  ${c.id()},
  ${c.id('conversation_id')} NOT NULL REFERENCES conversations (id),
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.timestamps()},
  CONSTRAINT conversation_members_pair_unique UNIQUE (conversation_id, user_id)
)`;

const messages = (c: Columns) => `CREATE TABLE messages (
  ${c.id()},
  ${c.id('conversation_id')} NOT NULL REFERENCES conversations (id),
  ${c.id('author_id')} NOT NULL REFERENCES users (id),
  ${c.id('parent_id')} REFERENCES messages (id),
  ${c.text('content')} NOT NULL,
  ${c.bool('is_edited')} NOT NULL DEFAULT false,
  ${c.instant('edited_at')},
  ${c.softDelete()},
  ${c.timestamps()},
  CONSTRAINT messages_not_own_parent CHECK (parent_id <> id),
  CONSTRAINT messages_edited_together CHECK (is_edited = (edited_at IS NOT NULL)),
  ${softDeleteTogether('messages')}
)`;

/** What is added to tables that are there: empty columns, which no database rewrites a table for. */
const added = (c: Columns) =>
  [
    ['conversations', 'created_by', `${c.id('created_by')} REFERENCES users (id)`],
    ['conversations', 'archived_at', c.instant('archived_at')],
    // Who talk in a DIRECT conversation, as one text: a set of people has one conversation.
    ['conversations', 'members_key', c.short('members_key', 64)],
    ['conversations', 'version', `${c.int('version')} NOT NULL DEFAULT 1`],
    ['events', 'conversation_id', `${c.id('conversation_id')} REFERENCES conversations (id)`],
    // The private channel whose members alone are told.
    ['events', 'members_of', `${c.id('members_of')} REFERENCES conversations (id)`],
    ['events', 'message_id', `${c.id('message_id')} REFERENCES messages (id)`],
    ['feed_events', 'conversation_id', `${c.id('conversation_id')} REFERENCES conversations (id)`],
    ['feed_events', 'message_id', `${c.id('message_id')} REFERENCES messages (id)`],
    ['feed_events', 'withdrawn', `${c.bool('withdrawn')} NOT NULL DEFAULT false`],
  ] as const;

const indexes = {
  conversation_members_user: 'ON conversation_members (user_id, conversation_id)',
  messages_conversation: 'ON messages (conversation_id, created_at, id)',
  messages_thread: 'ON messages (parent_id, created_at, id) WHERE parent_id IS NOT NULL',
  conversations_channels: "ON conversations (project_id, id) WHERE kind = 'CHANNEL'",
  events_message: 'ON events (message_id) WHERE message_id IS NOT NULL',
  feed_events_message: 'ON feed_events (message_id) WHERE message_id IS NOT NULL',
};
const directPeople =
  'CREATE UNIQUE INDEX conversations_direct_people ON conversations (members_key) WHERE members_key IS NOT NULL';

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    members(c),
    messages(c),
    ...added(c).map(([table, , column]) => `ALTER TABLE ${table} ADD COLUMN ${column}`),
    ...Object.entries(indexes).map(([name, on]) => `CREATE INDEX ${name} ${on}`),
    directPeople,
  ]);
};

export const down: Migration = async (step) => {
  await dropIndexes(step, [...Object.keys(indexes), 'conversations_direct_people']);
  const columns = added(columnsFor(step)).toReversed();
  await run(
    step,
    columns.map(([table, column]) => `ALTER TABLE ${table} DROP COLUMN ${column}`),
  );
  await dropTables(step, ['messages', 'conversation_members']);
};

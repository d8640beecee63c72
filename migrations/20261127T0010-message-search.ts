import { QueryTypes } from 'sequelize';
import type { Migration, MigrationStep } from '../server/db/migration.js';
import { searchLine, searchVector } from '../server/db/searchText.js';
import { columnsFor, dropTables, isPostgres, run, type Columns } from './support/sql.js';

// `place_id`: the project in which it was said, or the conversation of those who talk directly.
const postgresTables = (c: Columns) => [
  `CREATE TABLE message_search (
    ${c.id('message_id')} NOT NULL PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    ${c.id('place_id')} NOT NULL,
    tsv tsvector NOT NULL
  )`,
  'CREATE INDEX message_search_words ON message_search USING gin (place_id, tsv)',
];

const sqliteTables = (c: Columns) => [
  `CREATE TABLE message_search (
    doc INTEGER NOT NULL PRIMARY KEY,
    ${c.id('message_id')} NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE,
    ${c.id('place_id')} NOT NULL
  )`,
  `CREATE VIRTUAL TABLE message_search_fts USING fts5(
    body, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '3'
  )`,
];

interface SearchedMessage {
  id: string;
  place_id: string;
  content: string;
}

/** Fills the index from the messages that are there, a page at a time; nobody finds a deleted one. */
async function fill(step: MigrationStep): Promise<void> {
  const { sequelize } = step.context;
  const put = (sql: string, bind: unknown[]) =>
    sequelize.query(sql, { bind, transaction: step.transaction, raw: true });
  let last = '';
  for (;;) {
    const messages = await sequelize.query<SearchedMessage>(
      `SELECT m.id, coalesce(c.project_id, c.id) AS place_id, m.content FROM messages m
       JOIN conversations c ON c.id = m.conversation_id
       WHERE m.id > $1 AND m.deleted_at IS NULL ORDER BY m.id LIMIT 1000`,
      { bind: [last], type: QueryTypes.SELECT, transaction: step.transaction },
    );
    for (const { id, place_id, content } of messages) {
      if (isPostgres(step)) {
        await put('INSERT INTO message_search VALUES ($1, $2, $3::tsvector)', [
          id,
          place_id,
          searchVector('', content),
        ]);
        continue;
      }
      await put('INSERT INTO message_search (message_id, place_id) VALUES ($1, $2)', [id, place_id]);
      await put(
        'INSERT INTO message_search_fts (rowid, body) SELECT doc, $2 FROM message_search WHERE message_id = $1',
        [id, searchLine(content)],
      );
    }
    const end = messages.at(-1);
    if (!end) return;
    last = end.id;
  }
}

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, isPostgres(step) ? postgresTables(c) : sqliteTables(c));
  await run(step, ['CREATE INDEX messages_recent ON messages (created_at, id)']);
  await fill(step);
};

export const down: Migration = async (step) => {
  await run(step, ['DROP INDEX messages_recent']);
  await dropTables(step, isPostgres(step) ? ['message_search'] : ['message_search_fts', 'message_search']);
};

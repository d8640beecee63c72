import { QueryTypes } from 'sequelize';
import type { Migration, MigrationStep } from '../server/db/migration.js';
import { searchLine, searchVector } from '../server/db/searchText.js';
import { columnsFor, dropTables, isPostgres, run, type Columns } from './support/sql.js';

const postgresTables = (c: Columns) => [
  `CREATE TABLE comment_search (
    ${c.id('comment_id')} NOT NULL PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    ${c.id('project_id')} NOT NULL,
    tsv tsvector NOT NULL
  )`,
  'CREATE INDEX comment_search_words ON comment_search USING gin (project_id, tsv)',
];

const sqliteTables = (c: Columns) => [
  `CREATE TABLE comment_search (
    doc INTEGER NOT NULL PRIMARY KEY,
    ${c.id('comment_id')} NOT NULL UNIQUE REFERENCES comments (id) ON DELETE CASCADE,
    ${c.id('project_id')} NOT NULL
  )`,
  `CREATE VIRTUAL TABLE comment_search_fts USING fts5(
    body, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '3'
  )`,
];

interface SearchedComment {
  id: string;
  project_id: string;
  content: string;
}

/** Fills the index from the comments that are there, a page at a time; nobody finds a deleted one. */
async function fill(step: MigrationStep): Promise<void> {
  const { sequelize } = step.context;
  const put = (sql: string, bind: unknown[]) =>
    sequelize.query(sql, { bind, transaction: step.transaction, raw: true });
  let last = '';
  for (;;) {
    const comments = await sequelize.query<SearchedComment>(
      `SELECT c.id, t.project_id, c.content FROM comments c JOIN tickets t ON t.id = c.ticket_id
       WHERE c.id > $1 AND c.deleted_at IS NULL ORDER BY c.id LIMIT 1000`,
      { bind: [last], type: QueryTypes.SELECT, transaction: step.transaction },
    );
    for (const { id, project_id, content } of comments) {
      if (isPostgres(step)) {
        await put('INSERT INTO comment_search VALUES ($1, $2, $3::tsvector)', [
          id,
          project_id,
          searchVector('', content),
        ]);
        continue;
      }
      await put('INSERT INTO comment_search (comment_id, project_id) VALUES ($1, $2)', [id, project_id]);
      await put(
        'INSERT INTO comment_search_fts (rowid, body) SELECT doc, $2 FROM comment_search WHERE comment_id = $1',
        [id, searchLine(content)],
      );
    }
    const end = comments.at(-1);
    if (!end) return;
    last = end.id;
  }
}

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, isPostgres(step) ? postgresTables(c) : sqliteTables(c));
  await run(step, ['CREATE INDEX comments_recent ON comments (created_at, id)']);
  await fill(step);
};

export const down: Migration = async (step) => {
  await run(step, ['DROP INDEX comments_recent']);
  await dropTables(step, isPostgres(step) ? ['comment_search'] : ['comment_search_fts', 'comment_search']);
};

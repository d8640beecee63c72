import { QueryTypes } from 'sequelize';
import type { Migration, MigrationStep } from '../server/db/migration.js';
import { projectWord, searchLine, searchVector } from '../server/db/searchText.js';
import { columnsFor, dropTables, isPostgres, run, type Columns } from './support/sql.js';

// Beside the tickets, not in them: a moved ticket would otherwise write every word of its text into the index again.
const postgresTables = (c: Columns) => [
  'CREATE EXTENSION IF NOT EXISTS btree_gin',
  `CREATE TABLE ticket_search (
    ${c.id('ticket_id')} NOT NULL PRIMARY KEY REFERENCES tickets (id) ON DELETE CASCADE,
    ${c.id('project_id')} NOT NULL,
    tsv tsvector NOT NULL
  )`,
  'CREATE INDEX ticket_search_words ON ticket_search USING gin (project_id, tsv)',
];

// The words come split and folded already, so the tokenizer that only splits at spaces is the exact one.
const sqliteTables = (c: Columns) => [
  `CREATE TABLE ticket_search (
    doc INTEGER NOT NULL PRIMARY KEY,
    ${c.id('ticket_id')} NOT NULL UNIQUE REFERENCES tickets (id) ON DELETE CASCADE,
    ${c.id('project_id')} NOT NULL
  )`,
  `CREATE VIRTUAL TABLE ticket_search_fts USING fts5(
    project, title, body, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '3'
  )`,
];

interface SearchedTicket {
  id: string;
  project_id: string;
  title: string;
  description: string;
}

async function insertAll(step: MigrationStep, tickets: readonly SearchedTicket[]): Promise<void> {
  const { sequelize } = step.context;
  const insert = async (sql: string, bind: unknown[]) => {
    await sequelize.query(sql, { bind, transaction: step.transaction, raw: true });
  };
  for (const ticket of tickets) {
    if (isPostgres(step)) {
      const vector = searchVector(ticket.title, ticket.description);
      await insert('INSERT INTO ticket_search VALUES ($1, $2, $3::tsvector)', [ticket.id, ticket.project_id, vector]);
      continue;
    }
    await insert('INSERT INTO ticket_search (ticket_id, project_id) VALUES ($1, $2)', [ticket.id, ticket.project_id]);
    await insert(
      'INSERT INTO ticket_search_fts (rowid, project, title, body) SELECT doc, $2, $3, $4 FROM ticket_search WHERE ticket_id = $1',
      [ticket.id, projectWord(ticket.project_id), searchLine(ticket.title), searchLine(ticket.description)],
    );
  }
}

/** Fills the index from the tickets that are there, a page at a time. */
async function fill(step: MigrationStep): Promise<void> {
  let last = '';
  for (;;) {
    const tickets = await step.context.sequelize.query<SearchedTicket>(
      'SELECT id, project_id, title, description FROM tickets WHERE id > $1 ORDER BY id LIMIT 1000',
      { bind: [last], type: QueryTypes.SELECT, transaction: step.transaction },
    );
    await insertAll(step, tickets);
    const end = tickets.at(-1);
    if (!end) return;
    last = end.id;
  }
}

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, isPostgres(step) ? postgresTables(c) : sqliteTables(c));
  await fill(step);
};

/** The extension stays: whoever else uses this database may rely on it by now. */
export const down: Migration = (step) =>
  dropTables(step, isPostgres(step) ? ['ticket_search'] : ['ticket_search_fts', 'ticket_search']);

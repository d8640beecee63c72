import type { Migration, MigrationStep } from '../server/db/migration.js';
import { projectWord, searchLine, searchVector } from '../server/db/searchText.js';
import { columnsFor, dropTables, isPostgres, run, type Columns } from './support/sql.js';
import { eachPageOfTickets, type TicketText } from './support/ticketPages.js';

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

async function insertAll(step: MigrationStep, tickets: readonly TicketText[]): Promise<void> {
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

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, isPostgres(step) ? postgresTables(c) : sqliteTables(c));
  await eachPageOfTickets(step, (tickets) => insertAll(step, tickets));
};

/** The extension stays: whoever else uses this database may rely on it by now. */
export const down: Migration = (step) =>
  dropTables(step, isPostgres(step) ? ['ticket_search'] : ['ticket_search_fts', 'ticket_search']);

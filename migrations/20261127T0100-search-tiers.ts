import type { Migration, MigrationStep } from '../server/db/migration.js';
import { searchVector } from '../server/db/searchText.js';
import { dropIndexes, isPostgres, run } from './support/sql.js';
import { eachPageOfTickets } from './support/ticketPages.js';

/** PostgreSQL is to know of each word how common it is in titles: each is in the vector once more, as a word of titles. */
const rewrite = (step: MigrationStep): Promise<void> =>
  eachPageOfTickets(step, async (tickets) => {
    const vectors = tickets.map(({ title, description }) => searchVector(title, description));
    await step.context.sequelize.query(
      `UPDATE ticket_search s SET tsv = v.tsv::tsvector FROM unnest($1::text[], $2::text[]) v (id, tsv) WHERE s.ticket_id = v.id`,
      { bind: [tickets.map(({ id }) => id), vectors], transaction: step.transaction, raw: true },
    );
  });

/** What is common is not looked up and sorted: the latest tickets of a project are asked for it, one after the other. */
export const up: Migration = async (step) => {
  await run(step, [
    'CREATE INDEX tickets_project_recent ON tickets (project_id, updated_at DESC, id DESC) WHERE deleted_at IS NULL',
  ]);
  if (!isPostgres(step)) return;
  await run(step, ['DROP INDEX ticket_search_words']);
  await rewrite(step);
  await run(step, ['CREATE INDEX ticket_search_words ON ticket_search USING gin (project_id, tsv)']);
};

/** The words of titles stay: whoever does not ask for them does not find them. */
export const down: Migration = (step) => dropIndexes(step, ['tickets_project_recent']);

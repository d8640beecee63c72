import type { Migration } from '../server/db/migration.js';
import { searchLine, spelledWords } from '../server/db/searchText.js';
import { isPostgres, run } from './support/sql.js';
import { eachPageOfTickets } from './support/ticketPages.js';

/**
 * On SQLite each ticket's words stand beside the index as well, so that one can be asked whether it holds a common word without
 * collecting all that do.
 */
export const up: Migration = async (step) => {
  if (isPostgres(step)) return;
  await run(step, ['ALTER TABLE ticket_search ADD COLUMN words TEXT']);
  await eachPageOfTickets(step, async (tickets) => {
    const words = tickets.map(({ id, title, description }) => [
      id,
      spelledWords(searchLine(title), searchLine(description)),
    ]);
    await step.context.sequelize.query(
      'UPDATE ticket_search SET words = e.value ->> 1 FROM json_each($1) e WHERE ticket_id = e.value ->> 0',
      { bind: [JSON.stringify(words)], transaction: step.transaction, raw: true },
    );
  });
};

export const down: Migration = async (step) => {
  if (!isPostgres(step)) await run(step, ['ALTER TABLE ticket_search DROP COLUMN words']);
};

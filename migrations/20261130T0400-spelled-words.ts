import { QueryTypes } from 'sequelize';
import type { Migration } from '../server/db/migration.js';
import { searchLine, spelledWords } from '../server/db/searchText.js';
import { isPostgres, run } from './support/sql.js';

const PAGE = 1_000;

/**
 * On SQLite each ticket's words stand beside the index as well, so that one can be asked whether it holds a common word without
 * collecting all that do.
 */
export const up: Migration = async (step) => {
  if (isPostgres(step)) return;
  const { sequelize } = step.context;
  await run(step, ['ALTER TABLE ticket_search ADD COLUMN words TEXT']);
  let last = '';
  for (;;) {
    const tickets = await sequelize.query<{ id: string; title: string; description: string }>(
      'SELECT id, title, description FROM tickets WHERE id > $1 ORDER BY id LIMIT $2',
      { bind: [last, PAGE], type: QueryTypes.SELECT, transaction: step.transaction },
    );
    const end = tickets.at(-1);
    if (!end) return;
    last = end.id;
    const words = tickets.map(({ id, title, description }) => [
      id,
      spelledWords(searchLine(title), searchLine(description)),
    ]);
    await sequelize.query(
      'UPDATE ticket_search SET words = e.value ->> 1 FROM json_each($1) e WHERE ticket_id = e.value ->> 0',
      { bind: [JSON.stringify(words)], transaction: step.transaction, raw: true },
    );
  }
};

export const down: Migration = async (step) => {
  if (!isPostgres(step)) await run(step, ['ALTER TABLE ticket_search DROP COLUMN words']);
};

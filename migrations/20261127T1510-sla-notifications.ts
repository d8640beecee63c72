import type { Migration } from '../server/db/migration.js';
import { run } from './support/sql.js';
import { changeWords } from './support/words.js';

const kinds = ['SLA_WARNED', 'SLA_BREACHED'];
const tables = ['notifications', 'notification_preferences'];

export const up: Migration = async (step) => {
  for (const table of tables) await changeWords(step, table, 'kind', (words) => [...words, ...kinds]);
};

export const down: Migration = async (step) => {
  const ours = kinds.map((kind) => `'${kind}'`).join(', ');
  for (const table of tables) {
    await run(step, [`DELETE FROM ${table} WHERE kind IN (${ours})`]);
    await changeWords(step, table, 'kind', (words) => words.filter((word) => !kinds.includes(word)));
  }
};

import type { Migration } from '../server/db/migration.js';
import { columnsFor, run } from './support/sql.js';
import { changeConstraints, changeWords } from './support/words.js';

const kind = 'WEBHOOK_DISABLED';
const tables = ['notifications', 'notification_preferences'];

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  // It goes with its webhook, whose row is removed in the end.
  await run(step, [
    `ALTER TABLE notifications ADD COLUMN ${c.id('webhook_id')} REFERENCES webhooks (id) ON DELETE CASCADE`,
  ]);
  for (const table of tables) await changeWords(step, table, 'kind', (words) => [...words, kind]);
  await changeConstraints(step, 'notifications', {
    notifications_of_something: 'CHECK (ticket_id IS NOT NULL OR message_id IS NOT NULL OR webhook_id IS NOT NULL)',
    notifications_of_webhook: `CHECK ((kind = '${kind}') = (webhook_id IS NOT NULL))`,
  });
  await run(step, ['CREATE INDEX notifications_webhook ON notifications (webhook_id) WHERE webhook_id IS NOT NULL']);
};

export const down: Migration = async (step) => {
  await run(step, [
    ...tables.map((table) => `DELETE FROM ${table} WHERE kind = '${kind}'`),
    'DROP INDEX notifications_webhook',
  ]);
  await changeConstraints(step, 'notifications', {
    notifications_of_webhook: null,
    notifications_of_something: 'CHECK (ticket_id IS NOT NULL OR message_id IS NOT NULL)',
  });
  for (const table of tables) await changeWords(step, table, 'kind', (words) => words.filter((word) => word !== kind));
  await run(step, ['ALTER TABLE notifications DROP COLUMN webhook_id']);
};

import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropIndexes, dropTables, run, type Columns } from './support/sql.js';

// Those on their way, one for each person at most: what was sent is forgotten here, so the table stays small.
const mails = (c: Columns) => `CREATE TABLE mails (
  ${c.id('user_id')} NOT NULL PRIMARY KEY REFERENCES users (id),
  ${c.id('mail_id')} NOT NULL,
  ${c.int('attempts')} NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  ${c.instant('due_at')} NOT NULL,
  ${c.timestamps()}
)`;

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    `ALTER TABLE notification_preferences ADD COLUMN ${c.bool('email')} NOT NULL DEFAULT true`,
    // Who did not want to see a kind is not going to be written to about it.
    'UPDATE notification_preferences SET email = in_app',
    `ALTER TABLE notifications ADD COLUMN ${c.bool('awaits_mail')} NOT NULL DEFAULT false`,
    `ALTER TABLE notifications ADD COLUMN ${c.id('mail_id')}`,
    `ALTER TABLE notifications ADD COLUMN ${c.instant('mailed_at')}`,
    mails(c),
    // Only of what is still to be sent: it does not grow with what was.
    'CREATE INDEX notifications_mail ON notifications (user_id, mail_id, created_at) WHERE awaits_mail',
  ]);
};

export const down: Migration = async (step) => {
  await dropIndexes(step, ['notifications_mail']);
  await dropTables(step, ['mails']);
  await run(step, [
    ...['awaits_mail', 'mail_id', 'mailed_at'].map((column) => `ALTER TABLE notifications DROP COLUMN ${column}`),
    'ALTER TABLE notification_preferences DROP COLUMN email',
  ]);
};

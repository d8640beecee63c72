import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropIndexes, dropTables, run, type Columns } from './support/sql.js';

const kinds = ['MENTION', 'ASSIGNED', 'REPLY', 'DUE_SOON'];

// What it says is read from the ticket and the comment when it is read, by whoever may see them then.
const notifications = (c: Columns) => `CREATE TABLE notifications (
  ${c.id()},
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('kind', kinds)} NOT NULL,
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('comment_id')} REFERENCES comments (id),
  ${c.id('actor_id')} REFERENCES users (id),
  ${c.int('seq')},
  ${c.day('due_on')},
  ${c.bool('in_app')} NOT NULL,
  ${c.instant('read_at')},
  ${c.timestamps()},
  CONSTRAINT notifications_due_day CHECK ((kind = 'DUE_SOON') = (due_on IS NOT NULL)),
  CONSTRAINT notifications_of_comment CHECK ((kind IN ('MENTION', 'REPLY')) = (comment_id IS NOT NULL))
)`;

const preferences = (c: Columns) => `CREATE TABLE notification_preferences (
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('kind', kinds)} NOT NULL,
  ${c.bool('in_app')} NOT NULL,
  ${c.timestamps()},
  PRIMARY KEY (user_id, kind)
)`;

const indexes = [
  'CREATE INDEX notifications_user ON notifications (user_id, id) WHERE in_app',
  'CREATE INDEX notifications_unread ON notifications (user_id, id) WHERE in_app AND read_at IS NULL',
  'CREATE UNIQUE INDEX notifications_due ON notifications (ticket_id, due_on, user_id) WHERE due_on IS NOT NULL',
  `CREATE INDEX tickets_due ON tickets (due_date, id)
     WHERE due_date IS NOT NULL AND deleted_at IS NULL AND status IN ('OPEN', 'IN_PROGRESS', 'REVIEW')`,
];

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [notifications(c), preferences(c), ...indexes]);
};

export const down: Migration = async (step) => {
  await dropIndexes(step, ['tickets_due']);
  await dropTables(step, ['notification_preferences', 'notifications']);
};

import type { Migration, MigrationStep } from '../server/db/migration.js';
import { columnsFor, isPostgres, run, type Columns } from './support/sql.js';

interface Shape {
  readonly kinds: readonly string[];
  /** Whether there is news of messages. */
  readonly ofMessages: boolean;
}
const before: Shape = { kinds: ['MENTION', 'ASSIGNED', 'REPLY', 'DUE_SOON'], ofMessages: false };
const after: Shape = { kinds: [...before.kinds, 'MESSAGE'], ofMessages: true };

// What is said in a channel, or directly, is of no ticket.
const checksOf = ({ ofMessages }: Shape): Record<string, string> =>
  ofMessages
    ? {
        notifications_of_words: `CHECK ((kind IN ('MENTION', 'REPLY', 'MESSAGE')) = (comment_id IS NOT NULL OR message_id IS NOT NULL))`,
        notifications_of_something: 'CHECK (ticket_id IS NOT NULL OR message_id IS NOT NULL)',
      }
    : { notifications_of_comment: `CHECK ((kind IN ('MENTION', 'REPLY')) = (comment_id IS NOT NULL))` };

const messageColumn = (c: Columns) => `${c.id('message_id')} REFERENCES messages (id)`;
const oneOf = (words: readonly string[]) => `CHECK (kind IN (${words.map((word) => `'${word}'`).join(', ')}))`;

/** PostgreSQL changes its tables in place. */
const altered = (c: Columns, from: Shape, to: Shape): string[] => [
  ...(to.ofMessages
    ? [
        'ALTER TABLE notifications ALTER COLUMN ticket_id DROP NOT NULL',
        `ALTER TABLE notifications ADD COLUMN ${messageColumn(c)}`,
      ]
    : []),
  ...Object.keys(checksOf(from)).map((name) => `ALTER TABLE notifications DROP CONSTRAINT ${name}`),
  ...Object.entries(checksOf(to)).map(([name, check]) => `ALTER TABLE notifications ADD CONSTRAINT ${name} ${check}`),
  ...(to.ofMessages
    ? []
    : [
        'ALTER TABLE notifications DROP COLUMN message_id',
        'ALTER TABLE notifications ALTER COLUMN ticket_id SET NOT NULL',
      ]),
  ...['notifications', 'notification_preferences'].flatMap((table) => [
    `ALTER TABLE ${table} DROP CONSTRAINT ${table}_kind_check`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${table}_kind_check ${oneOf(to.kinds)}`,
  ]),
];

const notifications = (c: Columns, { kinds, ofMessages }: Shape) => `CREATE TABLE notifications_anew (
  ${c.id()},
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('kind', kinds)} NOT NULL,
  ${c.id('ticket_id')} ${ofMessages ? '' : 'NOT NULL '}REFERENCES tickets (id),
  ${c.id('comment_id')} REFERENCES comments (id),
  ${c.id('actor_id')} REFERENCES users (id),
  ${c.int('seq')},
  ${c.day('due_on')},
  ${c.bool('in_app')} NOT NULL,
  ${c.instant('read_at')},
  ${c.timestamps()},
  ${ofMessages ? `${messageColumn(c)},` : ''}
  CONSTRAINT notifications_due_day CHECK ((kind = 'DUE_SOON') = (due_on IS NOT NULL)),
  ${Object.entries(checksOf({ kinds, ofMessages }))
    .map(([name, check]) => `CONSTRAINT ${name} ${check}`)
    .join(',\n  ')}
)`;
const preferences = (c: Columns, { kinds }: Shape) => `CREATE TABLE notification_preferences_anew (
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('kind', kinds)} NOT NULL,
  ${c.bool('in_app')} NOT NULL,
  ${c.timestamps()},
  PRIMARY KEY (user_id, kind)
)`;
const columns = {
  notifications:
    'id, user_id, kind, ticket_id, comment_id, actor_id, seq, due_on, in_app, read_at, created_at, updated_at',
  notification_preferences: 'user_id, kind, in_app, created_at, updated_at',
};
const indexes = [
  'CREATE INDEX notifications_user ON notifications (user_id, id) WHERE in_app',
  'CREATE INDEX notifications_unread ON notifications (user_id, id) WHERE in_app AND read_at IS NULL',
  'CREATE UNIQUE INDEX notifications_due ON notifications (ticket_id, due_on, user_id) WHERE due_on IS NOT NULL',
];

/** SQLite changes no CHECK of a table that is there: it is made anew, and nothing points at it. */
const rebuilt = (c: Columns, to: Shape): string[] => [
  notifications(c, to),
  preferences(c, to),
  ...Object.entries(columns).flatMap(([table, names]) => [
    `INSERT INTO ${table}_anew (${names}) SELECT ${names} FROM ${table}`,
    `DROP TABLE ${table}`,
    `ALTER TABLE ${table}_anew RENAME TO ${table}`,
  ]),
  ...indexes,
];

const change = (step: MigrationStep, from: Shape, to: Shape): Promise<void> => {
  const c = columnsFor(step);
  return run(step, isPostgres(step) ? altered(c, from, to) : rebuilt(c, to));
};

export const up: Migration = (step) => change(step, before, after);

export const down: Migration = async (step) => {
  await run(step, [
    'DELETE FROM notifications WHERE message_id IS NOT NULL',
    "DELETE FROM notification_preferences WHERE kind = 'MESSAGE'",
  ]);
  await change(step, after, before);
};

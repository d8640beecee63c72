import type { Migration, MigrationStep } from '../server/db/migration.js';
import { columnsFor, dropTables, isPostgres, run, type Columns } from './support/sql.js';

const rules = (c: Columns) => `CREATE TABLE workflow_rules (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.short('name', 100)} NOT NULL,
  ${c.text('description')} NOT NULL,
  ${c.json('trigger')} NOT NULL,
  ${c.json('conditions')} NOT NULL,
  ${c.json('actions')} NOT NULL,
  ${c.bool('active')} NOT NULL,
  ${c.int('position')} NOT NULL CHECK (position >= 0),
  ${c.int('since_seq')} NOT NULL CHECK (since_seq >= 0),
  ${c.id('owner_id')} NOT NULL REFERENCES users (id),
  ${c.instant('next_run_at')},
  ${c.id('last_assignee_id')} REFERENCES users (id),
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.softDelete()},
  ${c.timestamps()}
)`;

const runs = (c: Columns) => `CREATE TABLE workflow_runs (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.id('rule_id')} NOT NULL REFERENCES workflow_rules (id),
  ${c.id('event_id')},
  ${c.int('event_seq')},
  ${c.id('ticket_id')} REFERENCES tickets (id),
  ${c.id('root_id')} NOT NULL,
  ${c.int('depth')} NOT NULL CHECK (depth >= 1),
  ${c.oneOf('outcome', ['DONE', 'FAILED', 'STOPPED'])} NOT NULL,
  ${c.int('action_count')} NOT NULL CHECK (action_count >= 0),
  ${c.json('detail')} NOT NULL,
  ${c.int('first_seq')},
  ${c.int('last_seq')},
  ${c.timestamps()},
  CONSTRAINT workflow_runs_events CHECK ((first_seq IS NULL) = (last_seq IS NULL)),
  CONSTRAINT workflow_runs_cause CHECK ((event_id IS NULL) = (event_seq IS NULL))
)`;

const indexes = [
  'CREATE INDEX workflow_rules_project ON workflow_rules (project_id, position, id) WHERE deleted_at IS NULL',
  'CREATE INDEX workflow_rules_due ON workflow_rules (next_run_at) WHERE next_run_at IS NOT NULL',
  'CREATE INDEX workflow_runs_project ON workflow_runs (project_id, id)',
  'CREATE INDEX workflow_runs_rule ON workflow_runs (rule_id, id)',
  'CREATE INDEX workflow_runs_ticket ON workflow_runs (ticket_id, id) WHERE ticket_id IS NOT NULL',
  'CREATE INDEX workflow_runs_root ON workflow_runs (root_id)',
  // By which it is known what set off an event.
  'CREATE INDEX workflow_runs_effects ON workflow_runs (project_id, last_seq) WHERE last_seq IS NOT NULL',
];

const before = ['MENTION', 'ASSIGNED', 'REPLY', 'DUE_SOON', 'MESSAGE'];
const after = [...before, 'RULE'];
const oneOf = (words: readonly string[]) => `CHECK (kind IN (${words.map((word) => `'${word}'`).join(', ')}))`;
const noteOfRule = `CONSTRAINT notifications_of_rule CHECK ((kind = 'RULE') = (note IS NOT NULL))`;
const ruleColumns = (c: Columns) => [`${c.id('rule_id')} REFERENCES workflow_rules (id)`, c.short('note', 500)];

/** PostgreSQL changes its tables in place. */
const altered = (c: Columns, kinds: readonly string[]): string[] => [
  ...['notifications', 'notification_preferences'].flatMap((table) => [
    `ALTER TABLE ${table} DROP CONSTRAINT ${table}_kind_check`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${table}_kind_check ${oneOf(kinds)}`,
  ]),
  ...(kinds === after
    ? [
        ...ruleColumns(c).map((column) => `ALTER TABLE notifications ADD COLUMN ${column}`),
        `ALTER TABLE notifications ADD ${noteOfRule}`,
      ]
    : [
        'ALTER TABLE notifications DROP CONSTRAINT notifications_of_rule',
        ...['rule_id', 'note'].map((column) => `ALTER TABLE notifications DROP COLUMN ${column}`),
      ]),
];

const notifications = (c: Columns, kinds: readonly string[]) => `CREATE TABLE notifications_anew (
  ${c.id()},
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('kind', kinds)} NOT NULL,
  ${c.id('ticket_id')} REFERENCES tickets (id),
  ${c.id('comment_id')} REFERENCES comments (id),
  ${c.id('actor_id')} REFERENCES users (id),
  ${c.int('seq')},
  ${c.day('due_on')},
  ${c.bool('in_app')} NOT NULL,
  ${c.instant('read_at')},
  ${c.timestamps()},
  ${c.id('message_id')} REFERENCES messages (id),
  ${c.bool('awaits_mail')} NOT NULL DEFAULT false,
  ${c.id('mail_id')},
  ${c.instant('mailed_at')},
  ${kinds === after ? `${ruleColumns(c).join(',\n  ')},\n  ${noteOfRule},` : ''}
  CONSTRAINT notifications_due_day CHECK ((kind = 'DUE_SOON') = (due_on IS NOT NULL)),
  CONSTRAINT notifications_of_words CHECK ((kind IN ('MENTION', 'REPLY', 'MESSAGE')) = (comment_id IS NOT NULL OR message_id IS NOT NULL)),
  CONSTRAINT notifications_of_something CHECK (ticket_id IS NOT NULL OR message_id IS NOT NULL)
)`;
const preferences = (c: Columns, kinds: readonly string[]) => `CREATE TABLE notification_preferences_anew (
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('kind', kinds)} NOT NULL,
  ${c.bool('in_app')} NOT NULL,
  ${c.timestamps()},
  ${c.bool('email')} NOT NULL DEFAULT true,
  PRIMARY KEY (user_id, kind)
)`;
const kept = {
  notifications:
    'id, user_id, kind, ticket_id, comment_id, actor_id, seq, due_on, in_app, read_at, created_at, updated_at, message_id, awaits_mail, mail_id, mailed_at',
  notification_preferences: 'user_id, kind, in_app, created_at, updated_at, email',
};
const keptIndexes = [
  'CREATE INDEX notifications_user ON notifications (user_id, id) WHERE in_app',
  'CREATE INDEX notifications_unread ON notifications (user_id, id) WHERE in_app AND read_at IS NULL',
  'CREATE UNIQUE INDEX notifications_due ON notifications (ticket_id, due_on, user_id) WHERE due_on IS NOT NULL',
  'CREATE INDEX notifications_mail ON notifications (user_id, mail_id, created_at) WHERE awaits_mail',
];

/** SQLite changes no CHECK of a table that is there: it is made anew, and nothing points at it. */
const rebuilt = (c: Columns, kinds: readonly string[]): string[] => [
  notifications(c, kinds),
  preferences(c, kinds),
  ...Object.entries(kept).flatMap(([table, names]) => [
    `INSERT INTO ${table}_anew (${names}) SELECT ${names} FROM ${table}`,
    `DROP TABLE ${table}`,
    `ALTER TABLE ${table}_anew RENAME TO ${table}`,
  ]),
  ...keptIndexes,
];

const change = (step: MigrationStep, kinds: readonly string[]): Promise<void> => {
  const c = columnsFor(step);
  return run(step, isPostgres(step) ? altered(c, kinds) : rebuilt(c, kinds));
};

const labelled = ['ticket_history', 'assignment_history'];

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [rules(c), runs(c), ...indexes]);
  await change(step, after);
  // Who changed it when it was no person.
  await run(
    step,
    labelled.map((table) => `ALTER TABLE ${table} ADD COLUMN ${c.short('changed_by_label', 120)}`),
  );
};

export const down: Migration = async (step) => {
  await run(step, [
    ...labelled.map((table) => `ALTER TABLE ${table} DROP COLUMN changed_by_label`),
    "DELETE FROM notifications WHERE kind = 'RULE'",
    "DELETE FROM notification_preferences WHERE kind = 'RULE'",
  ]);
  await change(step, before);
  await dropTables(step, ['workflow_runs', 'workflow_rules']);
};

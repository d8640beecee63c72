import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, type Columns } from './support/sql.js';

// One row per project that every command changes, last: kept small and free of indexes so that the change stays in its page.
const hotRow =
  'fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000';

const projectCounters = (c: Columns) => `CREATE TABLE project_counters (
  ${c.id('project_id')} NOT NULL PRIMARY KEY REFERENCES projects (id),
  ${c.int('event_seq')} NOT NULL DEFAULT 0 CHECK (event_seq >= 0),
  ${c.int('event_min_seq')} NOT NULL DEFAULT 1 CHECK (event_min_seq >= 1),
  ${c.int('ticket_no')} NOT NULL DEFAULT 0 CHECK (ticket_no >= 0),
  ${['n_open', 'n_in_progress', 'n_review', 'n_resolved', 'n_closed']
    .map((name) => `${c.int(name)} NOT NULL DEFAULT 0 CHECK (${name} >= 0)`)
    .join(',\n  ')}
)${c.storage(hotRow)}`;

// Project ids of the record point at the counters row: its writer holds that row already, whereas a share lock on
// the project's own row, taken by every writer at once, would cost PostgreSQL a multixact each time.
const events = (c: Columns) => `CREATE TABLE events (
  ${c.id('project_id')} NOT NULL REFERENCES project_counters (project_id),
  ${c.int('seq')} NOT NULL CHECK (seq >= 1),
  ${c.short('id', 36)} NOT NULL,
  ${c.short('type', 60)} NOT NULL,
  ${c.id('actor_id')} REFERENCES users (id),
  ${c.short('actor_name', 120)},
  ${c.id('ticket_id')} REFERENCES tickets (id),
  ${c.oneOf('audience', ['TEAM', 'REPORTER', 'PROJECT'])} NOT NULL,
  ${c.id('reporter_id')} REFERENCES users (id),
  ${c.json('payload')} NOT NULL,
  ${c.instant('at')} NOT NULL,
  PRIMARY KEY (project_id, seq),
  CONSTRAINT events_reporter_known CHECK (audience <> 'REPORTER' OR reporter_id IS NOT NULL)
)`;

const userFeeds = (c: Columns) => `CREATE TABLE user_feeds (
  ${c.id('user_id')} NOT NULL PRIMARY KEY REFERENCES users (id),
  ${c.int('feed_seq')} NOT NULL DEFAULT 0 CHECK (feed_seq >= 0),
  ${c.int('feed_min_seq')} NOT NULL DEFAULT 1 CHECK (feed_min_seq >= 1)
)${c.storage('fillfactor = 50')}`;

const feedEvents = (c: Columns) => `CREATE TABLE feed_events (
  ${c.id('user_id')} NOT NULL REFERENCES user_feeds (user_id),
  ${c.int('seq')} NOT NULL CHECK (seq >= 1),
  ${c.short('id', 36)} NOT NULL,
  ${c.short('type', 60)} NOT NULL,
  ${c.id('project_id')} REFERENCES projects (id),
  ${c.id('ticket_id')} REFERENCES tickets (id),
  ${c.id('actor_id')} REFERENCES users (id),
  ${c.short('actor_name', 120)},
  ${c.json('payload')} NOT NULL,
  ${c.instant('at')} NOT NULL,
  PRIMARY KEY (user_id, seq)
)`;

const ticketHistory = (c: Columns) => `CREATE TABLE ticket_history (
  ${c.id()},
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('project_id')} NOT NULL REFERENCES project_counters (project_id),
  ${c.int('version')} NOT NULL CHECK (version >= 1),
  ${c.int('seq')} NOT NULL CHECK (seq >= 1),
  ${c.short('action', 40)} NOT NULL,
  ${c.short('field', 60)},
  ${c.text('old_value')},
  ${c.text('new_value')},
  ${c.id('changed_by')} REFERENCES users (id),
  ${c.timestamps()}
)`;

// The names are kept as they were: a renamed person does not rewrite what happened.
const assignmentHistory = (c: Columns) => `CREATE TABLE assignment_history (
  ${c.id()},
  ${c.id('assignment_id')} NOT NULL REFERENCES assignments (id),
  ${c.id('new_assignment_id')} REFERENCES assignments (id),
  ${c.id('ticket_id')} NOT NULL REFERENCES tickets (id),
  ${c.id('project_id')} NOT NULL REFERENCES project_counters (project_id),
  ${c.short('previous_developer', 120)},
  ${c.id('previous_developer_id')} REFERENCES users (id),
  ${c.short('new_developer', 120)},
  ${c.id('new_developer_id')} REFERENCES users (id),
  ${c.oneOf('action', ['CREATED', 'REASSIGNED', 'REMOVED', 'REJECTED', 'COMPLETED'])} NOT NULL,
  ${c.short('reason', 1000)},
  ${c.id('changed_by')} REFERENCES users (id),
  ${c.instant('changed_at')} NOT NULL,
  ${c.int('seq')} NOT NULL CHECK (seq >= 1),
  ${c.timestamps()}
)`;

const idempotencyKeys = (c: Columns) => `CREATE TABLE idempotency_keys (
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.short('key', 255)} NOT NULL,
  ${c.short('procedure', 120)} NOT NULL,
  ${c.short('request_hash', 128)} NOT NULL,
  ${c.json('reply')},
  ${c.instant('created_at')} NOT NULL,
  PRIMARY KEY (user_id, key)
)`;

const indexes = [
  'CREATE INDEX events_ticket ON events (ticket_id, seq) WHERE ticket_id IS NOT NULL',
  'CREATE INDEX events_at ON events (at)',
  'CREATE INDEX feed_events_at ON feed_events (at)',
  'CREATE INDEX ticket_history_ticket ON ticket_history (ticket_id, seq, id)',
  'CREATE INDEX assignment_history_ticket ON assignment_history (ticket_id, seq, id)',
  'CREATE INDEX assignment_history_assignment ON assignment_history (assignment_id, seq, id)',
  'CREATE INDEX assignment_history_successor ON assignment_history (new_assignment_id) WHERE new_assignment_id IS NOT NULL',
  'CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)',
];

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [projectCounters(c), events(c), userFeeds(c), feedEvents(c)]);
  await run(step, [ticketHistory(c), assignmentHistory(c), idempotencyKeys(c), ...indexes]);
};

export const down: Migration = (step) =>
  dropTables(step, [
    'idempotency_keys',
    'assignment_history',
    'ticket_history',
    'feed_events',
    'user_feeds',
    'events',
    'project_counters',
  ]);

import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, softDeleteTogether, type Columns } from './support/sql.js';

const endpoints = (c: Columns) => `CREATE TABLE incoming_webhooks (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.id('user_id')} NOT NULL REFERENCES users (id),
  ${c.oneOf('kind', ['GITHUB'])} NOT NULL,
  ${c.short('name', 120)} NOT NULL,
  ${c.bool('active')} NOT NULL DEFAULT true,
  ${c.int('secret_no')} NOT NULL DEFAULT 1 CHECK (secret_no >= 1),
  ${c.instant('previous_secret_until')},
  ${c.instant('received_at')},
  ${c.id('created_by')} REFERENCES users (id),
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.timestamps()},
  ${c.softDelete()},
  ${softDeleteTogether('incoming_webhooks')}
)`;

const deliveries = (c: Columns) => `CREATE TABLE incoming_deliveries (
  ${c.id()},
  ${c.id('incoming_webhook_id')} NOT NULL REFERENCES incoming_webhooks (id),
  ${c.short('delivery_key', 100)} NOT NULL,
  ${c.short('event', 60)} NOT NULL,
  ${c.short('action', 60)},
  ${c.oneOf('outcome', ['CREATED', 'UPDATED', 'UNCHANGED', 'STALE', 'IGNORED', 'REFUSED'])} NOT NULL,
  ${c.short('reason', 500)},
  ${c.id('ticket_id')} REFERENCES tickets (id),
  ${c.timestamps()},
  CONSTRAINT incoming_deliveries_once UNIQUE (incoming_webhook_id, delivery_key)
)`;

// An issue, or a comment, as it was there when last told of: by it is known what changed there since, and what came late.
const items = (c: Columns) => `CREATE TABLE incoming_items (
  ${c.id('incoming_webhook_id')} NOT NULL REFERENCES incoming_webhooks (id),
  ${c.short('external_id', 255)} NOT NULL,
  ${c.id('ticket_id')} REFERENCES tickets (id),
  ${c.instant('remote_at')} NOT NULL,
  ${c.json('remote')} NOT NULL,
  ${c.bool('is_gone')} NOT NULL DEFAULT false,
  ${c.timestamps()},
  PRIMARY KEY (incoming_webhook_id, external_id)
)`;

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    endpoints(c),
    deliveries(c),
    items(c),
    'CREATE INDEX incoming_webhooks_project ON incoming_webhooks (project_id, id)',
    'CREATE INDEX incoming_webhooks_deleted ON incoming_webhooks (deleted_at) WHERE deleted_at IS NOT NULL',
    'CREATE INDEX incoming_deliveries_log ON incoming_deliveries (incoming_webhook_id, id)',
  ]);
};

export const down: Migration = (step) =>
  dropTables(step, ['incoming_items', 'incoming_deliveries', 'incoming_webhooks']);

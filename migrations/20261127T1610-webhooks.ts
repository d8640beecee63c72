import type { Migration } from '../server/db/migration.js';
import { columnsFor, dropTables, run, softDeleteTogether, type Columns } from './support/sql.js';

const webhooks = (c: Columns) => `CREATE TABLE webhooks (
  ${c.id()},
  ${c.id('project_id')} NOT NULL REFERENCES projects (id),
  ${c.short('url', 2000)} NOT NULL,
  ${c.json('event_types')} NOT NULL,
  ${c.short('description', 1000)} NOT NULL DEFAULT '',
  ${c.bool('active')} NOT NULL DEFAULT true,
  ${c.oneOf('disabled_reason', ['FAILING', 'GONE'])},
  ${c.instant('failing_since')},
  ${c.int('since_seq')} NOT NULL CHECK (since_seq >= 0),
  ${c.int('secret_no')} NOT NULL DEFAULT 1 CHECK (secret_no >= 1),
  ${c.instant('previous_secret_until')},
  ${c.id('created_by')} REFERENCES users (id),
  ${c.int('version')} NOT NULL DEFAULT 1 CHECK (version >= 1),
  ${c.timestamps()},
  ${c.softDelete()},
  CONSTRAINT webhooks_disabled CHECK (disabled_reason IS NULL OR NOT active),
  ${softDeleteTogether('webhooks')}
)`;

// The body is settled when the event is taken: each attempt sends the same bytes under the same id.
const deliveries = (c: Columns) => `CREATE TABLE webhook_deliveries (
  ${c.id()},
  ${c.id('webhook_id')} NOT NULL REFERENCES webhooks (id),
  ${c.short('dedupe_key', 200)} NOT NULL,
  ${c.id('event_id')} NOT NULL,
  ${c.short('event_type', 60)} NOT NULL,
  ${c.int('seq')} NOT NULL,
  ${c.id('ticket_id')} REFERENCES tickets (id),
  ${c.id('lane')} NOT NULL,
  ${c.text('body')} NOT NULL,
  ${c.oneOf('status', ['PENDING', 'DELIVERED', 'FAILED', 'CANCELLED'])} NOT NULL DEFAULT 'PENDING',
  ${c.int('attempts')} NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  ${c.instant('expires_at')} NOT NULL,
  ${c.instant('attempted_at')},
  ${c.int('response_status')},
  ${c.json('response_headers')},
  ${c.text('response_body')},
  ${c.int('duration_ms')},
  ${c.short('error', 500)},
  ${c.instant('finished_at')},
  ${c.timestamps()},
  CONSTRAINT webhook_deliveries_once UNIQUE (webhook_id, dedupe_key),
  CONSTRAINT webhook_deliveries_finished CHECK ((status = 'PENDING') = (finished_at IS NULL))
)`;

// What waits, in rows of its own: what is sent one after the other has one, which is gone when nothing waits.
const lanes = (c: Columns) => `CREATE TABLE webhook_lanes (
  ${c.id('webhook_id')} NOT NULL REFERENCES webhooks (id),
  ${c.id('lane')} NOT NULL,
  ${c.instant('due_at')} NOT NULL,
  ${c.bool('is_leased')} NOT NULL DEFAULT false,
  ${c.int('claims')} NOT NULL DEFAULT 0 CHECK (claims >= 0),
  ${c.timestamps()},
  PRIMARY KEY (webhook_id, lane)
)${c.storage('fillfactor = 50')}`;

export const up: Migration = async (step) => {
  const c = columnsFor(step);
  await run(step, [
    webhooks(c),
    deliveries(c),
    lanes(c),
    'CREATE INDEX webhooks_project ON webhooks (project_id, id)',
    'CREATE INDEX webhooks_deleted ON webhooks (deleted_at) WHERE deleted_at IS NOT NULL',
    'CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id)',
    'CREATE INDEX webhook_deliveries_status ON webhook_deliveries (webhook_id, status, id)',
    "CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, lane, seq, id) WHERE status = 'PENDING'",
    'CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL',
    'CREATE INDEX webhook_lanes_due ON webhook_lanes (due_at)',
    'CREATE INDEX webhook_lanes_webhook ON webhook_lanes (webhook_id, due_at)',
  ]);
};

export const down: Migration = (step) => dropTables(step, ['webhook_lanes', 'webhook_deliveries', 'webhooks']);

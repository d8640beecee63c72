import { setTimeout as sleep } from 'node:timers/promises';
import { statement } from '../../db/statement.js';
import { firstIdAt } from '../../kernel/ids.js';
import type { Deps } from '../deps.js';

/** Rows of one transaction: short ones let writers through. */
const STEP = 500;
const BREATH_MS = 20;

const oldDeliveries = statement(
  'webhooks.sweepLog',
  `DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries
     WHERE finished_at IS NOT NULL AND finished_at < $1 ORDER BY finished_at LIMIT ${STEP}) RETURNING id`,
);
const oldIncoming = statement(
  'webhooks.sweepIncoming',
  `DELETE FROM incoming_deliveries WHERE id IN (SELECT id FROM incoming_deliveries
     WHERE id < $1 ORDER BY id LIMIT ${STEP}) RETURNING id`,
);
const ofDeleted = (table: string, key: string, owners: string, owner: string) =>
  statement(
    `webhooks.sweep.${table}`,
    `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${owner} IN
       (SELECT id FROM ${owners} WHERE deleted_at IS NOT NULL) LIMIT ${STEP}) RETURNING ${owner}`,
  );
/** Of webhooks that were deleted: what hangs on them first. The log remembers them in the audit log. */
const left = [
  ofDeleted('webhook_lanes', 'webhook_id, lane', 'webhooks', 'webhook_id'),
  ofDeleted('webhook_deliveries', 'id', 'webhooks', 'webhook_id'),
  statement('webhooks.sweep', 'DELETE FROM webhooks WHERE deleted_at IS NOT NULL AND deleted_at < $1 RETURNING id'),
  ofDeleted('incoming_items', 'incoming_webhook_id, external_id', 'incoming_webhooks', 'incoming_webhook_id'),
  ofDeleted('incoming_deliveries', 'id', 'incoming_webhooks', 'incoming_webhook_id'),
  statement(
    'webhooks.sweepEndpoints',
    'DELETE FROM incoming_webhooks WHERE deleted_at IS NOT NULL AND deleted_at < $1 RETURNING id',
  ),
];
/** What was being sent, or taken, when it was deleted has ended by then. */
const SETTLED_MS = 600_000;

type Sweeping = Pick<Deps, 'db' | 'clock' | 'webhooks'>;

/** Forgets what the logs do not keep any longer, and what is left of deleted webhooks. May run on several nodes at once. Returns how many rows. */
export async function sweepWebhooks({ db, clock, webhooks }: Sweeping): Promise<number> {
  const now = clock.now().getTime();
  const keptSince = new Date(now - webhooks.keptMs);
  const removeAll = async (step: typeof oldIncoming, values: readonly (Date | string)[]): Promise<number> => {
    for (let removed = 0; ; await sleep(BREATH_MS)) {
      const rows = await db.sequelize.transaction((transaction) => db.on(transaction)(step, values));
      removed += rows.length;
      if (rows.length < STEP) return removed;
    }
  };
  let removed = await removeAll(oldDeliveries, [keptSince]);
  removed += await removeAll(oldIncoming, [firstIdAt(keptSince)]);
  for (const step of left) {
    const values = step.text(db.dialect).includes('$1') ? [new Date(now - SETTLED_MS)] : [];
    removed += await removeAll(step, values);
  }
  return removed;
}

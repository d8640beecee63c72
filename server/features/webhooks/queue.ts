import { decodeRow } from '../../db/decodeRow.js';
import type { Database } from '../../db/database.js';
import { Webhook } from '../../db/models/Webhook.js';
import { WebhookDelivery } from '../../db/models/WebhookDelivery.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { DeliveryRow, WebhookRow } from './webhooks.present.js';

/** A lane that this node may send from, until its lease ends. */
export interface Claimed {
  readonly webhookId: string;
  readonly lane: string;
  readonly claims: number;
}

const anyDue = statement('webhooks.anyDue', 'SELECT webhook_id FROM webhook_lanes WHERE due_at <= $1 LIMIT 1');
// A probe of an index for each webhook, however many wait for it.
const withDue = statement(
  'webhooks.withDue',
  `SELECT w.id, w.failing_since FROM webhooks w WHERE w.active AND w.deleted_at IS NULL
     AND EXISTS (SELECT 1 FROM webhook_lanes l WHERE l.webhook_id = w.id AND l.due_at <= $1)`,
);

/** Webhooks that something is to be sent to now, and whether nothing gets through to them. */
export async function dueWebhooks(db: Database, now: Date): Promise<{ id: string; isFailing: boolean }[]> {
  if ((await db.all(anyDue, [now])).length === 0) return [];
  const rows = await db.all<{ id: string; failing_since: unknown }>(withDue, [now]);
  return rows.map(({ id, failing_since }) => ({ id, isFailing: failing_since !== null }));
}

// Of two nodes that want the same row the second waits for the first, looks again, and does not get it.
const claim = statement(
  'webhooks.claim',
  (
    d,
  ) => `UPDATE webhook_lanes SET due_at = $3, is_leased = ${d.cast('$5', 'BOOLEAN')}, claims = claims + 1, updated_at = $2
   WHERE webhook_id = $1 AND due_at <= $2 AND lane IN (SELECT l.lane FROM webhook_lanes l
     WHERE l.webhook_id = $1 AND l.due_at <= $2 ORDER BY l.due_at, l.lane LIMIT $4)
   RETURNING webhook_id, lane, claims`,
);

/** Lanes of one webhook that are due, for this node alone until the lease ends; of a node that died they are due again then. */
export async function claimLanes(
  db: Database,
  webhookId: string,
  now: Date,
  leaseMs: number,
  limit: number,
): Promise<Claimed[]> {
  type Row = { webhook_id: string; lane: string; claims: number };
  const values = [webhookId, now, new Date(now.getTime() + leaseMs), limit, true];
  const rows = await db.sequelize.transaction((transaction) => db.on(transaction)<Row>(claim, values));
  return rows.map(({ webhook_id, ...rest }) => ({ webhookId: webhook_id, ...rest }));
}

/** What is to be sent next of a lane. */
export interface Next {
  readonly delivery: DeliveryRow;
  readonly webhook: WebhookRow;
  /** What it tells of has left the project, or is not to be seen any more. */
  readonly isWithdrawn: boolean;
}

const firstOf = statement(
  'webhooks.first',
  `SELECT d.* FROM webhook_deliveries d WHERE d.webhook_id = $1 AND d.lane = $2 AND d.status = 'PENDING'
   ORDER BY d.seq, d.id LIMIT 1`,
);
const webhookOf = statement('webhooks.ofLane', 'SELECT w.* FROM webhooks w WHERE w.id = $1');
const findWithdrawn = statement(
  'webhooks.withdrawn',
  `SELECT 1 AS yes FROM events e JOIN webhooks w ON w.project_id = e.project_id
   WHERE w.id = $1 AND e.seq = $2 AND e.id = $3 AND e.withdrawn`,
);

/** Null: nothing waits there. */
export async function nextOf(db: Database, { webhookId, lane }: Claimed): Promise<Next | null> {
  const [[first], [hook]] = await Promise.all([db.all(firstOf, [webhookId, lane]), db.all(webhookOf, [webhookId])]);
  if (!first || !hook) return null;
  const delivery = decodeRow(WebhookDelivery, first);
  const withdrawn = await db.all(findWithdrawn, [webhookId, delivery.seq, delivery.eventId]);
  return { delivery, webhook: decodeRow(Webhook, hook), isWithdrawn: withdrawn.length > 0 };
}

const holdLane = statement(
  'webhooks.holdLane',
  'UPDATE webhook_lanes SET updated_at = $4 WHERE webhook_id = $1 AND lane = $2 AND claims = $3 RETURNING lane',
);
const anyWaiting = statement(
  'webhooks.anyWaiting',
  `SELECT d.id FROM webhook_deliveries d WHERE d.webhook_id = $1 AND d.lane = $2 AND d.status = 'PENDING' LIMIT 1`,
);
const letGo = statement(
  'webhooks.letGo',
  (d) =>
    `UPDATE webhook_lanes SET due_at = $3, is_leased = ${d.cast('$4', 'BOOLEAN')} WHERE webhook_id = $1 AND lane = $2`,
);
const endLane = statement('webhooks.endLane', 'DELETE FROM webhook_lanes WHERE webhook_id = $1 AND lane = $2');

/** Whether the lane is still ours; held until the transaction ends. Whose lease ended meanwhile has no say any more. */
export const holdsLane = async (unit: UnitOfWork, { webhookId, lane, claims }: Claimed): Promise<boolean> =>
  (await unit.all(holdLane, [webhookId, lane, claims, unit.at])).length > 0;

/** Lets others have the lane from a moment on. */
export const releaseLane = (unit: UnitOfWork, { webhookId, lane }: Claimed, dueAt: Date): void =>
  unit.send(letGo, [webhookId, lane, dueAt, false]);

/** Goes on with what waits behind what is finished, or ends the lane when nothing does. Whether something waits. */
export async function passOn(unit: UnitOfWork, claimed: Claimed): Promise<boolean> {
  const { webhookId, lane } = claimed;
  const waiting = await unit.all(anyWaiting, [webhookId, lane]);
  if (waiting.length > 0) releaseLane(unit, claimed, unit.at);
  else unit.send(endLane, [webhookId, lane]);
  return waiting.length > 0;
}

const countQueue = statement(
  'webhooks.waiting',
  "SELECT count(*) AS waiting FROM webhook_deliveries WHERE status = 'PENDING'",
);

/** Deliveries that are still to be sent, by any node. */
export async function queueSize(db: Database): Promise<number> {
  const [row] = await db.all<{ waiting: number | string }>(countQueue, []);
  return Number(row?.waiting ?? 0);
}

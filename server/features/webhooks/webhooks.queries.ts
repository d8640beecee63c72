import type { z } from 'zod';
import type { Page } from '../../../contract/text.js';
import type {
  Delivery,
  DeliveryDetail,
  GetDeliveryInput,
  ListDeliveriesInput,
  ListWebhooksInput,
  Webhook as Presented,
} from '../../../contract/webhook.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Webhook } from '../../db/models/Webhook.js';
import { WebhookDelivery } from '../../db/models/WebhookDelivery.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { standingIn } from '../projects/projects.queries.js';
import { seeDelivery, seeWebhook } from './webhookRows.js';
import { canManageWebhooks } from './webhooks.policy.js';
import { presentDelivery, presentDeliveryInFull, presentWebhook } from './webhooks.present.js';

const listed = statement(
  'webhooks.list',
  `SELECT w.* FROM webhooks w WHERE w.project_id = $1 AND w.deleted_at IS NULL AND w.id > $2 ORDER BY w.id LIMIT $3`,
);

/**
 * The webhooks of a project, the oldest first.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canManageWebhooks`.
 */
export async function listWebhooks(
  db: Database,
  actor: Actor,
  { projectId, limit, cursor }: z.output<typeof ListWebhooksInput>,
): Promise<Page<Presented>> {
  demand(canManageWebhooks(await standingIn(db.all, actor, projectId)));
  const [id = ''] = decodeCursor(cursor, ['string']) ?? [];
  const rows = await db.all(listed, [projectId, id, limit + 1]);
  return toPage(
    rows.map((row) => decodeRow(Webhook, row)),
    limit,
    (row) => [row.id],
    presentWebhook,
  );
}

const columns = `d.id, d.webhook_id, d.event_id, d.event_type, d.seq, d.ticket_id, d.status, d.attempts, d.attempted_at,
  d.response_status, d.duration_ms, d.error, d.finished_at, d.created_at`;
const deliveriesOf = statement(
  'webhooks.deliveries',
  `SELECT ${columns} FROM webhook_deliveries d WHERE d.webhook_id = $1 AND d.id < $2 ORDER BY d.id DESC LIMIT $3`,
);
const deliveriesLike = statement(
  'webhooks.deliveriesLike',
  `SELECT ${columns} FROM webhook_deliveries d WHERE d.webhook_id = $1 AND d.id < $2 AND d.status = $4
   ORDER BY d.id DESC LIMIT $3`,
);
const AFTER_ALL = 'g';

/**
 * What a webhook was told and is to be told, the newest first.
 * @throws NOT_FOUND, FORBIDDEN see `seeWebhook`.
 */
export async function listDeliveries(
  db: Database,
  actor: Actor,
  { webhookId, status, limit, cursor }: z.output<typeof ListDeliveriesInput>,
): Promise<Page<Delivery>> {
  await seeWebhook(db.all, actor, webhookId);
  const [before = AFTER_ALL] = decodeCursor(cursor, ['string']) ?? [];
  const values = [webhookId, before, limit + 1];
  const rows = await (status === undefined
    ? db.all(deliveriesOf, values)
    : db.all(deliveriesLike, [...values, status]));
  return toPage(
    rows.map((row) => decodeRow(WebhookDelivery, row)),
    limit,
    (row) => [row.id],
    presentDelivery,
  );
}

/** One delivery with what was sent and answered. @throws NOT_FOUND, FORBIDDEN see `seeDelivery`. */
export const getDelivery = async (
  db: Database,
  actor: Actor,
  { deliveryId }: z.output<typeof GetDeliveryInput>,
): Promise<DeliveryDetail> => presentDeliveryInFull((await seeDelivery(db.all, actor, deliveryId)).delivery);

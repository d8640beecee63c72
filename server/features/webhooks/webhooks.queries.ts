import type { z } from 'zod';
import { LatestFirst, OldestFirst, type Page } from '../../../contract/text.js';
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
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { madeAs, sortedList } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { seeDelivery, seeWebhook } from './webhookRows.js';
import { canManageWebhooks } from './webhooks.policy.js';
import { presentDelivery, presentDeliveryInFull, presentWebhook } from './webhooks.present.js';

const listed = sortedList(
  'webhooks.list',
  OldestFirst,
  { createdAt: [madeAs('w.id', 'id')] },
  2,
  ({ after, orderBy }) => `SELECT w.* FROM webhooks w
   WHERE w.project_id = $1 AND w.deleted_at IS NULL AND ${after} ORDER BY ${orderBy} LIMIT $2`,
);

/**
 * The webhooks of a project.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canManageWebhooks`.
 */
export async function listWebhooks(
  db: Database,
  actor: Actor,
  { projectId, sort, limit, cursor }: z.output<typeof ListWebhooksInput>,
): Promise<Page<Presented>> {
  demand(canManageWebhooks(await standingIn(db.all, actor, projectId)));
  const { statement, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(statement, [projectId, limit + 1, ...values]);
  return toPage(
    rows.map((row) => decodeRow(Webhook, row)),
    limit,
    cursorOf,
    presentWebhook,
  );
}

const columns = `d.id, d.webhook_id, d.event_id, d.event_type, d.seq, d.ticket_id, d.status, d.attempts, d.attempted_at,
  d.response_status, d.duration_ms, d.error, d.finished_at, d.created_at`;
const deliveriesBy = (name: string, own: number, condition: string) =>
  sortedList(
    `webhooks.${name}`,
    LatestFirst,
    { createdAt: [madeAs('d.id', 'id')] },
    own,
    ({ after, orderBy }) => `SELECT ${columns} FROM webhook_deliveries d
     WHERE d.webhook_id = $1 AND ${after} ${condition} ORDER BY ${orderBy} LIMIT $2`,
  );
const deliveriesOf = deliveriesBy('deliveries', 2, '');
const deliveriesLike = deliveriesBy('deliveriesLike', 3, 'AND d.status = $3');

/**
 * What a webhook was told and is to be told.
 * @throws NOT_FOUND, FORBIDDEN see `seeWebhook`.
 */
export async function listDeliveries(
  db: Database,
  actor: Actor,
  { webhookId, status, sort, limit, cursor }: z.output<typeof ListDeliveriesInput>,
): Promise<Page<Delivery>> {
  await seeWebhook(db.all, actor, webhookId);
  const { statement, values, cursorOf } = (status === undefined ? deliveriesOf : deliveriesLike)(sort, cursor);
  const given = status === undefined ? [] : [status];
  const rows = await db.all(statement, [webhookId, limit + 1, ...given, ...values]);
  return toPage(
    rows.map((row) => decodeRow(WebhookDelivery, row)),
    limit,
    cursorOf,
    presentDelivery,
  );
}

/** One delivery with what was sent and answered. @throws NOT_FOUND, FORBIDDEN see `seeDelivery`. */
export const getDelivery = async (
  db: Database,
  actor: Actor,
  { deliveryId }: z.output<typeof GetDeliveryInput>,
): Promise<DeliveryDetail> => presentDeliveryInFull((await seeDelivery(db.all, actor, deliveryId)).delivery);

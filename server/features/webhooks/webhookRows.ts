import { decodeRow } from '../../db/decodeRow.js';
import { Webhook } from '../../db/models/Webhook.js';
import { WebhookDelivery } from '../../db/models/WebhookDelivery.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { Denied, demandUrl } from '../../outbound/target.js';
import type { Deps } from '../deps.js';
import { ofLeads } from './ofLeads.js';
import type { DeliveryRow, WebhookRow } from './webhooks.present.js';

const changeable = [
  ...([
    'url',
    'eventTypes',
    'description',
    'active',
    'disabledReason',
    'failingSince',
    'sinceSeq',
    'secretNo',
  ] as const),
  ...(['previousSecretUntil', 'version', 'updatedAt', 'deletedAt', 'deletedBy'] as const),
] as const;
export const insertWebhook = insertRow(Webhook, ['id', 'projectId', 'createdBy', 'createdAt', ...changeable]);
export const updateWebhook = updateRow(Webhook, changeable);

/** A webhook in the audit log. */
export const webhookEntry = ({ id, projectId }: Pick<WebhookRow, 'id' | 'projectId'>) =>
  ({ entity: 'WEBHOOK', entityId: id, projectId }) as const;

export const {
  see: seeWebhook,
  load: loadWebhook,
  byId: webhookById,
  demandRoom: demandRoomForWebhook,
} = ofLeads<WebhookRow>({
  table: 'webhooks',
  prefix: 'webhooks',
  noun: 'webhook',
  decode: (raw) => decodeRow(Webhook, raw),
});

const findDelivery = statement('webhooks.delivery', 'SELECT d.* FROM webhook_deliveries d WHERE d.id = $1');

/** @throws NOT_FOUND there is none, or none of a project that the actor is in; FORBIDDEN see `canManageWebhooks`. */
export async function seeDelivery(
  all: RunStatement,
  actor: Actor,
  deliveryId: string,
): Promise<{ delivery: DeliveryRow; webhook: WebhookRow }> {
  const [raw] = await all(findDelivery, [deliveryId]);
  if (!raw) throw notFound('delivery');
  const delivery = decodeRow(WebhookDelivery, raw);
  return { delivery, webhook: await seeWebhook(all, actor, delivery.webhookId, 'delivery') };
}

const findHead = statement('webhooks.head', 'SELECT event_seq FROM project_counters WHERE project_id = $1');

/** Number of the project's last event; later ones are sent to a webhook that is turned on in this transaction. */
export async function headOf({ all }: Pick<UnitOfWork, 'all'>, projectId: string): Promise<number> {
  const [row] = await all<{ event_seq: number }>(findHead, [projectId]);
  return row?.event_seq ?? 0;
}

/** @throws BAD_INPUT nothing would ever be sent there. */
export function demandReachable({ webhooks }: Deps, url: string): void {
  try {
    demandUrl(url, webhooks.rules);
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    throw new AppError('BAD_INPUT', `The address ${error.message}.`, { field: 'url' });
  }
}

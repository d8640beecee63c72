import type { ProjectRole } from '../../../contract/project.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Webhook } from '../../db/models/Webhook.js';
import { WebhookDelivery } from '../../db/models/WebhookDelivery.js';
import { insertRow, updateRow } from '../../db/rowStatements.js';
import { statement, type RunStatement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isInside, type Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { Denied, demandUrl } from '../../outbound/target.js';
import type { Deps } from '../deps.js';
import { canManageWebhooks } from './webhooks.policy.js';
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

export const lockWebhook = statement(
  'webhooks.lock',
  (d) => `SELECT w.* FROM webhooks w WHERE w.id = $1 AND w.deleted_at IS NULL ${d.lock('NO KEY UPDATE', 'w')}`,
);
const findWebhook = statement('webhooks.one', 'SELECT w.* FROM webhooks w WHERE w.id = $1 AND w.deleted_at IS NULL');
const roleBeside = statement(
  'webhooks.role',
  `SELECT m.role FROM webhooks w JOIN project_members m ON m.project_id = w.project_id AND m.user_id = $2
   WHERE w.id = $1`,
);

/** @throws NOT_FOUND there is none, or none of a project that the actor is in; FORBIDDEN see `canManageWebhooks`. */
async function demandWebhook(
  all: RunStatement,
  actor: Actor,
  webhookId: string,
  found: typeof lockWebhook,
  noun: string,
): Promise<WebhookRow> {
  const [[raw], [membership]] = await Promise.all([
    all(found, [webhookId]),
    all<{ role: ProjectRole }>(roleBeside, [webhookId, actor.userId]),
  ]);
  const standing = { role: actor.role, projectRole: membership?.role ?? null };
  if (!raw || !isInside(standing)) throw notFound(noun);
  demand(canManageWebhooks(standing));
  return decodeRow(Webhook, raw);
}

/** The webhook under its lock. @throws see `demandWebhook` */
export const loadWebhook = ({ all }: UnitOfWork, actor: Actor, webhookId: string): Promise<WebhookRow> =>
  demandWebhook(all, actor, webhookId, lockWebhook, 'webhook');

/** As it is. @throws see `demandWebhook` */
export const seeWebhook = (all: RunStatement, actor: Actor, webhookId: string): Promise<WebhookRow> =>
  demandWebhook(all, actor, webhookId, findWebhook, 'webhook');

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
  return { delivery, webhook: await demandWebhook(all, actor, delivery.webhookId, findWebhook, 'delivery') };
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

import type { z } from 'zod';
import type { Delivery, RedeliverInput } from '../../../../contract/webhook.js';
import { decodeRow } from '../../../db/decodeRow.js';
import { WebhookDelivery } from '../../../db/models/WebhookDelivery.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { AppError, notFound } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { openLane } from '../enqueueDelivery.js';
import { seeDelivery } from '../webhookRows.js';
import { presentDelivery } from '../webhooks.present.js';

const again = statement(
  'webhooks.redeliver',
  `UPDATE webhook_deliveries SET status = 'PENDING', attempts = 0, expires_at = $2, finished_at = NULL, updated_at = $3
   WHERE id = $1 RETURNING *`,
);

/**
 * Sends a delivery again, under its id and with the same bytes, now. One that waits is tried now.
 * @throws NOT_FOUND no such delivery for this actor; FORBIDDEN see `canManageWebhooks`; CONFLICT its webhook is not active, or what it told of
 * may not be told any more.
 */
export async function redeliver(deps: Deps, actor: Actor, input: z.output<typeof RedeliverInput>): Promise<Delivery> {
  const delivery = await inUnitOfWork(deps, { actor, procedure: 'webhooks.redeliver', input }, async (unit) => {
    const { delivery: before, webhook } = await seeDelivery(unit.all, actor, input.deliveryId);
    if (!webhook.active) throw new AppError('CONFLICT', 'The webhook is not active.');
    if (before.status === 'CANCELLED')
      throw new AppError('CONFLICT', 'What this delivery told of may not be told any more.');
    // The lane first, as the sender locks it.
    await unit.all(openLane, [before.webhookId, before.lane, unit.at, 'now', false]);
    const until = new Date(unit.at.getTime() + deps.webhooks.giveUpMs);
    const [raw] = await unit.all(again, [before.id, until, unit.at]);
    if (!raw) throw notFound('delivery');
    const after = decodeRow(WebhookDelivery, raw);
    // By the moment: one that waits already is asked for all the same.
    unit.record.audit({
      entity: 'WEBHOOK_DELIVERY',
      entityId: before.id,
      projectId: webhook.projectId,
      action: 'UPDATED',
      after,
    });
    return presentDelivery(after);
  });
  deps.webhooksSoon();
  return delivery;
}

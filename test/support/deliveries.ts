import { WebhookDelivery } from '../../server/db/models/WebhookDelivery.js';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { newId } from '../../server/kernel/ids.js';
import type { World } from './world.js';

/** A delivery that a webhook was sent, and took. */
export async function aDelivery({ deps, admin }: World, webhookId: string, word = 'Words'): Promise<string> {
  const id = newId();
  const event = { eventId: newId(), dedupeKey: id, eventType: 'project.updated', seq: 1, lane: id };
  const body = JSON.stringify({ word });
  await inUnitOfWork(deps, { actor: admin, procedure: 'test', input: {} }, async ({ transaction, at }) => {
    const done = { status: 'DELIVERED', attempts: 1, attemptedAt: at, finishedAt: at, responseStatus: 200 } as const;
    await WebhookDelivery.create({ id, webhookId, ...event, body, ...done, expiresAt: at }, { transaction });
  });
  return id;
}

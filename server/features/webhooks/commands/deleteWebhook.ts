import type { z } from 'zod';
import type { Done } from '../../../../contract/auth.js';
import type { DeleteWebhookInput } from '../../../../contract/webhook.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { loadWebhook, updateWebhook, webhookEntry } from '../webhookRows.js';

/**
 * Takes a webhook away: nothing more is sent, not even what waits. Its deliveries are removed little by little, after.
 * @throws NOT_FOUND no such webhook for this actor; FORBIDDEN see `canManageWebhooks`.
 */
export function deleteWebhook(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteWebhookInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'webhooks.delete', input }, async (unit) => {
    const before = await loadWebhook(unit, actor, input.webhookId);
    const gone = { active: false, updatedAt: unit.at, deletedAt: unit.at, deletedBy: personOf(actor) };
    await unit.all(updateWebhook.statement, updateWebhook.values({ ...before, ...gone }));
    unit.record.audit({ ...webhookEntry(before), action: 'DELETED', before });
    return { done: true };
  });
}

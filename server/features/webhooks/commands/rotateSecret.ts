import type { z } from 'zod';
import type { RotateSecretInput, WebhookWithSecret } from '../../../../contract/webhook.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { newSecret } from '../secretRotation.js';
import { withSecret } from '../signature.js';
import { loadWebhook, updateWebhook, webhookEntry } from '../webhookRows.js';
import { presentWebhook } from '../webhooks.present.js';

/**
 * Gives a webhook another secret. For `graceHours` what is sent is signed by both, so that its receiver can change over.
 * @throws NOT_FOUND no such webhook for this actor; FORBIDDEN see `canManageWebhooks`.
 */
export async function rotateSecret(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RotateSecretInput>,
): Promise<WebhookWithSecret> {
  const made = await inUnitOfWork(deps, { actor, procedure: 'webhooks.rotateSecret', input }, async (unit) => {
    const before = await loadWebhook(unit, actor, input.webhookId);
    const row = newSecret(before, unit.at, input.graceHours);
    await unit.all(updateWebhook.statement, updateWebhook.values(row));
    unit.record.audit({ ...webhookEntry(row), action: 'UPDATED', before, after: row });
    return presentWebhook(row);
  });
  return withSecret(deps, made);
}

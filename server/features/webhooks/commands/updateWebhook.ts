import type { UpdateWebhookInput, Webhook as Presented } from '../../../../contract/webhook.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { demandReachable, headOf, loadWebhook, updateWebhook as writeWebhook, webhookEntry } from '../webhookRows.js';
import { presentWebhook } from '../webhooks.present.js';

/**
 * Changes a webhook; the secret stays. What waits is sent to where it points then. Turned on again it begins anew: that nothing got through
 * before does not count.
 * @throws NOT_FOUND no such webhook for this actor; FORBIDDEN see `canManageWebhooks`; CONFLICT `expectedVersion` is stale; BAD_INPUT nothing
 * may be sent there.
 */
export function updateWebhook(deps: Deps, actor: Actor, input: UpdateWebhookInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'webhooks.update', input }, async (unit) => {
    const before = await loadWebhook(unit, actor, input.webhookId);
    demandVersion(before, input.expectedVersion, 'webhook');
    const patch = definedOnly(input.patch);
    if (patch.url !== undefined) demandReachable(deps, patch.url);
    const isTurnedOn = patch.active === true && !before.active;
    const anew = isTurnedOn || (patch.url ?? before.url) !== before.url;
    const since = isTurnedOn ? { sinceSeq: await headOf(unit, before.projectId) } : {};
    const after = { ...before, ...patch, ...since, ...(anew && { disabledReason: null, failingSince: null }) };
    if (canonicalJson(presentWebhook(after)) === canonicalJson(presentWebhook(before))) return presentWebhook(before);
    const row = { ...after, version: before.version + 1, updatedAt: unit.at };
    await unit.all(writeWebhook.statement, writeWebhook.values(row));
    unit.record.audit({ ...webhookEntry(row), action: 'UPDATED', before, after: row });
    return presentWebhook(row);
  });
}

import type { IncomingWebhook as Presented, UpdateIncomingInput } from '../../../../contract/incomingWebhook.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { presentIncoming } from '../incoming.present.js';
import { incomingEntry, loadIncoming, updateIncoming as writeIncoming } from '../incomingRows.js';

/**
 * Changes an incoming webhook; the secret stays, and so does the name of whom it is done by. While it is not active nothing is taken.
 * @throws NOT_FOUND no such one for this actor; FORBIDDEN see `canManageWebhooks`; CONFLICT `expectedVersion` is stale.
 */
export function updateIncoming(deps: Deps, actor: Actor, input: UpdateIncomingInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'webhooks.incoming.update', input }, async (unit) => {
    const before = await loadIncoming(unit, actor, input.incomingId);
    demandVersion(before, input.expectedVersion, 'webhook');
    const after = { ...before, ...definedOnly(input.patch) };
    if (canonicalJson(presentIncoming(after)) === canonicalJson(presentIncoming(before)))
      return presentIncoming(before);
    const row = { ...after, version: before.version + 1, updatedAt: unit.at };
    await unit.all(writeIncoming.statement, writeIncoming.values(row));
    unit.record.audit({ ...incomingEntry(row), action: 'UPDATED', before, after: row });
    return presentIncoming(row);
  });
}

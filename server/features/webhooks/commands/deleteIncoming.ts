import type { z } from 'zod';
import type { Done } from '../../../../contract/auth.js';
import type { DeleteIncomingInput } from '../../../../contract/incomingWebhook.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { incomingEntry, loadIncoming, updateIncoming } from '../incomingRows.js';

/**
 * Takes an incoming webhook away. What came by it stays, and so does whom it was done by, who reported it.
 * @throws NOT_FOUND no such one for this actor; FORBIDDEN see `canManageWebhooks`.
 */
export function deleteIncoming(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteIncomingInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'webhooks.incoming.delete', input }, async (unit) => {
    const before = await loadIncoming(unit, actor, input.incomingId);
    const gone = { active: false, updatedAt: unit.at, deletedAt: unit.at, deletedBy: personOf(actor) };
    await unit.all(updateIncoming.statement, updateIncoming.values({ ...before, ...gone }));
    unit.record.audit({ ...incomingEntry(before), action: 'DELETED', before });
    return { done: true };
  });
}

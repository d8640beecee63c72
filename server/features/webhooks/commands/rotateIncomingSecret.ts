import type { z } from 'zod';
import type { IncomingWebhookWithSecret, RotateIncomingSecretInput } from '../../../../contract/incomingWebhook.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { presentIncoming } from '../incoming.present.js';
import { incomingEntry, loadIncoming, updateIncoming } from '../incomingRows.js';
import { newSecret } from '../secretRotation.js';
import { withSecret } from '../signature.js';

/**
 * Gives an incoming webhook another secret. For `graceHours` what is signed by the one before is taken as well.
 * @throws NOT_FOUND no such one for this actor; FORBIDDEN see `canManageWebhooks`.
 */
export async function rotateIncomingSecret(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RotateIncomingSecretInput>,
): Promise<IncomingWebhookWithSecret> {
  const call = { actor, procedure: 'webhooks.incoming.rotateSecret', input };
  const made = await inUnitOfWork(deps, call, async (unit) => {
    const before = await loadIncoming(unit, actor, input.incomingId);
    const row = newSecret(before, unit.at, input.graceHours);
    await unit.all(updateIncoming.statement, updateIncoming.values(row));
    unit.record.audit({ ...incomingEntry(row), action: 'UPDATED', before, after: row });
    return presentIncoming(row);
  });
  return withSecret(deps, made);
}

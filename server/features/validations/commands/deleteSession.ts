import type { z } from 'zod';
import type { Done } from '../../../../contract/auth.js';
import type { DeleteValidationInput } from '../../../../contract/validation.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { loadSession, updateSession } from '../sessionRows.js';
import { tellSession } from '../tellValidation.js';
import { canManageSession } from '../validations.policy.js';

/**
 * Takes a session away, with all that it found, and out of the metrics. Tickets that were made of it stay.
 * @throws NOT_FOUND no such session for this actor; FORBIDDEN see `canManageSession`.
 */
export function deleteSession(
  deps: WriteDeps,
  actor: Actor,
  input: z.output<typeof DeleteValidationInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.sessions.delete', input }, async (unit) => {
    const { session, standing } = await loadSession(unit, actor, input.sessionId);
    demand(canManageSession(standing));
    const gone = { deletedAt: unit.at, deletedBy: actor.userId, deleteReason: input.reason ?? null };
    await tellSession(unit, updateSession(unit, session, gone));
    return { done: true };
  });
}

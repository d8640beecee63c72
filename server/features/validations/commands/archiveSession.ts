import type { z } from 'zod';
import type { ArchiveValidationInput, ValidationSession } from '../../../../contract/validation.js';
import { inUnitOfWork, type WriteDeps } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { loadSession, updateSession } from '../sessionRows.js';
import { tellSession } from '../tellValidation.js';
import { canManageSession } from '../validations.policy.js';
import { presentSession } from '../validations.present.js';

/**
 * Puts a session away, or brings it back. All that it knows stays, and counts.
 * @throws NOT_FOUND no such session for this actor; FORBIDDEN see `canManageSession`.
 */
export function archiveSession(
  deps: WriteDeps,
  actor: Actor,
  input: z.output<typeof ArchiveValidationInput>,
): Promise<ValidationSession> {
  return inUnitOfWork(deps, { actor, procedure: 'validations.sessions.archive', input }, async (unit) => {
    const { session, standing } = await loadSession(unit, actor, input.sessionId);
    demand(canManageSession(standing));
    if ((session.archivedAt !== null) === input.archived) return presentSession(session);
    const row = updateSession(unit, session, { archivedAt: input.archived ? unit.at : null });
    await tellSession(unit, row);
    return presentSession(row);
  });
}

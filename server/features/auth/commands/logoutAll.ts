import type { z } from 'zod';
import type { Done, EmptyMutationInput } from '../../../../contract/auth.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { canManageCredentials } from '../auth.policy.js';
import { lockPerson, revokeSessions } from '../sessionStatements.js';

/**
 * Ends every session of the caller, this one too. API keys stay.
 * @throws FORBIDDEN the call came by an API key.
 */
export function logoutAll(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof EmptyMutationInput> = {},
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'auth.logoutAll', input }, async (unit) => {
    demand(canManageCredentials(actor));
    await lockPerson(unit.all, actor.userId);
    await revokeSessions(unit, actor.userId);
    return { done: true };
  });
}

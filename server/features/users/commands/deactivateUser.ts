import type { z } from 'zod';
import type { User, UserIdInput } from '../../../../contract/user.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { endAssignmentsOf } from '../../assignments/endAssignmentsOf.js';
import { endAllCredentials } from '../../auth/sessionStatements.js';
import type { Deps } from '../../deps.js';
import { placedSoon } from '../../proposals/ticketsToPlace.js';
import { setActive } from '../setActive.js';
import { demandOtherAdmin, lockUser, takeTurn } from '../userLocks.js';
import { canManageUsers } from '../users.policy.js';
import { presentUser } from '../users.present.js';

/**
 * Sends a person away: sessions and API keys end for good, open streams close, tickets go back to the board. Memberships
 * stay for the case of a return. Repeated, it changes nothing.
 * @throws FORBIDDEN not an administrator; NOT_FOUND no such person; CONFLICT the last active administrator.
 */
export function deactivateUser(deps: Deps, actor: Actor, input: z.output<typeof UserIdInput>): Promise<User> {
  const work = inUnitOfWork(deps, { actor, procedure: 'users.deactivate', input }, async (unit) => {
    demand(canManageUsers(actor));
    await takeTurn(unit);
    const before = await lockUser(unit, input.userId);
    if (!before.active) return presentUser(before);
    await demandOtherAdmin(unit, before);
    await endAssignmentsOf(deps, unit, actor, before.id, 'was deactivated');
    await endAllCredentials(unit, before.id);
    return presentUser(await setActive(unit, before, false));
  });
  return placedSoon(deps, work);
}

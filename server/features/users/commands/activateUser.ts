import type { z } from 'zod';
import type { User, UserIdInput } from '../../../../contract/user.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { setActive } from '../setActive.js';
import { lockUser, takeTurn } from '../userLocks.js';
import { canManageUsers } from '../users.policy.js';
import { presentUser } from '../users.present.js';

/**
 * Lets a person in again, by password; no earlier session or API key comes back. Repeated, it changes nothing.
 * @throws FORBIDDEN not an administrator; NOT_FOUND no such person.
 */
export function activateUser(deps: Deps, actor: Actor, input: z.output<typeof UserIdInput>): Promise<User> {
  return inUnitOfWork(deps, { actor, procedure: 'users.activate', input }, async (unit) => {
    demand(canManageUsers(actor));
    await takeTurn(unit);
    const before = await lockUser(unit, input.userId);
    if (before.active) return presentUser(before);
    return presentUser(await setActive(unit, before, true));
  });
}

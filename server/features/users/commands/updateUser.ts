import type { z } from 'zod';
import type { UpdateUserInput, User as Presented } from '../../../../contract/user.js';
import { User } from '../../../db/models/User.js';
import { updateRow } from '../../../db/rowStatements.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { demandUnused } from '../uniqueFields.js';
import { lockUser } from '../userLocks.js';
import { canManageUsers } from '../users.policy.js';
import { presentUser } from '../users.present.js';

const updateProfile = updateRow(User, [
  ...(['email', 'username', 'name', 'title', 'avatarUrl', 'departmentId', 'version', 'updatedAt'] as const),
]);

/**
 * Changes what is known about a person; role, activity and password have commands of their own.
 * @throws FORBIDDEN not an administrator; NOT_FOUND no such person; CONFLICT `expectedVersion` is stale; DUPLICATE email address or
 * username are taken, details {field}; BAD_INPUT no such department.
 */
export function updateUser(deps: Deps, actor: Actor, input: z.output<typeof UpdateUserInput>): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'users.update', input }, async (unit) => {
    demand(canManageUsers(actor));
    const before = await lockUser(unit, input.userId);
    demandVersion(before, input.expectedVersion, 'person');
    await demandUnused(unit, input.patch, before.id);
    const after = { ...before, ...definedOnly(input.patch) };
    if (JSON.stringify(after) === JSON.stringify(before)) return presentUser(before);
    after.version++;
    after.updatedAt = unit.at;
    await unit.all(updateProfile.statement, updateProfile.values(after));
    unit.record.audit({ entity: 'USER', entityId: after.id, action: 'UPDATED', before, after });
    return presentUser(after);
  });
}

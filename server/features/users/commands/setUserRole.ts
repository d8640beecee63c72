import type { z } from 'zod';
import type { SetUserRoleInput, User, UserRole } from '../../../../contract/user.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { endAssignmentsOf } from '../../assignments/endAssignmentsOf.js';
import { leaveForeignChannels } from '../../conversations/conversationWrites.js';
import type { Deps } from '../../deps.js';
import { becomeCustomerEverywhere, lockProjectsOf } from '../../projects/memberships.js';
import { ensureDeveloper } from '../insertUser.js';
import { demandOtherAdmin, lockUser, takeTurn } from '../userLocks.js';
import { canManageUsers } from '../users.policy.js';
import { presentUser, type UserRow } from '../users.present.js';

const setRole = statement('users.setRole', 'UPDATE users SET role = $2, updated_at = $3 WHERE id = $1');
// Where an administrator held tickets without being on the team.
const heldAsOutsider = statement(
  'assignments.heldAsOutsider',
  `SELECT DISTINCT t.project_id FROM assignments a JOIN tickets t ON t.id = a.ticket_id
   WHERE a.assignee_id = $1 AND a.status = 'ACTIVE' AND NOT EXISTS (
     SELECT 1 FROM project_members m WHERE m.project_id = t.project_id AND m.user_id = $1 AND m.role <> 'CUSTOMER')
   ORDER BY t.project_id`,
);

/**
 * Changes what a person is. Tickets that they may no longer hold are taken from them; who becomes a customer is one in
 * every project. Takes effect on open streams at once. The same role again changes nothing.
 * @throws FORBIDDEN not an administrator; NOT_FOUND no such person; CONFLICT the last active administrator, or the only
 * lead of a project.
 */
export function setUserRole(deps: Deps, actor: Actor, input: z.output<typeof SetUserRoleInput>): Promise<User> {
  return inUnitOfWork(deps, { actor, procedure: 'users.setRole', input }, async (unit) => {
    demand(canManageUsers(actor));
    await takeTurn(unit);
    const before = await lockUser(unit, input.userId);
    if (before.role === input.role) return presentUser(before);
    await demandOtherAdmin(unit, before);
    const after: UserRow = { ...before, role: input.role, updatedAt: unit.at };
    await unit.all(setRole, [after.id, after.role, unit.at]);
    unit.record.audit({ entity: 'USER', entityId: after.id, action: 'ROLE_CHANGED', before, after });
    if (after.role !== 'CUSTOMER') await ensureDeveloper(unit, after);
    await settle(deps, unit, actor, after, before.role);
    unit.record.notify({
      userId: after.id,
      type: 'user.updated',
      projectId: null,
      ticketId: null,
      payload: { role: after.role, active: after.active },
    });
    return presentUser(after);
  });
}

/** What a role no longer allows ends with it. */
async function settle(deps: Deps, unit: UnitOfWork, actor: Actor, user: UserRow, previous: UserRole): Promise<void> {
  if (user.role === 'CUSTOMER') {
    const memberships = await lockProjectsOf(unit, user.id);
    await endAssignmentsOf(deps, unit, actor, user.id, 'became a customer');
    await becomeCustomerEverywhere(unit, user, memberships);
  } else if (previous === 'ADMIN') {
    const outside = await unit.all<{ project_id: string }>(heldAsOutsider, [user.id]);
    for (const { project_id } of outside)
      await endAssignmentsOf(deps, unit, actor, user.id, 'is not on the team of this project', project_id);
  }
  if (user.role !== 'ADMIN') leaveForeignChannels(unit, user.id);
}

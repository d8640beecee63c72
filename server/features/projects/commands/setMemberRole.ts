import type { z } from 'zod';
import type { MemberInput, MemberReply } from '../../../../contract/project.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError, notFound } from '../../../kernel/errors.js';
import { endAssignmentsOf } from '../../assignments/endAssignmentsOf.js';
import type { Deps } from '../../deps.js';
import { demandOtherLead, findMember, lockProject, writeRole } from '../memberships.js';
import { canManageProject, roleProblem } from '../projects.policy.js';
import { presentMember } from '../projects.present.js';
import { lockIfKnown } from '../../users/userLocks.js';

/**
 * Changes what a member is in a project; who becomes a customer of it gives up the tickets held there. The same role again
 * changes nothing.
 * @throws NOT_FOUND no such project for this actor, or no such member; FORBIDDEN not a lead; BAD_INPUT the person cannot be
 * this; CONFLICT the only lead.
 */
export function setMemberRole(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof MemberInput>,
): Promise<z.infer<typeof MemberReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'projects.members.setRole', input }, async (unit) => {
    const { role } = input;
    await lockIfKnown(unit, input.userId);
    const { project, standing, lastSeq } = await lockProject(unit, actor, input.projectId);
    demand(canManageProject(standing));
    const member = await findMember(unit, project.id, input.userId);
    if (!member) throw notFound('member');
    if (member.role === role) return { ...presentMember(member), seq: lastSeq };
    const problem = roleProblem({ role: member.userRole, active: true }, role);
    if (problem !== null) throw new AppError('BAD_INPUT', problem, { field: 'role' });
    await demandOtherLead(unit, project, member);
    if (role === 'CUSTOMER')
      await endAssignmentsOf(deps, unit, actor, member.userId, 'became a customer of this project', project.id);
    const seq = await writeRole(unit, project, member, role);
    return { ...presentMember({ ...member, role }), seq };
  });
}

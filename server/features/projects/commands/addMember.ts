import type { z } from 'zod';
import type { MemberInput, MemberReply } from '../../../../contract/project.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError, notFound } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { insertMember, recordMember } from '../addedMember.js';
import { holdCandidate } from '../candidates.js';
import { findMember, lockProject } from '../memberships.js';
import { canManageProject, roleProblem } from '../projects.policy.js';
import { presentMember } from '../projects.present.js';

/**
 * Lets a person into a project. Who is in it with this role already stays so.
 * @throws NOT_FOUND no such project for this actor, or no such person; FORBIDDEN not a lead; BAD_INPUT the person cannot be
 * this; DUPLICATE the person is a member with another role.
 */
export function addMember(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof MemberInput>,
): Promise<z.infer<typeof MemberReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'projects.members.add', input }, async (unit) => {
    const user = await holdCandidate(unit, input.userId);
    const { project, standing, lastSeq } = await lockProject(unit, actor, input.projectId);
    demand(canManageProject(standing));
    if (!user) throw notFound('user');
    const present = await findMember(unit, project.id, user.id);
    if (present?.role === input.role) return { ...presentMember(present), seq: lastSeq };
    if (present)
      throw new AppError('DUPLICATE', 'This person is a member already. Change the role instead.', {
        role: present.role,
      });
    const problem = roleProblem(user, input.role);
    if (problem !== null) throw new AppError('BAD_INPUT', problem, { field: 'role' });
    const member = await insertMember(unit, project, user, input.role);
    const { seq } = await unit.record.number(project.id, { events: 1 });
    await recordMember(unit, project, member, seq);
    return { ...presentMember(member), seq };
  });
}

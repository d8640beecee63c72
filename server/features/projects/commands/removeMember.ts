import type { z } from 'zod';
import type { MemberReply, RemoveMemberInput } from '../../../../contract/project.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { notFound } from '../../../kernel/errors.js';
import { endAssignmentsOf } from '../../assignments/endAssignmentsOf.js';
import { leaveChannelsOf } from '../../conversations/conversationWrites.js';
import type { Deps } from '../../deps.js';
import { placedSoon } from '../../proposals/ticketsToPlace.js';
import { lockIfKnown } from '../../users/userLocks.js';
import { demandOtherLead, findMember, lockProject, memberAudience, memberEntry, projectRef } from '../memberships.js';
import { canManageProject } from '../projects.policy.js';
import { presentMember } from '../projects.present.js';

const deleteMember = statement('members.remove', 'DELETE FROM project_members WHERE project_id = $1 AND user_id = $2');

/**
 * Takes a person out of a project: open streams of it end at once, tickets held there go back to the board. Answers with
 * the member as it was.
 * @throws NOT_FOUND no such project for this actor, or no such member; FORBIDDEN not a lead; CONFLICT the only lead.
 */
export function removeMember(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RemoveMemberInput>,
): Promise<z.infer<typeof MemberReply>> {
  const work = inUnitOfWork(deps, { actor, procedure: 'projects.members.remove', input }, async (unit) => {
    await lockIfKnown(unit, input.userId);
    const { project, standing } = await lockProject(unit, actor, input.projectId);
    demand(canManageProject(standing));
    const found = await findMember(unit, project.id, input.userId);
    if (!found) throw notFound('member');
    await demandOtherLead(unit, project, found);
    await unit.all(deleteMember, [project.id, found.userId]);
    leaveChannelsOf(unit, project.id, found.userId);
    unit.record.audit({ ...memberEntry(found), action: 'DELETED', before: found });
    await endAssignmentsOf(deps, unit, actor, found.userId, 'left the project', project.id);
    const { seq } = await unit.record.number(project.id, { events: 1 });
    const member = presentMember(found);
    unit.record.append({
      seq,
      projectId: project.id,
      type: 'member.removed',
      ticketId: null,
      audience: memberAudience(found.role),
      reporterId: null,
      payload: { member },
    });
    unit.record.notify({
      userId: found.userId,
      type: 'member.removed',
      projectId: project.id,
      ticketId: null,
      payload: { project: projectRef(project) },
    });
    return { ...member, seq };
  });
  return placedSoon(deps, work);
}

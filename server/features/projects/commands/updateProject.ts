import type { z } from 'zod';
import type { ProjectReply, UpdateProjectInput } from '../../../../contract/project.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { holdCandidate } from '../candidates.js';
import { findMember, lockProject } from '../memberships.js';
import { demandDateOrder } from '../projectDates.js';
import { canManageProject, roleProblem } from '../projects.policy.js';
import { writeProject } from '../writeProject.js';

/**
 * Changes what a project says about itself. Values that it has already change nothing and emit nothing.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN not a lead; CONFLICT `expectedVersion` is stale;
 * BAD_INPUT the new owner does not lead the project, or the end is before the start.
 */
export function updateProject(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof UpdateProjectInput>,
): Promise<z.infer<typeof ProjectReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'projects.update', input }, async (unit) => {
    const patch = definedOnly(input.patch);
    const owner = patch.ownerId === undefined ? null : await holdCandidate(unit, patch.ownerId);
    const locked = await lockProject(unit, actor, input.projectId);
    const { project, standing } = locked;
    demand(canManageProject(standing));
    demandVersion(project, input.expectedVersion, 'project');
    demandDateOrder({ ...project, ...patch });
    if (patch.ownerId !== undefined && patch.ownerId !== project.ownerId) {
      const leads = owner && (owner.role === 'ADMIN' || (await isLeadOf(unit, project.id, owner.id)));
      if (!owner || !leads || roleProblem(owner, 'LEAD') !== null)
        throw new AppError('BAD_INPUT', 'The owner must be a lead of the project.', { field: 'ownerId' });
    }
    return writeProject(unit, locked, patch);
  });
}

const isLeadOf = async (unit: UnitOfWork, projectId: string, userId: string): Promise<boolean> =>
  (await findMember(unit, projectId, userId))?.role === 'LEAD';

import type { z } from 'zod';
import type { ArchiveProjectInput, ProjectReply } from '../../../../contract/project.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { lockProject } from '../memberships.js';
import { unpark } from '../../sla/parkedClocks.js';
import { canManageProject } from '../projects.policy.js';
import { writeProject } from '../writeProject.js';

/**
 * Puts a project away, or takes it out again: its tickets stay readable and refuse changes. Repeated, it changes nothing.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN not a lead.
 */
export function archiveProject(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof ArchiveProjectInput>,
): Promise<z.infer<typeof ProjectReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'projects.archive', input }, async (unit) => {
    const locked = await lockProject(unit, actor, input.projectId);
    demand(canManageProject(locked.standing));
    if (!input.archived && locked.project.isArchived) unpark(unit, locked.project.id);
    return writeProject(unit, locked, { isArchived: input.archived });
  });
}

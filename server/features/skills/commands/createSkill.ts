import type { z } from 'zod';
import type { CreateSkillInput, Skill as Presented } from '../../../../contract/skill.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { addSkill } from '../addSkill.js';
import { skillsInTurn } from '../skillNames.js';
import { canManageSkills } from '../skills.policy.js';
import { presentSkill } from '../skills.present.js';

/** @throws FORBIDDEN not an administrator; DUPLICATE name or alias are taken, without regard to case. */
export function createSkill(deps: Deps, actor: Actor, input: z.output<typeof CreateSkillInput>): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'skills.create', input }, async (unit) => {
    demand(canManageSkills(actor));
    const skills = await skillsInTurn(unit);
    return presentSkill(await addSkill(unit, skills, input));
  });
}

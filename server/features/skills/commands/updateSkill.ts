import type { z } from 'zod';
import type { Skill as Presented, UpdateSkillInput } from '../../../../contract/skill.js';
import { Skill } from '../../../db/models/Skill.js';
import { updateRow } from '../../../db/rowStatements.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { notFound } from '../../../kernel/errors.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { demandOwnNames, skillsInTurn } from '../skillNames.js';
import { canManageSkills } from '../skills.policy.js';
import { presentSkill } from '../skills.present.js';

const updateSkillRow = updateRow(Skill, ['name', 'aliases', 'version', 'updatedAt']);

/**
 * `aliases`, when given, replace the whole list.
 * @throws FORBIDDEN not an administrator; NOT_FOUND no such skill; CONFLICT `expectedVersion` is stale; DUPLICATE name or alias are
 * taken, without regard to case.
 */
export function updateSkill(deps: Deps, actor: Actor, input: z.output<typeof UpdateSkillInput>): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'skills.update', input }, async (unit) => {
    demand(canManageSkills(actor));
    const skills = await skillsInTurn(unit);
    const before = skills.find(({ id }) => id === input.skillId);
    if (!before) throw notFound('skill');
    demandVersion(before, input.expectedVersion, 'skill');
    const after = { ...before, ...definedOnly(input.patch), version: before.version + 1, updatedAt: unit.at };
    demandOwnNames(skills, after);
    await unit.all(updateSkillRow.statement, updateSkillRow.values(after));
    unit.record.audit({ entity: 'SKILL', entityId: after.id, action: 'UPDATED', before, after });
    return presentSkill(after);
  });
}

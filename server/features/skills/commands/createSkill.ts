import type { z } from 'zod';
import type { CreateSkillInput, Skill as Presented } from '../../../../contract/skill.js';
import { Skill } from '../../../db/models/Skill.js';
import { insertRow } from '../../../db/rowStatements.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { demandOwnNames, skillsInTurn } from '../skillNames.js';
import { canManageSkills } from '../skills.policy.js';
import { presentSkill, type SkillRow } from '../skills.present.js';

const insertSkill = insertRow(Skill, ['id', 'name', 'aliases', 'createdAt', 'updatedAt']);

/** @throws FORBIDDEN not an administrator; DUPLICATE name or alias are taken, without regard to case. */
export function createSkill(deps: Deps, actor: Actor, input: z.output<typeof CreateSkillInput>): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'skills.create', input }, async (unit) => {
    demand(canManageSkills(actor));
    const skills = await skillsInTurn(unit);
    const { name, aliases } = input;
    const row: SkillRow = { id: newId(), name, aliases, createdAt: unit.at, updatedAt: unit.at };
    demandOwnNames(skills, row);
    await unit.all(insertSkill.statement, insertSkill.values(row));
    unit.record.audit({ entity: 'SKILL', entityId: row.id, action: 'CREATED', after: row });
    return presentSkill(row);
  });
}

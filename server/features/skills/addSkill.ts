import { Skill } from '../../db/models/Skill.js';
import { insertRow } from '../../db/rowStatements.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { newId } from '../../kernel/ids.js';
import { demandOwnNames } from './skillNames.js';
import type { SkillRow } from './skills.present.js';

const insertSkill = insertRow(Skill, ['id', 'name', 'aliases', 'version', 'createdAt', 'updatedAt']);

/** For use after `skillsInTurn`, which gave `skills`. @throws DUPLICATE name or alias are taken, without regard to case. */
export async function addSkill(
  unit: UnitOfWork,
  skills: readonly SkillRow[],
  { name, aliases }: Pick<SkillRow, 'name' | 'aliases'>,
): Promise<SkillRow> {
  const row: SkillRow = { id: newId(), name, aliases, version: 1, createdAt: unit.at, updatedAt: unit.at };
  demandOwnNames(skills, row);
  await unit.all(insertSkill.statement, insertSkill.values(row));
  unit.record.audit({ entity: 'SKILL', entityId: row.id, action: 'CREATED', after: row });
  return row;
}

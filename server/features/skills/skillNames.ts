import { decodeRow } from '../../db/decodeRow.js';
import { Skill } from '../../db/models/Skill.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError } from '../../kernel/errors.js';
import { takeTurn } from '../users/userLocks.js';
import type { SkillRow } from './skills.present.js';

const everySkill = statement('skills.all', 'SELECT s.* FROM skills s ORDER BY s.name, s.id');

/** The form in which names and aliases are compared: what looks the same is the same. */
export const skillKey = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

export const allSkills = async (unit: Pick<UnitOfWork, 'all'>): Promise<SkillRow[]> =>
  (await unit.all(everySkill, [])).map((row) => decodeRow(Skill, row));

/** All skills, while nobody else changes them: a name is unique across the names and aliases of all. */
export async function skillsInTurn(unit: UnitOfWork): Promise<SkillRow[]> {
  await takeTurn(unit);
  return allSkills(unit);
}

/** @throws DUPLICATE with details {name, skillId} of what stands in the way; BAD_INPUT the names repeat each other. */
export function demandOwnNames(skills: readonly SkillRow[], skill: Pick<SkillRow, 'id' | 'name' | 'aliases'>): void {
  const own = [skill.name, ...skill.aliases].map(skillKey);
  if (new Set(own).size < own.length)
    throw new AppError('BAD_INPUT', 'An alias repeats the name or another alias.', { field: 'aliases' });
  for (const other of skills) {
    if (other.id === skill.id) continue;
    const clash = [other.name, ...other.aliases].find((name) => own.includes(skillKey(name)));
    if (clash !== undefined)
      throw new AppError('DUPLICATE', `"${clash}" is a name of the skill "${other.name}" already.`, {
        name: clash,
        skillId: other.id,
      });
  }
}

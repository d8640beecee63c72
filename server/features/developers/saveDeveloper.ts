import { Developer } from '../../db/models/Developer.js';
import { updateRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { newId } from '../../kernel/ids.js';
import type { DeveloperRow, SkillOf } from './developers.present.js';
import { skillsOf } from './developers.queries.js';

// The workload is left out: it follows from tickets.
const updateProfile = updateRow(Developer, [
  ...(['name', 'title', 'experienceYears', 'availability', 'capacity', 'timezone'] as const),
  ...(['outOfOfficeFrom', 'outOfOfficeTo', 'absenceSince', 'version', 'updatedAt'] as const),
]);
const clearSkills = statement('developerSkills.clear', 'DELETE FROM developer_skills WHERE developer_id = $1');
const insertSkill = statement(
  'developerSkills.insert',
  `INSERT INTO developer_skills (id, developer_id, skill_id, level, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)`,
);

export interface Profile {
  readonly row: DeveloperRow;
  readonly skills: readonly SkillOf[];
}

/** Writes a profile that its command has locked; `skills`, when given, replace the whole list. */
export async function saveDeveloper(
  unit: UnitOfWork,
  before: Profile,
  after: DeveloperRow,
  skills: readonly Pick<SkillOf, 'skillId' | 'level'>[] | undefined,
): Promise<readonly SkillOf[]> {
  await unit.all(updateProfile.statement, updateProfile.values(after));
  if (skills) {
    await unit.all(clearSkills, [after.id]);
    for (const { skillId, level } of skills) await unit.all(insertSkill, [newId(), after.id, skillId, level, unit.at]);
  }
  const skillsAfter = skills ? ((await skillsOf(unit.all, [after.id])).get(after.id) ?? []) : before.skills;
  unit.record.audit({
    entity: 'DEVELOPER',
    entityId: after.id,
    action: 'UPDATED',
    before: { ...before.row, skills: before.skills },
    after: { ...after, skills: skillsAfter },
  });
  return skillsAfter;
}

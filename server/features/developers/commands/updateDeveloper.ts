import type { z } from 'zod';
import type { Developer as Presented, UpdateDeveloperInput } from '../../../../contract/developer.js';
import { Developer } from '../../../db/models/Developer.js';
import { updateRow } from '../../../db/rowStatements.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError, notFound } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import { definedOnly } from '../../definedOnly.js';
import type { Deps } from '../../deps.js';
import { canEditDeveloper, canSeeDevelopers } from '../developers.policy.js';
import { presentDeveloper, type DeveloperRow, type SkillOf } from '../developers.present.js';
import { decodeDeveloper, skillsOf } from '../developers.queries.js';

const locked = statement(
  'developers.lock',
  (d) => `SELECT v.*, u.active AS user_active FROM developers v
   JOIN users u ON u.id = v.user_id AND u.role <> 'CUSTOMER' WHERE v.id = $1 ${d.lock('UPDATE', 'v')}`,
);
// The workload is left out: it follows from tickets.
const updateProfile = updateRow(Developer, [
  ...(['name', 'title', 'experienceYears', 'availability', 'capacity', 'timezone'] as const),
  ...(['outOfOfficeFrom', 'outOfOfficeTo', 'updatedAt'] as const),
]);
const findName = statement('developers.named', 'SELECT id FROM developers WHERE name = $1 AND id <> $2');
const findSkills = statement('skills.known', (d) => `SELECT id FROM skills WHERE ${d.anyOf('id', '$1')}`);
const clearSkills = statement('developerSkills.clear', 'DELETE FROM developer_skills WHERE developer_id = $1');
const insertSkill = statement(
  'developerSkills.insert',
  `INSERT INTO developer_skills (id, developer_id, skill_id, level, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)`,
);

type Input = z.output<typeof UpdateDeveloperInput>;

/**
 * Changes a work profile; `skills`, when given, replace the whole list.
 * @throws NOT_FOUND no such developer; FORBIDDEN somebody else's profile; DUPLICATE the name is taken; BAD_INPUT an unknown or
 * repeated skill, or an absence that ends before it begins.
 */
export function updateDeveloper(deps: Deps, actor: Actor, input: Input): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'developers.update', input }, async (unit) => {
    demand(canSeeDevelopers(actor));
    const [row] = await unit.all(locked, [input.developerId]);
    if (!row) throw notFound('developer');
    const before = decodeDeveloper(row);
    demand(canEditDeveloper(actor, before));
    const { skills, ...fields } = input.patch;
    const after = patched(before, fields, unit.at);
    if (after.outOfOfficeFrom !== null && after.outOfOfficeTo !== null && after.outOfOfficeTo < after.outOfOfficeFrom)
      throw new AppError('BAD_INPUT', 'The absence ends before it begins.', { field: 'outOfOfficeTo' });
    if ((await unit.all(findName, [after.name, after.id])).length > 0)
      throw new AppError('DUPLICATE', 'There is a developer of this name already.', { field: 'name' });
    const skillsBefore = await skillsOfOne(unit, after.id);
    await unit.all(updateProfile.statement, updateProfile.values(after));
    if (skills) await replaceSkills(unit, after.id, skills);
    const skillsAfter = skills ? await skillsOfOne(unit, after.id) : skillsBefore;
    unit.record.audit({
      entity: 'DEVELOPER',
      entityId: after.id,
      action: 'UPDATED',
      before: { ...before, skills: skillsBefore },
      after: { ...after, skills: skillsAfter },
    });
    return presentDeveloper(after, skillsAfter);
  });
}

const skillsOfOne = async (unit: UnitOfWork, id: string): Promise<SkillOf[]> =>
  (await skillsOf(unit.all, [id])).get(id) ?? [];

function patched(before: DeveloperRow, fields: Omit<Input['patch'], 'skills'>, at: Date): DeveloperRow {
  const { outOfOfficeFrom, outOfOfficeTo, ...plain } = fields;
  const moment = (given: string | null | undefined, kept: Date | null) =>
    given === undefined ? kept : given === null ? null : new Date(given);
  return {
    ...before,
    ...definedOnly(plain),
    outOfOfficeFrom: moment(outOfOfficeFrom, before.outOfOfficeFrom),
    outOfOfficeTo: moment(outOfOfficeTo, before.outOfOfficeTo),
    updatedAt: at,
  };
}

async function replaceSkills(
  unit: UnitOfWork,
  developerId: string,
  skills: NonNullable<Input['patch']['skills']>,
): Promise<void> {
  const ids = new Set(skills.map(({ skillId }) => skillId));
  const known = await unit.all(findSkills, [[...ids]]);
  if (ids.size < skills.length || known.length < ids.size)
    throw new AppError('BAD_INPUT', 'A skill is unknown, or named twice.', { field: 'skills' });
  await unit.all(clearSkills, [developerId]);
  for (const { skillId, level } of skills) await unit.all(insertSkill, [newId(), developerId, skillId, level, unit.at]);
}

import type { z } from 'zod';
import type { Developer as Presented, UpdateDeveloperInput } from '../../../../contract/developer.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError, notFound } from '../../../kernel/errors.js';
import { isAwayNow } from '../../../planner/presence.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { absenceOf } from '../../proposals/planSnapshot.js';
import { placedSoon } from '../../proposals/ticketsToPlace.js';
import { lockProposalsTo, overtakenByAbsence, withdrawProposals } from '../../proposals/withdrawFrom.js';
import { lockIfKnown } from '../../users/userLocks.js';
import { canEditDeveloper, canSeeDevelopers } from '../developers.policy.js';
import { presentDeveloper, type DeveloperRow } from '../developers.present.js';
import { decodeDeveloper, skillsOf } from '../developers.queries.js';
import { saveDeveloper } from '../saveDeveloper.js';

const locked = statement(
  'developers.lock',
  (d) => `SELECT v.*, u.active AS user_active FROM developers v
   JOIN users u ON u.id = v.user_id AND u.role <> 'CUSTOMER' WHERE v.id = $1 ${d.lock('UPDATE', 'v')}`,
);
const findUser = statement(
  'developers.userOf',
  `SELECT v.user_id FROM developers v JOIN users u ON u.id = v.user_id AND u.role <> 'CUSTOMER' WHERE v.id = $1`,
);
const findName = statement('developers.named', 'SELECT id FROM developers WHERE name = $1 AND id <> $2');
const findSkills = statement('skills.known', (d) => `SELECT id FROM skills WHERE ${d.anyOf('id', '$1')}`);
type Input = z.output<typeof UpdateDeveloperInput>;

/**
 * Changes a work profile; `skills`, when given, replace the whole list.
 * @throws NOT_FOUND no such developer; FORBIDDEN somebody else's profile; CONFLICT `expectedVersion` is stale; DUPLICATE the name is taken; BAD_INPUT an unknown or
 * repeated skill, or an absence that ends before it begins.
 */
export function updateDeveloper(deps: Deps, actor: Actor, input: Input): Promise<Presented> {
  const work = inUnitOfWork(deps, { actor, procedure: 'developers.update', input }, async (unit) => {
    demand(canSeeDevelopers(actor));
    const moves = movesAbsence(input.patch) ? await lockProposed(unit, actor, input.developerId) : null;
    const [row] = await unit.all(locked, [input.developerId]);
    if (!row) throw notFound('developer');
    const before = decodeDeveloper(row);
    demand(canEditDeveloper(actor, before));
    demandVersion(before, input.expectedVersion, 'profile');
    const { skills, ...fields } = input.patch;
    const after = patched(before, fields, unit.at);
    if (after.outOfOfficeFrom !== null && after.outOfOfficeTo !== null && after.outOfOfficeTo < after.outOfOfficeFrom)
      throw new AppError('BAD_INPUT', 'The absence ends before it begins.', { field: 'outOfOfficeTo' });
    if ((await unit.all(findName, [after.name, after.id])).length > 0)
      throw new AppError('DUPLICATE', 'There is a developer of this name already.', { field: 'name' });
    const skillsBefore = (await skillsOf(unit.all, [after.id])).get(after.id) ?? [];
    if (skills) await demandSkills(unit, skills);
    const skillsAfter = await saveDeveloper(unit, { row: before, skills: skillsBefore }, after, skills);
    if (moves) await withdrawProposals(unit, overtakenByAbsence(moves, absenceOf(after), unit.at));
    return presentDeveloper(after, skillsAfter);
  });
  return movesAbsence(input.patch) ? placedSoon(deps, work) : work;
}

const movesAbsence = ({ outOfOfficeFrom, outOfOfficeTo, timezone }: Omit<Input['patch'], 'skills'>): boolean =>
  outOfOfficeFrom !== undefined || outOfOfficeTo !== undefined || timezone !== undefined;

/** What is proposed for them, locked in the order that everybody keeps: people, tickets, and the profile after them. */
async function lockProposed(unit: UnitOfWork, actor: Actor, developerId: string) {
  const [found] = await unit.all<{ user_id: string }>(findUser, [developerId]);
  if (!found) throw notFound('developer');
  demand(canEditDeveloper(actor, { userId: found.user_id }));
  await lockIfKnown(unit, found.user_id);
  return lockProposalsTo(unit, found.user_id);
}

function patched(before: DeveloperRow, fields: Omit<Input['patch'], 'skills'>, at: Date): DeveloperRow {
  const { outOfOfficeFrom, outOfOfficeTo, ...plain } = fields;
  const moment = (given: string | null | undefined, kept: Date | null) =>
    given === undefined ? kept : given === null ? null : new Date(given);
  const after = {
    ...before,
    ...definedOnly(plain),
    outOfOfficeFrom: moment(outOfOfficeFrom, before.outOfOfficeFrom),
    outOfOfficeTo: moment(outOfOfficeTo, before.outOfOfficeTo),
    version: before.version + 1,
    updatedAt: at,
  };
  // Otherwise it is for the sweep to notice.
  if (!movesAbsence(fields)) return after;
  return { ...after, absenceSince: isAwayNow(absenceOf(after), at) ? (before.absenceSince ?? at) : null };
}

/** @throws BAD_INPUT one is unknown, or named twice. */
async function demandSkills(unit: UnitOfWork, skills: NonNullable<Input['patch']['skills']>): Promise<void> {
  const ids = new Set(skills.map(({ skillId }) => skillId));
  const known = await unit.all(findSkills, [[...ids]]);
  if (ids.size < skills.length || known.length < ids.size)
    throw new AppError('BAD_INPUT', 'A skill is unknown, or named twice.', { field: 'skills' });
}

import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isStaff, type Actor, type Standing } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { lockProject } from '../projects/memberships.js';
import { holdRule, projectOfRule, seeRule } from './ruleRows.js';
import type { RuleRow } from './rules.present.js';

/**
 * The rule under the lock of its project, which puts all who change its rules in a row.
 * @throws NOT_FOUND there is none, or none that the actor sees.
 */
export async function lockRule(
  unit: UnitOfWork,
  actor: Actor,
  ruleId: string,
): Promise<{ rule: RuleRow; standing: Standing; lastSeq: number }> {
  const projectId = await projectOfRule(unit.all, ruleId);
  if (projectId === null) throw notFound('rule');
  const { standing, lastSeq } = await lockProject(unit, actor, projectId).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? notFound('rule') : error;
  });
  if (!isStaff(standing)) throw notFound('rule');
  await holdRule(unit, ruleId);
  // Read under the lock: it may have been removed meanwhile.
  return { rule: (await seeRule(unit.all, actor, ruleId)).rule, standing, lastSeq };
}

import { limits } from '../../../../contract/limits.js';
import type { CreateRuleInput, RuleReply } from '../../../../contract/rule.js';
import { newRow } from '../../../db/newRow.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { lockProject } from '../../projects/memberships.js';
import { demandSense } from '../demandSense.js';
import { auditedRule, insertRule, ruleEntry, rulesIn, tellRule } from '../ruleRows.js';
import { canManageRules } from '../rules.policy.js';
import { presentRule, type RuleRow } from '../rules.present.js';
import { demandSchedule } from '../schedule.js';

/**
 * Makes a rule of a project: for what happens from its own event on.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN not a lead; CONFLICT the project has as many as it can have, or is archived;
 * BAD_INPUT see `demandSense`, `demandSchedule`.
 */
export function createRule(deps: Deps, actor: Actor, input: CreateRuleInput): Promise<RuleReply> {
  return inUnitOfWork(deps, { actor, procedure: 'rules.create', input }, async (unit) => {
    const { project, standing } = await lockProject(unit, actor, input.projectId);
    demand(canManageRules(standing));
    if (project.isArchived) throw new AppError('CONFLICT', 'The project is archived.', { projectId: project.id });
    const { rules, last } = await rulesIn(unit.all, project.id);
    if (rules >= limits.rulesOfProject)
      throw new AppError('CONFLICT', `A project has at most ${limits.rulesOfProject} rules.`);
    await demandSense(unit, input);
    const { name, description, trigger, conditions, actions, active } = input;
    const due = demandSchedule(trigger, unit.at);
    const { seq } = await unit.record.number(project.id, { events: 1 });
    const row: RuleRow = {
      id: newId(),
      projectId: project.id,
      name,
      description,
      trigger,
      conditions,
      actions,
      active,
      position: input.position ?? Math.min(last + 1, limits.int32),
      sinceSeq: seq,
      ownerId: actor.userId,
      ownerName: actor.name,
      nextRunAt: active ? due : null,
      lastAssigneeId: null,
      ...newRow(unit.at),
    };
    await unit.all(insertRule.statement, insertRule.values(row));
    unit.record.audit({ ...ruleEntry(row), action: 'CREATED', after: auditedRule(row) });
    tellRule(unit, 'rule.created', row, seq);
    return { ...presentRule(row), seq };
  });
}

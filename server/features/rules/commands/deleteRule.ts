import type { z } from 'zod';
import type { Done } from '../../../../contract/auth.js';
import type { DeleteRuleInput } from '../../../../contract/rule.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { lockRule } from '../lockRule.js';
import { auditedRule, ruleEntry, tellRule, updateRuleRow } from '../ruleRows.js';
import { canManageRules } from '../rules.policy.js';
import type { RuleRow } from '../rules.present.js';

/**
 * Takes a rule out of its project. What it did stays readable.
 * @throws NOT_FOUND no such rule for this actor; FORBIDDEN not a lead.
 */
export function deleteRule(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteRuleInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'rules.delete', input }, async (unit) => {
    const { rule, standing } = await lockRule(unit, actor, input.ruleId);
    demand(canManageRules(standing));
    const { seq } = await unit.record.number(rule.projectId, { events: 1 });
    const gone = { active: false, nextRunAt: null, deletedAt: unit.at, deletedBy: actor.userId };
    const after: RuleRow = { ...rule, ...gone, version: rule.version + 1, updatedAt: unit.at };
    await unit.all(updateRuleRow.statement, updateRuleRow.values(after));
    unit.record.audit({ ...ruleEntry(rule), action: 'DELETED', before: auditedRule(rule) });
    tellRule(unit, 'rule.deleted', after, seq);
    return { done: true };
  });
}

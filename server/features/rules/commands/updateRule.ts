import type { RuleReply, UpdateRuleInput } from '../../../../contract/rule.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import { demand } from '../../../kernel/decision.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { demandSense } from '../demandSense.js';
import { lockRule } from '../lockRule.js';
import { auditedRule, ruleEntry, tellRule, updateRuleRow } from '../ruleRows.js';
import { canManageRules } from '../rules.policy.js';
import { presentRule, type RuleRow } from '../rules.present.js';
import { demandSchedule } from '../schedule.js';

const said = ({ name, description, trigger, conditions, actions, active, position }: RuleRow): string =>
  canonicalJson({ name, description, trigger, conditions, actions, active, position });

/**
 * Changes a rule; whoever does so answers for what it says from then on. What it says already changes nothing. Once made active it
 * is for what happens from that on; otherwise events that it has not come to yet are met by what it says now.
 * @throws NOT_FOUND no such rule for this actor; FORBIDDEN not a lead; CONFLICT `expectedVersion` is stale; BAD_INPUT as `createRule`.
 */
export function updateRule(deps: Deps, actor: Actor, input: UpdateRuleInput): Promise<RuleReply> {
  return inUnitOfWork(deps, { actor, procedure: 'rules.update', input }, async (unit) => {
    const { rule: before, standing, lastSeq } = await lockRule(unit, actor, input.ruleId);
    demand(canManageRules(standing));
    demandVersion(before, input.expectedVersion, 'rule');
    const patched: RuleRow = { ...before, ...definedOnly(input.patch) };
    if (said(patched) === said(before)) return { ...presentRule(before), seq: lastSeq };
    await demandSense(unit, patched);
    const due = demandSchedule(patched.trigger, unit.at);
    const { seq } = await unit.record.number(before.projectId, { events: 1 });
    const isAsBefore = canonicalJson(patched.trigger) === canonicalJson(before.trigger) && before.active;
    const after: RuleRow = {
      ...patched,
      ownerId: actor.userId,
      ownerName: actor.name,
      sinceSeq: patched.active && !before.active ? seq : before.sinceSeq,
      nextRunAt: !patched.active ? null : isAsBefore ? before.nextRunAt : due,
      version: before.version + 1,
      updatedAt: unit.at,
    };
    await unit.all(updateRuleRow.statement, updateRuleRow.values(after));
    unit.record.audit({
      ...ruleEntry(after),
      action: 'UPDATED',
      before: auditedRule(before),
      after: auditedRule(after),
    });
    tellRule(unit, 'rule.updated', after, seq);
    return { ...presentRule(after), seq };
  });
}

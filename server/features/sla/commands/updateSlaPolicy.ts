import type { SlaPolicy as Presented, UpdateSlaPolicyInput } from '../../../../contract/sla.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson } from '../../../kernel/canonicalJson.js';
import { demand } from '../../../kernel/decision.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { demandPromise, insertTerms, loadPolicy, policyEntry, tellPolicies, updatePolicy } from '../policyRows.js';
import { canManageSla } from '../sla.policy.js';
import { presentPolicy, type PolicyRow } from '../sla.present.js';

const termsOf = ({ firstResponseMinutes, resolveMinutes, warnFraction, calendar }: PolicyRow): string =>
  canonicalJson({ firstResponseMinutes, resolveMinutes, warnFraction, calendar });

/**
 * Changes a policy. Clocks that began by it keep the terms that they began with, unless `reapply` asks for all unfinished tickets of the project to be
 * looked at again. What it says already changes nothing, but `reapply` is done.
 * @throws NOT_FOUND no such policy for this actor; FORBIDDEN not a lead; CONFLICT `expectedVersion` is stale; BAD_INPUT see `demandPromise`.
 */
export function updateSlaPolicy(deps: Deps, actor: Actor, input: UpdateSlaPolicyInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'sla.update', input }, async (unit) => {
    const { policy: before, standing } = await loadPolicy(unit, actor, input.policyId);
    demand(canManageSla(standing));
    demandVersion(before, input.expectedVersion, 'policy');
    const after: PolicyRow = { ...before, ...definedOnly(input.patch) };
    demandPromise(after);
    const isSame = canonicalJson(presentPolicy(after)) === canonicalJson(presentPolicy(before));
    if (isSame && input.reapply) tellPolicies(unit, before.projectId, true);
    if (isSame) return presentPolicy(before);
    const hasTerms = termsOf(after) === termsOf(before);
    const termsNo = hasTerms ? before.termsNo : before.termsNo + 1;
    const row = { ...after, termsNo, version: before.version + 1, updatedAt: unit.at };
    if (!hasTerms) insertTerms(unit, row);
    unit.send(updatePolicy.statement, updatePolicy.values(row));
    unit.record.audit({ ...policyEntry(row), action: 'UPDATED', before, after: row });
    tellPolicies(unit, row.projectId, input.reapply);
    return presentPolicy(row);
  });
}

import type { z } from 'zod';
import type { Done } from '../../../../contract/auth.js';
import type { DeleteSlaPolicyInput } from '../../../../contract/sla.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadPolicy, policyEntry, retirePolicy, tellPolicies } from '../policyRows.js';
import { canManageSla } from '../sla.policy.js';

/**
 * Ends a policy. Clocks that began by it run on, unless `reapply` gives their tickets what holds now.
 * @throws NOT_FOUND no such policy for this actor; FORBIDDEN not a lead.
 */
export function deleteSlaPolicy(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteSlaPolicyInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'sla.delete', input }, async (unit) => {
    const { policy, standing } = await loadPolicy(unit, actor, input.policyId);
    demand(canManageSla(standing));
    const gone = { deletedAt: unit.at, deletedBy: personOf(actor), active: false };
    const row = { ...policy, ...gone, version: policy.version + 1, updatedAt: unit.at };
    unit.send(retirePolicy.statement, retirePolicy.values(row));
    unit.record.audit({ ...policyEntry(policy), action: 'DELETED', before: policy });
    tellPolicies(unit, policy.projectId, input.reapply);
    return { done: true };
  });
}

import { limits } from '../../../../contract/limits.js';
import type { CreateSlaPolicyInput, SlaPolicy as Presented } from '../../../../contract/sla.js';
import { newRow } from '../../../db/newRow.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { lockProject } from '../../projects/memberships.js';
import { demandPromise, insertPolicy, insertTerms, policyEntry, positionsIn, tellPolicies } from '../policyRows.js';
import { canManageSla } from '../sla.policy.js';
import { presentPolicy, type PolicyRow } from '../sla.present.js';

/**
 * Promises something for the tickets of a project: for those that are made from now on, and for the others when their priority, category or project
 * changes, or with `reapply`.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN not a lead; CONFLICT it has as many policies as it can have; BAD_INPUT see `demandPromise`.
 */
export function createSlaPolicy(deps: Deps, actor: Actor, input: CreateSlaPolicyInput): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'sla.create', input }, async (unit) => {
    const { project, standing } = await lockProject(unit, actor, input.projectId);
    demand(canManageSla(standing));
    const positions = await positionsIn(unit, project.id);
    if (positions.length >= limits.slaPoliciesMax)
      throw new AppError('CONFLICT', `A project has at most ${limits.slaPoliciesMax} SLA policies.`);
    const { name, priorities, categories, firstResponseMinutes, resolveMinutes, warnFraction, calendar } = input;
    const row: PolicyRow = {
      id: newId(),
      projectId: project.id,
      name,
      priorities,
      categories,
      firstResponseMinutes,
      resolveMinutes,
      warnFraction,
      calendar,
      position: input.position ?? Math.min(Math.max(-1, ...positions) + 1, limits.int32),
      active: true,
      termsNo: 1,
      ...newRow(unit.at),
    };
    demandPromise(row);
    unit.send(insertPolicy.statement, insertPolicy.values(row));
    insertTerms(unit, row);
    unit.record.audit({ ...policyEntry(row), action: 'CREATED', after: row });
    tellPolicies(unit, project.id, input.reapply);
    return presentPolicy(row);
  });
}

import type { z } from 'zod';
import type { Department as Presented, UpdateDepartmentInput } from '../../../../contract/department.js';
import { Department } from '../../../db/models/Department.js';
import { updateRow } from '../../../db/rowStatements.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { definedOnly } from '../../definedOnly.js';
import { demandVersion } from '../../demandVersion.js';
import type { Deps } from '../../deps.js';
import { demandUnusedName, lockDepartment } from '../departmentRows.js';
import { canManageDepartments } from '../departments.policy.js';
import { presentDepartment } from '../departments.present.js';

const updateRowOf = updateRow(Department, ['name', 'description', 'active', 'version', 'updatedAt']);

/** @throws FORBIDDEN not an administrator; NOT_FOUND no such department; CONFLICT `expectedVersion` is stale; DUPLICATE the name is taken. */
export function updateDepartment(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof UpdateDepartmentInput>,
): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'departments.update', input }, async (unit) => {
    demand(canManageDepartments(actor));
    const before = await lockDepartment(unit, input.departmentId);
    demandVersion(before, input.expectedVersion, 'department');
    const after = { ...before, ...definedOnly(input.patch), version: before.version + 1, updatedAt: unit.at };
    await demandUnusedName(unit, after.name, after.id);
    await unit.all(updateRowOf.statement, updateRowOf.values(after));
    unit.record.audit({ entity: 'DEPARTMENT', entityId: after.id, action: 'UPDATED', before, after });
    return presentDepartment(after);
  });
}

import type { z } from 'zod';
import type { CreateDepartmentInput, Department as Presented } from '../../../../contract/department.js';
import { Department } from '../../../db/models/Department.js';
import { insertRow } from '../../../db/rowStatements.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { newId } from '../../../kernel/ids.js';
import type { Deps } from '../../deps.js';
import { demandUnusedName } from '../departmentRows.js';
import { canManageDepartments } from '../departments.policy.js';
import { presentDepartment, type DepartmentRow } from '../departments.present.js';

const insertDepartment = insertRow(Department, [
  'id',
  'name',
  'description',
  'active',
  'version',
  'createdAt',
  'updatedAt',
]);

/** @throws FORBIDDEN not an administrator; DUPLICATE the name is taken. */
export function createDepartment(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof CreateDepartmentInput>,
): Promise<Presented> {
  return inUnitOfWork(deps, { actor, procedure: 'departments.create', input }, async (unit) => {
    demand(canManageDepartments(actor));
    const { name, description, active } = input;
    await demandUnusedName(unit, name, '');
    const times = { createdAt: unit.at, updatedAt: unit.at };
    const row: DepartmentRow = { id: newId(), name, description, active, version: 1, ...times };
    await unit.all(insertDepartment.statement, insertDepartment.values(row));
    unit.record.audit({ entity: 'DEPARTMENT', entityId: row.id, action: 'CREATED', after: row });
    return presentDepartment(row);
  });
}

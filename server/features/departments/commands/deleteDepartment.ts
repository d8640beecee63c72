import type { z } from 'zod';
import type { Done } from '../../../../contract/auth.js';
import type { DeleteDepartmentInput } from '../../../../contract/department.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { lockDepartment } from '../departmentRows.js';
import { canManageDepartments } from '../departments.policy.js';

const findUse = statement(
  'departments.use',
  `SELECT id FROM users WHERE department_id = $1
   UNION ALL SELECT id FROM tickets WHERE department_id = $1 LIMIT 1`,
);
const deleteRow = statement('departments.delete', 'DELETE FROM departments WHERE id = $1');

/**
 * Deletes a department that nobody and nothing belongs to, deleted tickets included; others can be made inactive.
 * @throws FORBIDDEN not an administrator; NOT_FOUND no such department; CONFLICT it is in use.
 */
export function deleteDepartment(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteDepartmentInput>,
): Promise<z.infer<typeof Done>> {
  return inUnitOfWork(deps, { actor, procedure: 'departments.delete', input }, async (unit) => {
    demand(canManageDepartments(actor));
    const department = await lockDepartment(unit, input.departmentId);
    if ((await unit.all(findUse, [department.id])).length > 0)
      throw new AppError('CONFLICT', 'People or tickets belong to this department. Make it inactive instead.');
    await unit.all(deleteRow, [department.id]);
    unit.record.audit({ entity: 'DEPARTMENT', entityId: department.id, action: 'DELETED', before: department });
    return { done: true };
  });
}

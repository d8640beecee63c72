import { decodeRow } from '../../db/decodeRow.js';
import { Department } from '../../db/models/Department.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { AppError, notFound } from '../../kernel/errors.js';
import type { DepartmentRow } from './departments.present.js';

const locked = statement(
  'departments.lock',
  (d) => `SELECT d.* FROM departments d WHERE d.id = $1 ${d.lock('UPDATE', 'd')}`,
);

/** @throws NOT_FOUND no such department. */
export async function lockDepartment(unit: UnitOfWork, departmentId: string): Promise<DepartmentRow> {
  const [row] = await unit.all(locked, [departmentId]);
  if (!row) throw notFound('department');
  return decodeRow(Department, row);
}

const findName = statement('departments.named', 'SELECT id FROM departments WHERE name = $1 AND id <> $2');

/** @throws DUPLICATE with details {field}. */
export async function demandUnusedName(unit: UnitOfWork, name: string, departmentId: string): Promise<void> {
  if ((await unit.all(findName, [name, departmentId])).length > 0)
    throw new AppError('DUPLICATE', 'There is a department of this name already.', { field: 'name' });
}

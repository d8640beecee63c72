import type { Attributes } from 'sequelize';
import type { Department as Presented } from '../../../contract/department.js';
import type { Department } from '../../db/models/Department.js';

export type DepartmentRow = Attributes<Department>;

export const presentDepartment = (row: DepartmentRow): Presented => ({
  id: row.id,
  name: row.name,
  description: row.description,
  active: row.active,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

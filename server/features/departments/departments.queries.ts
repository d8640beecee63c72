import type { z } from 'zod';
import type { Department as Presented, ListDepartmentsInput } from '../../../contract/department.js';
import { nameSorts, type Page } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Department } from '../../db/models/Department.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { sortedList } from '../sortedList.js';
import { presentDepartment } from './departments.present.js';

const listed = sortedList(
  'departments.list',
  'd',
  nameSorts,
  ({ after, orderBy }) => `SELECT d.* FROM departments d
   WHERE ${after} AND (CAST($3 AS boolean) IS NULL OR d.active = CAST($3 AS boolean))
   ORDER BY ${orderBy} LIMIT $4`,
);

/** Departments, by name unless `sort` says otherwise, for everybody who signed in. */
export async function listDepartments(
  { db }: Deps,
  { limit, cursor, sort, active }: z.output<typeof ListDepartmentsInput>,
): Promise<Page<Presented>> {
  const { statement, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(statement, [...values, active ?? null, limit + 1]);
  return toPage(
    rows.map((row) => decodeRow(Department, row)),
    limit,
    cursorOf,
    presentDepartment,
  );
}

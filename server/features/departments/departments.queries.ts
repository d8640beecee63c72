import type { z } from 'zod';
import type { Department as Presented, ListDepartmentsInput } from '../../../contract/department.js';
import { NameSort, type Page } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Department } from '../../db/models/Department.js';
import type { Deps } from '../deps.js';
import { toPage } from '../keysetPage.js';
import { named, sortedList } from '../sortedList.js';
import { presentDepartment } from './departments.present.js';

const listed = sortedList(
  'departments.list',
  NameSort,
  named('d'),
  2,
  ({ after, orderBy }) => `SELECT d.* FROM departments d
   WHERE ${after} AND (CAST($1 AS boolean) IS NULL OR d.active = CAST($1 AS boolean))
   ORDER BY ${orderBy} LIMIT $2`,
);

/** Departments, by name unless `sort` says otherwise, for everybody who signed in. */
export async function listDepartments(
  { db }: Deps,
  { limit, cursor, sort, active }: z.output<typeof ListDepartmentsInput>,
): Promise<Page<Presented>> {
  const { statement, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(statement, [active ?? null, limit + 1, ...values]);
  return toPage(
    rows.map((row) => decodeRow(Department, row)),
    limit,
    cursorOf,
    presentDepartment,
  );
}

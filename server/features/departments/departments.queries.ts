import type { z } from 'zod';
import type { Department as Presented, ListDepartmentsInput } from '../../../contract/department.js';
import type { Page } from '../../../contract/text.js';
import { decodeRow } from '../../db/decodeRow.js';
import { Department } from '../../db/models/Department.js';
import { statement } from '../../db/statement.js';
import type { Deps } from '../deps.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { presentDepartment } from './departments.present.js';

const listed = statement(
  'departments.list',
  `SELECT d.* FROM departments d
   WHERE (d.name, d.id) > ($1, $2) AND (CAST($3 AS boolean) IS NULL OR d.active = CAST($3 AS boolean))
   ORDER BY d.name, d.id LIMIT $4`,
);

/** Departments by name, for everybody who signed in. */
export async function listDepartments(
  { db }: Deps,
  { limit, cursor, active }: z.output<typeof ListDepartmentsInput>,
): Promise<Page<Presented>> {
  const [name = '', id = ''] = decodeCursor(cursor, ['string', 'string']) ?? [];
  const rows = await db.all(listed, [name, id, active ?? null, limit + 1]);
  return toPage(
    rows.map((row) => decodeRow(Department, row)),
    limit,
    (row) => [row.name, row.id],
    presentDepartment,
  );
}

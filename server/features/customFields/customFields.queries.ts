import type { z } from 'zod';
import type { CustomField as Presented, ListCustomFieldsInput } from '../../../contract/customField.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { CustomField } from '../../db/models/CustomField.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { standingIn } from '../projects/projects.queries.js';
import { canListFields } from './customFields.policy.js';
import { presentField } from './customFields.present.js';

const listed = statement(
  'customFields.list',
  `SELECT f.* FROM custom_fields f WHERE f.project_id = $1 AND (f.position, f.key) > ($2, $3)
     AND (CAST($4 AS boolean) IS NULL OR f.active = CAST($4 AS boolean)) ORDER BY f.position, f.key LIMIT $5`,
);

/**
 * The custom fields of a project in their order.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canListFields`.
 */
export async function listCustomFields(
  db: Database,
  actor: Actor,
  { projectId, active, limit, cursor }: z.output<typeof ListCustomFieldsInput>,
): Promise<Page<Presented>> {
  demand(canListFields(await standingIn(db.all, actor, projectId)));
  const [position = -1, key = ''] = decodeCursor(cursor, ['number', 'string']) ?? [];
  const rows = await db.all(listed, [projectId, position, key, active ?? null, limit + 1]);
  return toPage(
    rows.map((row) => decodeRow(CustomField, row)),
    limit,
    (row) => [row.position, row.key],
    presentField,
  );
}

import type { z } from 'zod';
import type { CustomField as Presented, ListCustomFieldsInput } from '../../../contract/customField.js';
import { PositionSort, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { CustomField } from '../../db/models/CustomField.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { numbered, sortedList, word } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { canListFields } from './customFields.policy.js';
import { presentField } from './customFields.present.js';

const listed = sortedList(
  'customFields.list',
  PositionSort,
  { position: [numbered('f.position', 'position'), word('f.key', 'key')] },
  3,
  ({ after, orderBy }) => `SELECT f.* FROM custom_fields f WHERE f.project_id = $1 AND ${after}
     AND (CAST($2 AS boolean) IS NULL OR f.active = CAST($2 AS boolean)) ORDER BY ${orderBy} LIMIT $3`,
);

/**
 * The custom fields of a project in their order.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canListFields`.
 */
export async function listCustomFields(
  db: Database,
  actor: Actor,
  { projectId, active, sort, limit, cursor }: z.output<typeof ListCustomFieldsInput>,
): Promise<Page<Presented>> {
  demand(canListFields(await standingIn(db.all, actor, projectId)));
  const { statement, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(statement, [projectId, active ?? null, limit + 1, ...values]);
  return toPage(
    rows.map((row) => decodeRow(CustomField, row)),
    limit,
    cursorOf,
    presentField,
  );
}

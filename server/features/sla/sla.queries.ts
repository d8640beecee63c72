import type { z } from 'zod';
import type { ListSlaPoliciesInput, SlaPolicy as Presented } from '../../../contract/sla.js';
import type { Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { decodeCursor, toPage } from '../keysetPage.js';
import { standingIn } from '../projects/projects.queries.js';
import { decodePolicy, policyColumns } from './policyRows.js';
import { canListSla } from './sla.policy.js';
import { presentPolicy } from './sla.present.js';

const listed = statement(
  'sla.list',
  `SELECT ${policyColumns} WHERE p.project_id = $1 AND p.deleted_at IS NULL AND (p.position, p.id) > ($2, $3)
   ORDER BY p.position, p.id LIMIT $4`,
);

/**
 * The SLA policies of a project in their order.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canListSla`.
 */
export async function listSlaPolicies(
  db: Database,
  actor: Actor,
  { projectId, limit, cursor }: z.output<typeof ListSlaPoliciesInput>,
): Promise<Page<Presented>> {
  demand(canListSla(await standingIn(db.all, actor, projectId)));
  const [position = -1, id = ''] = decodeCursor(cursor, ['number', 'string']) ?? [];
  const rows = await db.all(listed, [projectId, position, id, limit + 1]);
  return toPage(rows.map(decodePolicy), limit, (row) => [row.position, row.id], presentPolicy);
}

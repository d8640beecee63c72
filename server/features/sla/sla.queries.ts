import type { z } from 'zod';
import type { ListSlaPoliciesInput, SlaPolicy as Presented } from '../../../contract/sla.js';
import { PositionSort, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { toPage } from '../keysetPage.js';
import { madeAs, numbered, sortedList } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { decodePolicy, policyColumns } from './policyRows.js';
import { canListSla } from './sla.policy.js';
import { presentPolicy } from './sla.present.js';

const listed = sortedList(
  'sla.list',
  PositionSort,
  { position: [numbered('p.position', 'position'), madeAs('p.id', 'id')] },
  2,
  ({ after, orderBy }) => `SELECT ${policyColumns} WHERE p.project_id = $1 AND p.deleted_at IS NULL AND ${after}
   ORDER BY ${orderBy} LIMIT $2`,
);

/**
 * The SLA policies of a project in their order.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canListSla`.
 */
export async function listSlaPolicies(
  db: Database,
  actor: Actor,
  { projectId, sort, limit, cursor }: z.output<typeof ListSlaPoliciesInput>,
): Promise<Page<Presented>> {
  demand(canListSla(await standingIn(db.all, actor, projectId)));
  const { statement, values, cursorOf } = listed(sort, cursor);
  const rows = await db.all(statement, [projectId, limit + 1, ...values]);
  return toPage(rows.map(decodePolicy), limit, cursorOf, presentPolicy);
}

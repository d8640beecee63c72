import type { ProjectRole } from '../../../contract/project.js';
import type { SharePermission } from '../../../contract/validation.js';
import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { personOf, type Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { notFound } from '../../kernel/errors.js';
import { decodeDiscrepancy } from './discrepancyRows.js';
import { canSeeSession, canValidate, type SessionStanding } from './validations.policy.js';
import type { DiscrepancyRow } from './validations.present.js';

const lockOnes = statement(
  'discrepancies.lockSeen',
  (d) =>
    `SELECT d.id FROM discrepancies d WHERE ${d.anyOf('d.id', '$1')} ORDER BY d.id ${d.lock('NO KEY UPDATE', 'd')}`,
);
const readOnes = statement(
  'discrepancies.seen',
  (d) => `SELECT d.*, s.owner_id, m.role AS actor_role, h.permission FROM discrepancies d
   JOIN validation_sessions s ON s.id = d.session_id AND s.deleted_at IS NULL
   LEFT JOIN project_members m ON m.project_id = s.project_id AND m.user_id = $2
   LEFT JOIN validation_session_shares h ON h.session_id = s.id AND h.user_id = $2
   WHERE ${d.anyOf('d.id', '$1')} ORDER BY d.id`,
);

interface Beside {
  readonly owner_id: string | null;
  readonly actor_role: ProjectRole | null;
  readonly permission: SharePermission | null;
}
export interface SeenDiscrepancy {
  readonly row: DiscrepancyRow;
  readonly standing: SessionStanding;
}

/**
 * Discrepancies under their locks, in the order of their ids, and what the actor is to the sessions that found them.
 * @throws FORBIDDEN for customers; NOT_FOUND one of them is not there, or the actor does not see it.
 */
export async function loadDiscrepancies(
  unit: UnitOfWork,
  actor: Actor,
  ids: readonly string[],
): Promise<SeenDiscrepancy[]> {
  demand(canValidate(actor));
  const [, found] = await Promise.all([unit.all(lockOnes, [ids]), unit.all<Beside>(readOnes, [ids, actor.userId])]);
  const seen = found.map(({ owner_id, actor_role, permission, ...columns }): SeenDiscrepancy => {
    const row = decodeDiscrepancy(columns);
    const isOwner = owner_id === personOf(actor);
    const standing = { role: actor.role, projectRole: actor_role, isOwner, ofProject: row.projectId !== null };
    return { row, standing: { ...standing, permission } };
  });
  if (seen.length !== ids.length || seen.some(({ standing }) => !canSeeSession(standing)))
    throw notFound('discrepancy');
  return seen;
}

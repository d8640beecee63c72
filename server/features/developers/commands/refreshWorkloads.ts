import type { WorkloadsReply } from '../../../../contract/csvSync.js';
import { statement } from '../../../db/statement.js';
import type { Call } from '../../../db/call.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { canRefreshWorkloads } from '../developers.policy.js';

// In the order in which tickets' commands change workloads.
const lockAll = statement(
  'developers.lockAll',
  (d) => `SELECT v.id FROM developers v ORDER BY v.user_id ${d.lock('UPDATE', 'v')}`,
);
// Asked once the locks are held: what is committed is in both the sum and the workload, what is not yet in neither.
const findWrong = statement(
  'developers.wrongWorkloads',
  `SELECT w.* FROM (SELECT v.id, v.name, v.user_id, v.current_workload AS before_points,
     COALESCE((SELECT CAST(sum(t.story_points) AS INTEGER) FROM assignments a JOIN tickets t ON t.id = a.ticket_id
       WHERE a.assignee_id = v.user_id AND a.status = 'ACTIVE' AND t.status NOT IN ('RESOLVED', 'CLOSED')
         AND t.deleted_at IS NULL), 0) AS after_points FROM developers v) w
   WHERE w.before_points <> w.after_points ORDER BY w.name, w.id`,
);
const setWorkload = statement(
  'developers.setWorkload',
  'UPDATE developers SET current_workload = $2, updated_at = $3 WHERE id = $1',
);
interface Wrong {
  readonly id: string;
  readonly name: string;
  readonly user_id: string;
  readonly before_points: number;
  readonly after_points: number;
}

/**
 * Makes each workload the sum of the story points that its person holds, as every change of a ticket keeps it anyway.
 * @throws FORBIDDEN not an administrator.
 */
export function refreshWorkloads(deps: Deps, actor: Actor, input: Call['input']): Promise<WorkloadsReply> {
  return inUnitOfWork(deps, { actor, procedure: 'developers.refreshWorkloads', input }, async (unit) => {
    demand(canRefreshWorkloads(actor));
    await unit.all(lockAll, []);
    const wrong = await unit.all<Wrong>(findWrong, []);
    for (const { id, name, user_id: userId, before_points: before, after_points: after } of wrong) {
      await unit.all(setWorkload, [id, after, unit.at]);
      unit.record.audit({
        entity: 'DEVELOPER',
        entityId: id,
        action: 'UPDATED',
        before: { userId, name, currentWorkload: before },
        after: { userId, name, currentWorkload: after },
      });
    }
    const corrected = wrong.map(({ id, name, before_points: before, after_points: after }) => {
      return { developerId: id, name, before, after };
    });
    return { corrected };
  });
}

import type { Database } from '../../db/database.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { ticketScope } from '../tickets/ticketScope.js';
import { canReadStatistics } from './stats.policy.js';

/**
 * The projects that statistics are asked of: the one named, or all where the actor is staff.
 * @throws NOT_FOUND not inside of it; FORBIDDEN for customers.
 */
export async function statsScope(
  db: Database,
  actor: Actor,
  projectId: string | undefined,
): Promise<readonly string[]> {
  const { staffOf } = await ticketScope(db.all, actor, projectId);
  demand(canReadStatistics(actor, projectId, staffOf));
  return staffOf;
}

import type { WatchReply, WatchTicketInput } from '../../../../contract/watcher.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { loadTicket } from '../loadTicket.js';
import { findWatcher, removeWatcher, tellWatcher } from '../watchers.js';

/**
 * The caller follows a ticket no longer. Who does not watch it is told nothing.
 * @throws NOT_FOUND no such ticket for this actor; CONFLICT it was merged, or its project is archived.
 */
export function unwatchTicket(deps: Deps, actor: Actor, input: WatchTicketInput): Promise<WatchReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.unwatch', input }, async (unit) => {
    const { row } = await loadTicket(unit, actor, input.ticketId);
    if (await findWatcher(unit, row.id, actor.userId)) {
      removeWatcher(unit, row.id, actor.userId);
      tellWatcher(unit, actor, row, false);
    }
    return { ticketId: row.id, watching: false };
  });
}

import type { WatchReply, WatchTicketInput } from '../../../../contract/watcher.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { loadTicket } from '../loadTicket.js';
import { addWatcher, findWatcher, tellWatcher } from '../watchers.js';

/**
 * The caller follows a ticket, until they say otherwise or may not see it any more. The ticket itself does not change; who
 * watches it already is told nothing.
 * @throws NOT_FOUND no such ticket for this actor; CONFLICT it was merged, or its project is archived.
 */
export function watchTicket(deps: Deps, actor: Actor, input: WatchTicketInput): Promise<WatchReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.watch', input }, async (unit) => {
    const { row } = await loadTicket(unit, actor, input.ticketId);
    const known = await findWatcher(unit, row.id, actor.userId);
    if (!known?.isOwn) addWatcher(unit, row.id, actor.userId);
    if (!known) tellWatcher(unit, actor, row, true);
    return { ticketId: row.id, watching: true };
  });
}

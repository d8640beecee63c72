import type { UnmergeTicketInput } from '../../../../contract/link.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import { statement } from '../../../db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { loadTwo, loadTicket, type LoadedTicket } from '../loadTicket.js';
import { deleteLink, findLink, linkOf, linkRef } from '../ticketLinks.js';
import { planLinked } from '../ticketPlan.js';
import { replyFor } from '../ticketReply.js';
import { canMergeTickets } from '../tickets.policy.js';
import { tagsWithout } from '../ticketTags.js';
import { takeWatchersBack } from '../watchers.js';
import { writeTickets } from '../writeTickets.js';

const mergedInto = statement('tickets.mergedInto', 'SELECT t.merged_into_id FROM tickets t WHERE t.id = $1');

/**
 * Makes a merged ticket one of its own again, with the status it had, held by nobody; the other one loses the tags and
 * watchers that it got by the merge, and shows its own comments alone.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN see `canMergeTickets`; CONFLICT it is not merged, the other one is
 * merged itself or deleted, or the project is archived.
 */
export function unmergeTickets(deps: Deps, actor: Actor, input: UnmergeTicketInput): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.unmerge', input }, async (unit) => {
    const [source, target] = await loadMerged(unit, actor, input.ticketId);
    const link = await findLink(unit, linkOf('MERGED_INTO', source.row, target.row));
    if (!link?.undo) throw notMerged(source);
    const { status } = link.undo;
    const tags = tagsWithout(target.row.tags, link.undo.tags);
    const event = 'ticket.unmerged';
    const opened = { status, mergedIntoId: null };
    const plans = [
      planLinked(source, { event, patch: opened, link: linkRef(link, source.row, target.row) }, actor, unit.at),
      planLinked(target, { event, patch: { tags }, link: linkRef(link, target.row, source.row) }, actor, unit.at),
    ];
    const [ticket] = await writeTickets(deps, unit, actor, plans);
    deleteLink(unit, link);
    takeWatchersBack(unit, source.row.id, target.row.id);
    return replyFor(source.standing, ticket);
  });
}

/** The two under their locks. Which the other one is can only be told before: locks go in the order of ids. */
async function loadMerged(unit: UnitOfWork, actor: Actor, ticketId: string): Promise<[LoadedTicket, LoadedTicket]> {
  const [found] = await unit.all<{ merged_into_id: string | null }>(mergedInto, [ticketId]);
  const intoId = found?.merged_into_id ?? null;
  if (intoId === null) {
    const single = await loadTicket(unit, actor, ticketId, { merged: true });
    demand(canMergeTickets(single.standing, single.standing));
    throw notMerged(single);
  }
  const [source, target] = await loadTwo(
    unit,
    actor,
    { ticketId, merged: true },
    { ticketId: intoId, deleted: 'either' },
  );
  demand(canMergeTickets(source.standing, target.standing));
  if (target.row.deletedAt !== null)
    throw new AppError('CONFLICT', `${target.row.key} is deleted. Restore it first.`, { mergedIntoId: intoId });
  return [source, target];
}

const notMerged = ({ row }: LoadedTicket): AppError => new AppError('CONFLICT', `${row.key} is not merged.`);

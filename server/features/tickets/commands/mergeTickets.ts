import type { MergeTicketInput } from '../../../../contract/link.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { loadTwo } from '../loadTicket.js';
import { demandRoom, demandTwo, insertLink, linkOf, linkRef } from '../ticketLinks.js';
import { planLinked } from '../ticketPlan.js';
import { replyFor } from '../ticketReply.js';
import { canMergeTickets } from '../tickets.policy.js';
import { tagsTogether, tagsWithout } from '../ticketTags.js';
import { bringWatchers } from '../watchers.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Closes a ticket as part of another one of its project: who holds it is done with it, its comments are shown with the
 * other one's, its tags and watchers are the other one's too. `unmergeTickets` takes back all but the ends of assignments.
 * Answers with the ticket that was merged.
 * @throws NOT_FOUND one of them is no ticket for this actor; FORBIDDEN see `canMergeTickets`; BAD_INPUT it is one ticket, they are of
 * two projects, or have too many tags or links together; CONFLICT one of them was merged already, or the project is archived.
 */
export function mergeTickets(deps: Deps, actor: Actor, input: MergeTicketInput): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.merge', input }, async (unit) => {
    demandTwo(input.ticketId, input.intoId, 'intoId');
    const [source, target] = await loadTwo(unit, actor, { ticketId: input.ticketId }, { ticketId: input.intoId });
    demand(canMergeTickets(source.standing, target.standing));
    if (source.row.projectId !== target.row.projectId)
      throw new AppError('BAD_INPUT', 'Only tickets of one project can be merged.', { field: 'intoId' });
    await demandRoom(unit, [source.row, target.row]);
    const tags = tagsTogether(target.row.tags, source.row.tags);
    const link = linkOf('MERGED_INTO', source.row, target.row);
    const told = { event: 'ticket.merged', reason: input.reason ?? null } as const;
    const closed = { status: 'CLOSED', mergedIntoId: target.row.id } as const;
    const plans = [
      planLinked(source, { ...told, patch: closed, link: linkRef(link, source.row, target.row) }, actor, unit.at),
      planLinked(target, { ...told, patch: { tags }, link: linkRef(link, target.row, source.row) }, actor, unit.at),
    ];
    const [ticket] = await writeTickets(deps, unit, actor, plans);
    const undo = { status: source.row.status, tags: tagsWithout(source.row.tags, target.row.tags) };
    insertLink(unit, actor, link, undo);
    bringWatchers(unit, source.row.id, target.row.id);
    return replyFor(source.standing, ticket);
  });
}

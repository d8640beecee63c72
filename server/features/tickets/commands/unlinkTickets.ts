import type { UnlinkTicketInput } from '../../../../contract/link.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadTwo } from '../loadTicket.js';
import { deleteLink, demandTwo, findLink, linkOf, linkRef } from '../ticketLinks.js';
import { planLinked } from '../ticketPlan.js';
import { replyFor, unchangedReply } from '../ticketReply.js';
import { canLinkTickets } from '../tickets.policy.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Takes back what `linkTickets` said. A link that is not there changes nothing.
 * @throws NOT_FOUND one of them is no ticket for this actor; FORBIDDEN see `canLinkTickets`; BAD_INPUT it is one ticket;
 * CONFLICT one was merged, or its project is archived.
 */
export function unlinkTickets(deps: Deps, actor: Actor, input: UnlinkTicketInput): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.unlink', input }, async (unit) => {
    const { ticketId, otherId, type } = input;
    demandTwo(ticketId, otherId, 'otherId');
    const [held, other] = await loadTwo(unit, actor, { ticketId }, { ticketId: otherId });
    demand(canLinkTickets(held.standing, other.standing));
    const link = await findLink(unit, linkOf(type, held.row, other.row));
    if (!link) return unchangedReply(held.standing, held);
    const plans = [
      planLinked(held, { event: 'ticket.unlinked', link: linkRef(link, held.row, other.row) }, actor, unit.at),
      planLinked(other, { event: 'ticket.unlinked', link: linkRef(link, other.row, held.row) }, actor, unit.at),
    ];
    const [ticket] = await writeTickets(deps, unit, actor, plans);
    deleteLink(unit, link);
    return replyFor(held.standing, ticket);
  });
}

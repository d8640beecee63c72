import type { LinkTicketInput } from '../../../../contract/link.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { takeTurn } from '../../users/userLocks.js';
import { loadTwo } from '../loadTicket.js';
import { demandNoCircle, demandRoom, demandTwo, findLink, insertLink, linkOf, linkRef } from '../ticketLinks.js';
import { planLinked } from '../ticketPlan.js';
import { replyFor, unchangedReply } from '../ticketReply.js';
import { canLinkTickets } from '../tickets.policy.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Says that a ticket blocks, duplicates, or relates to another one, of whatever project. Saying it again changes nothing.
 * @throws NOT_FOUND one of them is no ticket for this actor; FORBIDDEN see `canLinkTickets`; BAD_INPUT it is one ticket, they
 * would block each other, or have too many links; CONFLICT one was merged, or its project is archived.
 */
export function linkTickets(deps: Deps, actor: Actor, input: LinkTicketInput): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.link', input }, async (unit) => {
    const { ticketId, otherId, type } = input;
    demandTwo(ticketId, otherId, 'otherId');
    // A circle can be closed by several at once who hold no ticket in common.
    if (type === 'BLOCKS') await takeTurn(unit);
    const [held, other] = await loadTwo(unit, actor, { ticketId }, { ticketId: otherId });
    demand(canLinkTickets(held.standing, other.standing));
    const link = linkOf(type, held.row, other.row);
    if (await findLink(unit, link)) return unchangedReply(held.standing, held);
    await demandRoom(unit, [held.row, other.row]);
    if (type === 'BLOCKS') await demandNoCircle(unit, link);
    const plans = [
      planLinked(held, { event: 'ticket.linked', link: linkRef(link, held.row, other.row) }, actor, unit.at),
      planLinked(other, { event: 'ticket.linked', link: linkRef(link, other.row, held.row) }, actor, unit.at),
    ];
    const [ticket] = await writeTickets(deps, unit, actor, plans);
    insertLink(unit, actor, link);
    return replyFor(held.standing, ticket);
  });
}

import type { TagTicketInput } from '../../../../contract/tag.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadTicket } from '../loadTicket.js';
import { planChange } from '../ticketPlan.js';
import { replyFor, unchangedReply } from '../ticketReply.js';
import { canTagTicket } from '../tickets.policy.js';
import { tagNames, tagsTogether } from '../ticketTags.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Puts tags on a ticket; names that nobody used yet become tags. What it carries already, in whatever case, changes nothing.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN see `canTagTicket`; BAD_INPUT it would carry too many.
 */
export function tagTicket(deps: Deps, actor: Actor, input: TagTicketInput): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.tag', input }, async (unit) => {
    const held = await loadTicket(unit, actor, input.ticketId);
    demand(canTagTicket(held.standing));
    const tags = tagsTogether(held.row.tags, await tagNames(unit, input.tags));
    const plan = planChange(held, { event: 'ticket.updated', patch: { tags } }, actor, unit.at);
    if (!plan) return unchangedReply(held.standing, held);
    const [ticket] = await writeTickets(deps, unit, actor, [plan]);
    return replyFor(held.standing, ticket);
  });
}

import type { UntagTicketInput } from '../../../../contract/tag.js';
import type { TicketReply } from '../../../../contract/ticket.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadTicket } from '../loadTicket.js';
import { planChange } from '../ticketPlan.js';
import { replyFor, unchangedReply } from '../ticketReply.js';
import { canTagTicket } from '../tickets.policy.js';
import { tagsWithout } from '../ticketTags.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Takes tags off a ticket; those that it does not carry change nothing. The tag itself stays known.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN see `canTagTicket`.
 */
export function untagTicket(deps: Deps, actor: Actor, input: UntagTicketInput): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.untag', input }, async (unit) => {
    const held = await loadTicket(unit, actor, input.ticketId);
    demand(canTagTicket(held.standing));
    const patch = { tags: tagsWithout(held.row.tags, input.tags) };
    const plan = planChange(held, { event: 'ticket.updated', patch }, actor, unit.at);
    if (!plan) return unchangedReply(held.standing, held);
    const [ticket] = await writeTickets(deps, unit, actor, [plan]);
    return replyFor(held.standing, ticket);
  });
}

import type { z } from 'zod';
import type { TicketReply } from '../../../../contract/ticket.js';
import type { RestoreTicketInput } from '../../../../contract/ticketInputs.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadTicket } from '../loadTicket.js';
import { planChange } from '../ticketPlan.js';
import { replyFor, unchangedReply } from '../ticketReply.js';
import { canDeleteTicket } from '../tickets.policy.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Brings a deleted ticket back as it was, held by nobody.
 * @throws NOT_FOUND no deleted ticket of this id for this actor; FORBIDDEN see `canDeleteTicket`.
 */
export function restoreTicket(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RestoreTicketInput>,
): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.restore', input }, async (unit) => {
    const held = await loadTicket(unit, actor, input.ticketId, { deleted: true });
    demand(canDeleteTicket(actor, held.standing, held.row));
    const patch = { deletedAt: null, deletedBy: null, deleteReason: null };
    const plan = planChange(held, { event: 'ticket.restored', patch }, actor, unit.at);
    if (!plan) return unchangedReply(held.standing, held);
    const [ticket] = await writeTickets(deps, unit, actor, [plan]);
    return replyFor(held.standing, ticket);
  });
}

import type { z } from 'zod';
import type { TicketReply } from '../../../../contract/ticket.js';
import type { DeleteTicketInput } from '../../../../contract/ticketInputs.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadTicket } from '../loadTicket.js';
import { planChange } from '../ticketPlan.js';
import { replyFor, unchangedReply } from '../ticketReply.js';
import { canDeleteTicket } from '../tickets.policy.js';
import type { TicketRow } from '../tickets.present.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Takes a ticket out of every list, with who and why; its assignments end. `restoreTicket` brings it back.
 * With `only`, tickets of other types do not exist for this call.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN see `canDeleteTicket`.
 */
export function deleteTicket(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof DeleteTicketInput>,
  only?: TicketRow['type'],
): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.delete', input }, async (unit) => {
    const held = await loadTicket(unit, actor, input.ticketId, { only });
    demand(canDeleteTicket(actor, held.standing, held.row));
    const patch = { deletedAt: unit.at, deletedBy: actor.userId, deleteReason: input.reason ?? null };
    const plan = planChange(held, { event: 'ticket.deleted', patch }, actor, unit.at);
    if (!plan) return unchangedReply(held.standing, held);
    const [ticket] = await writeTickets(deps, unit, actor, [plan]);
    return replyFor(held.standing, ticket);
  });
}

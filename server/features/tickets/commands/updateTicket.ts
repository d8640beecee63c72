import type { TicketReply } from '../../../../contract/ticket.js';
import type { UpdateTicketInput } from '../../../../contract/ticketInputs.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { fieldsOf } from '../../customFields/fieldRows.js';
import { definedOnly } from '../../definedOnly.js';
import type { Deps } from '../../deps.js';
import { demandMergeable } from '../fieldMerge.js';
import { loadTicket } from '../loadTicket.js';
import { demandParent } from '../parentTicket.js';
import { patched } from '../patched.js';
import { planChange } from '../ticketPlan.js';
import { replyFor, unchangedReply } from '../ticketReply.js';
import { canEditTicket } from '../tickets.policy.js';
import type { TicketRow } from '../tickets.present.js';
import { writeTickets } from '../writeTickets.js';

/**
 * Changes fields of a ticket. Edits of different fields made from one version merge; a patch that changes nothing emits
 * nothing. Closing completes the active assignments. With `only`, tickets of other types do not exist for this call.
 * @throws NOT_FOUND no such ticket for this actor; FORBIDDEN see `canEditTicket`; CONFLICT a patched field was changed
 * since `expectedVersion`, both values in `details.fields`, or the project is archived; BAD_INPUT a reference or a custom
 * field is unfit.
 */
export function updateTicket(
  deps: Deps,
  actor: Actor,
  input: UpdateTicketInput,
  only?: TicketRow['type'],
): Promise<TicketReply> {
  return inUnitOfWork(deps, { actor, procedure: 'tickets.update', input }, async (unit) => {
    const held = await loadTicket(unit, actor, input.ticketId, { only });
    demand(canEditTicket(held.standing, input.patch));
    const patch = definedOnly(input.patch);
    await demandMergeable(unit, held.row, patch, input.expectedVersion);
    if (input.patch.parentId) await demandParent(unit, input.patch.parentId, held.row);
    const fields = patch.customFields ? await fieldsOf(unit, [held.row.projectId]) : [];
    const change = { event: 'ticket.updated', patch: patched(held.row, patch, fields) } as const;
    const plan = planChange(held, change, actor, unit.at);
    if (!plan) return unchangedReply(held.standing, held);
    const [ticket] = await writeTickets(deps, unit, actor, [plan]);
    return replyFor(held.standing, ticket);
  });
}

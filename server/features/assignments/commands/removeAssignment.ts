import type { z } from 'zod';
import type { AssignmentReply, RemoveAssignmentInput } from '../../../../contract/assignment.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { loadTicketOfSpan } from '../../tickets/loadTicket.js';
import { planChange } from '../../tickets/ticketPlan.js';
import { canHandOver } from '../../tickets/tickets.policy.js';
import { writeTickets } from '../../tickets/writeTickets.js';
import { assignmentReply } from '../handOver.js';
import { activeSpan, asAssignment } from '../loadAssignment.js';

/**
 * Takes a ticket from a holder. If that was the primary one, whoever has held it longest of the others follows.
 * @throws NOT_FOUND no such assignment; CONFLICT it has ended already; FORBIDDEN see `canHandOver`.
 */
export function removeAssignment(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RemoveAssignmentInput>,
): Promise<AssignmentReply> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.remove', input }, async (unit) => {
    const held = await asAssignment(loadTicketOfSpan(unit, actor, input.assignmentId));
    demand(canHandOver(held.standing));
    const end = {
      span: activeSpan(held, input.assignmentId),
      status: 'REMOVED',
      reason: input.reason ?? null,
    } as const;
    const plan = planChange(held, { event: 'ticket.unassigned', ends: [end] }, actor, unit.at);
    const [ended] = plan?.ended ?? [];
    if (!plan || !ended) throw new Error('a removal that ended nothing');
    const [ticket] = await writeTickets(deps, unit, actor, [plan]);
    return assignmentReply(ended.span, plan.after.row, ticket?.lastSeq ?? 0);
  });
}

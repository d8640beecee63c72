import type { z } from 'zod';
import type { AssignmentReply, ClaimInput } from '../../../../contract/assignment.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import { AppError } from '../../../kernel/errors.js';
import type { Deps } from '../../deps.js';
import { demandHolder, findPerson, loadTicket } from '../../tickets/loadTicket.js';
import { canHandOver } from '../../tickets/tickets.policy.js';
import { demandOpen, handOver } from '../handOver.js';

/**
 * Takes a ticket that nobody holds. Of many who claim at once, one gets it; claiming what one holds changes nothing.
 * @throws CONFLICT somebody else holds it (`details.holderId`, `holderName`, `assignmentId`), or it is closed;
 * NOT_FOUND no such ticket for this actor; FORBIDDEN see `canHandOver`.
 */
export function claimTicket(deps: Deps, actor: Actor, input: z.output<typeof ClaimInput>): Promise<AssignmentReply> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.claim', input }, async (unit) => {
    const [named, held] = await Promise.all([
      findPerson(unit, actor.userId),
      loadTicket(unit, actor, input.ticketId, { nextAssigneeId: actor.userId }),
    ]);
    demand(canHandOver(held.standing));
    const person = demandHolder(named, held.nextRole);
    demandOpen(held.row);
    const holder = held.spans.find((span) => span.isPrimary);
    if (holder && holder.assigneeId !== actor.userId)
      throw new AppError('CONFLICT', `${holder.assigneeName} holds ${held.row.key} already.`, {
        holderId: holder.assigneeId,
        holderName: holder.assigneeName,
        assignmentId: holder.id,
      });
    return handOver(deps, unit, actor, held, { person, type: 'CLAIMED', reason: null, primary: true });
  });
}

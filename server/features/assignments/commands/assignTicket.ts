import type { z } from 'zod';
import type { AssignInput, AssignmentReply } from '../../../../contract/assignment.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { demandHolder, findPerson, loadTicket } from '../../tickets/loadTicket.js';
import { canHandOver } from '../../tickets/tickets.policy.js';
import { demandOpen, handOver } from '../handOver.js';

/**
 * Gives a ticket to somebody, beside whoever holds it already. `primary` moves the main responsibility there.
 * Assigning who holds it already changes nothing, unless `primary` says more.
 * @throws NOT_FOUND no such ticket or person; FORBIDDEN see `canHandOver`; BAD_INPUT the person cannot hold tickets of
 * this project; CONFLICT the ticket is closed.
 */
export function assignTicket(deps: Deps, actor: Actor, input: z.output<typeof AssignInput>): Promise<AssignmentReply> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.assign', input }, async (unit) => {
    const [named, held] = await Promise.all([
      findPerson(unit, input.assigneeId),
      loadTicket(unit, actor, input.ticketId, { nextAssigneeId: input.assigneeId }),
    ]);
    demand(canHandOver(held.standing));
    const person = demandHolder(named, held.nextRole);
    demandOpen(held.row);
    const primary = input.primary ?? held.row.assigneeId === null;
    return handOver(deps, unit, actor, held, { person, type: 'MANUAL', reason: input.reason ?? null, primary });
  });
}

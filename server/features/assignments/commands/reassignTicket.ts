import type { z } from 'zod';
import type { AssignmentReply, ReassignInput } from '../../../../contract/assignment.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { demand } from '../../../kernel/decision.js';
import type { Deps } from '../../deps.js';
import { demandHolder, findPerson, loadTicketOfSpan } from '../../tickets/loadTicket.js';
import { canHandOver } from '../../tickets/tickets.policy.js';
import { handOver, assignmentReply } from '../handOver.js';
import { activeSpan, asAssignment } from '../loadAssignment.js';

/**
 * Passes a ticket from one holder to the next: the old span ends and a new one begins, primary if the old one was.
 * Reassigning to the same person changes nothing.
 * @throws NOT_FOUND no such assignment or person; CONFLICT the assignment has ended; FORBIDDEN see `canHandOver`;
 * BAD_INPUT the person cannot hold tickets of this project.
 */
export function reassignTicket(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof ReassignInput>,
): Promise<AssignmentReply> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.reassign', input }, async (unit) => {
    const { assignmentId, newAssigneeId: nextAssigneeId } = input;
    const [named, held] = await Promise.all([
      findPerson(unit, nextAssigneeId),
      asAssignment(loadTicketOfSpan(unit, actor, assignmentId, { nextAssigneeId })),
    ]);
    demand(canHandOver(held.standing));
    const span = activeSpan(held, assignmentId);
    if (span.assigneeId === nextAssigneeId) return assignmentReply(span, held.row, held.row.lastSeq);
    const person = demandHolder(named, held.nextRole);
    const next = { person, type: 'REASSIGNED', reason: input.reason ?? null, primary: span.isPrimary } as const;
    return handOver(deps, unit, actor, held, { ...next, replaces: span });
  });
}

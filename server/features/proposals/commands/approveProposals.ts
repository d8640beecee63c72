import type { z } from 'zod';
import type { SaveAssignmentsReply } from '../../../../contract/assignment.js';
import type { ApproveInput } from '../../../../contract/proposal.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import { assignmentReply, savedReply } from '../../assignments/handOver.js';
import type { Deps } from '../../deps.js';
import { writeTickets } from '../../tickets/writeTickets.js';
import { markApproved, planApprovals, tellApproved } from '../approvals.js';

/**
 * Makes assignments of proposals, all of them or none, in their order. Nobody comes to have more than they have room for.
 * @throws NOT_FOUND no such proposal for this actor; STALE_PROPOSAL one is not current, with the ticket as it is now in the details;
 * CAPACITY_EXCEEDED somebody has no room for one of them.
 */
export function approveProposals(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof ApproveInput>,
): Promise<SaveAssignmentsReply> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.approve', input }, async (unit) => {
    const approvals = await planApprovals(unit, actor, input.proposalIds);
    markApproved(unit, actor, approvals);
    const plans = approvals.map(({ plan }) => plan);
    const tickets = await writeTickets(deps, unit, actor, plans);
    await tellApproved(unit, actor, approvals);
    return savedReply(
      plans.flatMap(({ started, after }, nth) =>
        started ? [assignmentReply(started.span, after.row, tickets[nth]?.lastSeq ?? 0)] : [],
      ),
    );
  });
}

import type { z } from 'zod';
import type { RejectInput, RejectReply } from '../../../../contract/proposal.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import { personOf, type Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { lockProposals, readProposals } from '../loadProposals.js';
import { decideOn } from '../proposalRows.js';
import { presentProposal } from '../proposals.present.js';
import { tellProposals } from '../tellProposals.js';

/**
 * Turns proposals down, all of them or none: these people are not proposed for these tickets again. Nobody held anything, so
 * it begins and ends no assignment, and the ticket stays as it is.
 * @throws NOT_FOUND no such proposal for this actor; STALE_PROPOSAL one does not wait for a decision any more.
 */
export function rejectProposals(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof RejectInput>,
): Promise<z.output<typeof RejectReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.reject', input }, async (unit) => {
    const { proposalIds, reason } = input;
    const locked = await lockProposals(unit, actor, await readProposals(unit, actor, proposalIds));
    const decidedBy = personOf(actor);
    unit.send(decideOn, [proposalIds, 'REJECTED', decidedBy, unit.at, reason]);
    const decision = { state: 'REJECTED', decidedBy, decidedAt: unit.at, decisionReason: reason } as const;
    const rejected = locked.map(({ row }) => ({ ...row, ...decision }));
    locked.forEach(({ row: before }, nth) => {
      const { id: entityId, projectId } = before;
      unit.record.audit({
        entity: 'PROPOSAL',
        entityId,
        projectId,
        action: 'UPDATED',
        before,
        after: rejected[nth] ?? before,
      });
    });
    await tellProposals(
      unit,
      rejected.map((row) => ({ type: 'assignment.rejected', row })),
    );
    return { proposals: rejected.map(presentProposal) };
  });
}

import type { z } from 'zod';
import { limits } from '../../../../contract/limits.js';
import type { ResetInput, ResetReply } from '../../../../contract/proposal.js';
import { inUnitOfWork } from '../../../db/unitOfWork.js';
import type { Actor } from '../../../kernel/actor.js';
import type { Deps } from '../../deps.js';
import { findTickets } from '../../tickets/loadTicket.js';
import { demandProposer } from '../planSnapshot.js';
import { decodeProposal, proposedFor, proposedIn, withdraw, type AskedRow } from '../proposalRows.js';
import { tellProposals } from '../tellProposals.js';

/**
 * Takes back what is proposed in a project and not decided on, so many as one call can. What was approved or rejected stays.
 * @throws NOT_FOUND no such project for this actor; FORBIDDEN see `canPropose`; CONFLICT it is archived.
 */
export function resetProposals(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof ResetInput>,
): Promise<z.output<typeof ResetReply>> {
  return inUnitOfWork(deps, { actor, procedure: 'assignments.reset', input }, async (unit) => {
    const { projectId } = input;
    await demandProposer(unit.all, actor, projectId);
    const found = (await unit.all<AskedRow>(proposedIn, [projectId, actor.userId])).map(decodeProposal);
    const ticketIds = found.slice(0, limits.proposalsMax).map(({ ticketId }) => ticketId);
    const [, raw] = await Promise.all([
      findTickets(unit, actor, ticketIds),
      unit.all<AskedRow>(proposedFor, [ticketIds]),
    ]);
    const taken = raw.map(decodeProposal);
    const rows = taken.map((row) => ({ ...row, state: 'STALE' as const }));
    unit.send(withdraw, [rows.map(({ id }) => id), unit.at]);
    taken.forEach((before, nth) => {
      const audited = { entity: 'PROPOSAL', entityId: before.id, projectId, action: 'UPDATED' } as const;
      unit.record.audit({ ...audited, before, after: rows[nth] ?? before });
    });
    await tellProposals(
      unit,
      rows.map((row) => ({ type: 'assignment.withdrawn', row })),
    );
    return { withdrawn: rows.length, hasMore: found.length > limits.proposalsMax };
  });
}

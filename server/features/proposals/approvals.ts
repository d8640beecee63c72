import { limitOf } from '../../../contract/planning.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { personOf, type Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { planHandOver } from '../assignments/handOver.js';
import type { TicketPlan } from '../tickets/ticketPlan.js';
import { lockHolders, type Holders } from './holders.js';
import { lockProposals, readProposals, staleProposal, type LockedProposal } from './loadProposals.js';
import { decideOn } from './proposalRows.js';
import type { ProposalRow } from './proposals.present.js';
import { tellProposals } from './tellProposals.js';

export interface Approval {
  readonly row: ProposalRow;
  readonly plan: TicketPlan;
}

/**
 * Plans that give tickets to whom proposals name, decided under the locks of people, tickets and profiles.
 * @throws NOT_FOUND no such proposal for this actor; STALE_PROPOSAL one is not current, or its person is not there any more or lacks the
 * skill now; CAPACITY_EXCEEDED somebody has no room.
 */
export async function planApprovals(
  unit: UnitOfWork,
  actor: Actor,
  proposalIds: readonly string[],
  { reasonFor, isUnasked = false }: Why = {},
): Promise<Approval[]> {
  const known = await readProposals(unit, actor, proposalIds);
  const holders = await lockHolders(
    unit,
    known,
    () => lockProposals(unit, actor, known),
    isUnasked ? 'NOTHING' : 'FOR_LATER',
  );
  const { tickets: locked, people } = holders;
  demandPresent(locked, holders);
  const approvals = locked.map(({ row, held }): Approval => {
    const replaces = held.spans.find(({ isPrimary }) => isPrimary);
    const person = people.get(row.assigneeId);
    const how = {
      type: 'AI',
      primary: true,
      proposalId: row.id,
      reason: reasonFor?.get(row.id) ?? row.reason,
    } as const;
    const plan = person && planHandOver(held, { person, ...how, ...(replaces && { replaces }) }, actor, unit.at);
    if (!plan) throw staleProposal(row, [row], { held }, 'CHANGED');
    return { row, plan };
  });
  demandRoom(approvals, holders);
  return approvals;
}

interface Why {
  /** Instead of what the proposal says. */
  readonly reasonFor?: ReadonlyMap<string, string>;
  /** Nobody decides on it: whoever is away now gets nothing, not even for later. */
  readonly isUnasked?: boolean;
}

function demandPresent(locked: readonly LockedProposal[], { problemOf }: Holders): void {
  const gone = locked.flatMap(({ row, held }) => {
    const problem = problemOf(row.assigneeId, held.row);
    return problem === null ? [] : [{ row, held, problem }];
  });
  const [first] = gone;
  if (!first) return;
  const rows = gone.map(({ row }) => row);
  throw staleProposal(first.row, rows, { held: first.held }, first.problem);
}

/**
 * Whoever gains points must have room for all of them.
 * @throws CAPACITY_EXCEEDED of the first proposal that does not fit: `limit`, `workload` before it, and its `points`.
 */
function demandRoom(approvals: readonly Approval[], { profiles }: Holders): void {
  const loads = new Map([...profiles].map(([userId, { currentWorkload }]) => [userId, currentWorkload]));
  // What is taken from somebody makes room, whatever the order.
  const moves = approvals.flatMap(({ row, plan }) =>
    [...plan.workload].map(([userId, points]) => ({ row, userId, points })),
  );
  for (const { row, userId, points } of moves.toSorted((a, b) => Math.sign(a.points) - Math.sign(b.points))) {
    const [profile, workload] = [profiles.get(userId), loads.get(userId) ?? 0];
    if (!profile) continue;
    const limit = limitOf(profile);
    if (points > 0 && workload + points > limit)
      throw new AppError('CAPACITY_EXCEEDED', `${row.assigneeName} has no room for ${row.ticketKey}.`, {
        proposalId: row.id,
        ticketId: row.ticketId,
        ticketKey: row.ticketKey,
        assigneeId: userId,
        assigneeName: row.assigneeName,
        limit,
        workload,
        points,
      });
    loads.set(userId, workload + points);
  }
}

/** Before the tickets are written: their change makes stale what is proposed for them. */
export function markApproved(unit: UnitOfWork, actor: Actor, approvals: readonly Approval[]): void {
  if (approvals.length === 0) return;
  const ids = approvals.map(({ row }) => row.id);
  unit.send(decideOn, [ids, 'APPROVED', personOf(actor), unit.at, null]);
}

/** After the tickets are written, in whose events the assignments are told. */
export const tellApproved = (unit: UnitOfWork, actor: Actor, approvals: readonly Approval[]): Promise<void> =>
  tellProposals(
    unit,
    approvals.map(({ row }) => {
      const decision = { state: 'APPROVED', decidedBy: personOf(actor) } as const;
      return { type: 'assignment.approved', row: { ...row, ...decision, decidedAt: unit.at } };
    }),
  );

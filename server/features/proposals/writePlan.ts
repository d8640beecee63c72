import type { z } from 'zod';
import type { Plan, PlanProposal } from '../../../contract/plan.js';
import type { ProposeReply } from '../../../contract/proposal.js';
import { sendRows } from '../../db/rowStatements.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import { personOf, type Actor } from '../../kernel/actor.js';
import { AppError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import { findTickets } from '../tickets/loadTicket.js';
import { isOvertakenBy } from '../tickets/staleProposals.js';
import { lockHolders } from './holders.js';
import { demandProposer, type PlanQuestion, type PlanSnapshot } from './planSnapshot.js';
import { decodeProposal, insertProposal, insertRun, proposedFor, rejectedFor, withdraw } from './proposalRows.js';
import { presentProposal, presentRun, type ProposalRow, type RunRow } from './proposals.present.js';
import { tellProposals } from './tellProposals.js';

type Reply = z.output<typeof ProposeReply>;

/** A plan, and the question that it answers. */
export interface MadePlan extends Pick<PlanQuestion, 'projectId' | 'filters' | 'isUnasked'> {
  readonly snapshot: PlanSnapshot;
  readonly plan: Plan;
}

/** Writes a run with what of it still holds, under the locks of people, tickets and profiles. */
export async function writePlan(unit: UnitOfWork, actor: Actor, made: MadePlan): Promise<Reply> {
  const { snapshot, plan, projectId, filters } = made;
  const current = await currentOf(unit, actor, made);
  const run: RunRow = {
    id: newId(),
    projectId,
    filters,
    strategy: plan.strategy,
    inputHash: plan.inputHash,
    solver: plan.solver,
    outcome: plan.outcome,
    objective: plan.objective,
    gap: plan.gap,
    seq: snapshot.seq,
    unplaced: plan.unplaced,
    requestedBy: personOf(actor),
    createdAt: unit.at,
  };
  const rows = current.proposals.map((proposal) => rowOf(proposal, run, snapshot));
  const renewed = new Set(rows.map(({ ticketId }) => ticketId));
  const stale = current.earlier.filter(({ ticketId }) => !renewed.has(ticketId));
  if (current.earlier.length > 0) unit.send(withdraw, [current.earlier.map(({ id }) => id), unit.at]);
  sendRows(unit, insertRun, [{ ...run, updatedAt: unit.at }]);
  const explanations = new Map(plan.proposals.map(({ ticketId, explanation }) => [ticketId, explanation]));
  sendRows(
    unit,
    insertProposal,
    rows.flatMap((row) => {
      const explanation = explanations.get(row.ticketId);
      return explanation ? [{ ...row, explanation, updatedAt: unit.at }] : [];
    }),
  );
  unit.record.audit({ entity: 'ASSIGNMENT_RUN', entityId: run.id, projectId, action: 'CREATED', after: run });
  await tellProposals(unit, [
    ...stale.map((row) => ({ type: 'assignment.withdrawn' as const, row: { ...row, state: 'STALE' as const } })),
    ...rows.map((row) => ({ type: 'assignment.proposed' as const, row })),
  ]);
  return {
    run: presentRun(run),
    proposals: rows.map(presentProposal),
    unplaced: plan.unplaced,
    changed: current.changed,
    hasMore: snapshot.hasMore,
  };
}

interface Current {
  /** What can still be proposed. */
  readonly proposals: readonly PlanProposal[];
  /** What was proposed for these tickets before. */
  readonly earlier: readonly ProposalRow[];
  readonly changed: string[];
}

/** What of the plan holds, under the locks of its tickets. */
async function currentOf(unit: UnitOfWork, actor: Actor, made: MadePlan): Promise<Current> {
  const { snapshot, plan, projectId, isUnasked = false } = made;
  const ids = [...snapshot.tickets.keys()];
  const userOf = new Map(snapshot.input.people.map(({ id, userId }) => [id, userId]));
  const pairs = plan.proposals.map(({ ticketId, developerId }) => {
    return { ticketId, assigneeId: userOf.get(developerId) ?? '' };
  });
  await demandProposer(unit.all, actor, projectId);
  const [{ tickets: held, problemOf }, earlier, rejected] = await Promise.all([
    lockHolders(unit, pairs, () => findTickets(unit, actor, ids), isUnasked ? 'NOTHING' : 'AS_PLANNED'),
    unit.all(proposedFor, [ids]),
    unit.all<{ ticket_id: string; developer_id: string }>(rejectedFor, [ids]),
  ]);
  const changed = ids.filter((id) => {
    const [now, then] = [held.get(id), snapshot.tickets.get(id)];
    return !now || now instanceof AppError || !then || isOvertakenBy(then, now.row);
  });
  const isChanged = new Set(changed);
  const turnedDown = new Set(rejected.map(({ ticket_id, developer_id }) => `${ticket_id} ${developer_id}`));
  const isNews = ({ ticketId, developerId, isPinned }: PlanProposal): boolean =>
    !isPinned && snapshot.tickets.get(ticketId)?.assigneeId !== userOf.get(developerId);
  const open = plan.proposals.filter((proposal) => !isChanged.has(proposal.ticketId) && isNews(proposal));
  const isGone = ({ ticketId, developerId }: PlanProposal): boolean => {
    const now = held.get(ticketId);
    return now === undefined || now instanceof AppError || problemOf(userOf.get(developerId) ?? '', now.row) !== null;
  };
  // Turned down, or gone, while the plan was made.
  const late = open.filter(
    (proposal) => turnedDown.has(`${proposal.ticketId} ${proposal.developerId}`) || isGone(proposal),
  );
  return {
    proposals: open.filter((proposal) => !late.includes(proposal)),
    earlier: earlier.map(decodeProposal),
    changed: [...changed, ...late.map(({ ticketId }) => ticketId)],
  };
}

function rowOf(proposal: PlanProposal, run: RunRow, { tickets, input }: PlanSnapshot): ProposalRow {
  const { ticketId, developerId } = proposal;
  return {
    id: newId(),
    runId: run.id,
    projectId: run.projectId,
    ticketId,
    ticketKey: proposal.key,
    developerId,
    assigneeId: input.people.find(({ id }) => id === developerId)?.userId ?? '',
    assigneeName: proposal.name,
    rank: proposal.rank,
    score: proposal.score,
    state: 'PROPOSED',
    ticketVersion: tickets.get(ticketId)?.version ?? 0,
    reason: proposal.reason,
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    createdAt: run.createdAt,
  };
}

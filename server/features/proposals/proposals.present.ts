import type { Attributes } from 'sequelize';
import type { AssignmentProposal as Presented, AssignmentRun as PresentedRun } from '../../../contract/proposal.js';
import type { AssignmentProposal } from '../../db/models/AssignmentProposal.js';
import type { AssignmentRun } from '../../db/models/AssignmentRun.js';

export type RunRow = Omit<Attributes<AssignmentRun>, 'updatedAt'>;
/** A proposal with the names of what it is about. */
export type ProposalRow = Omit<Attributes<AssignmentProposal>, 'explanation' | 'updatedAt'> & {
  readonly ticketKey: string;
  readonly assigneeId: string;
  readonly assigneeName: string;
};

export const presentProposal = (row: ProposalRow): Presented => ({
  id: row.id,
  runId: row.runId,
  projectId: row.projectId,
  ticketId: row.ticketId,
  ticketKey: row.ticketKey,
  developerId: row.developerId,
  assigneeId: row.assigneeId,
  assigneeName: row.assigneeName,
  rank: row.rank,
  score: row.score,
  state: row.state,
  ticketVersion: row.ticketVersion,
  reason: row.reason,
  decidedBy: row.decidedBy,
  decidedAt: row.decidedAt?.toISOString() ?? null,
  decisionReason: row.decisionReason,
  createdAt: row.createdAt.toISOString(),
});

export const presentRun = (row: RunRow): PresentedRun => ({
  id: row.id,
  projectId: row.projectId,
  strategy: row.strategy,
  inputHash: row.inputHash,
  solver: row.solver,
  outcome: row.outcome,
  objective: row.objective,
  gap: row.gap,
  seq: row.seq,
  requestedBy: row.requestedBy,
  filters: row.filters,
  createdAt: row.createdAt.toISOString(),
});

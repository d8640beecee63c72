import type { Attributes } from 'sequelize';
import { limits } from '../../../contract/limits.js';
import type { ProjectRole } from '../../../contract/project.js';
import { decodeRow } from '../../db/decodeRow.js';
import { AssignmentProposal } from '../../db/models/AssignmentProposal.js';
import { AssignmentRun } from '../../db/models/AssignmentRun.js';
import { insertRow } from '../../db/rowStatements.js';
import { statement } from '../../db/statement.js';
import type { ProposalRow } from './proposals.present.js';

/**
 * A proposal beside what it is about, without its explanation. One whose ticket is in another project now is not shown to anybody:
 * what it says is of the old one, and the ticket is the other team's.
 */
export const proposalColumns = `p.id, p.run_id, p.project_id, p.ticket_id, p.developer_id, p.rank, p.score, p.state, p.ticket_version,
  p.reason, p.decided_by, p.decided_at, p.decision_reason, p.created_at, t.key AS ticket_key, u.id AS assignee_id,
  u.name AS assignee_name`;
export const proposalTables = `assignment_proposals p JOIN tickets t ON t.id = p.ticket_id AND t.project_id = p.project_id
  JOIN developers d ON d.id = p.developer_id JOIN users u ON u.id = d.user_id`;

interface Named {
  readonly ticket_key: string;
  readonly assignee_id: string;
  readonly assignee_name: string;
}

export function decodeProposal(raw: object): ProposalRow {
  const { ticket_key: ticketKey, assignee_id: assigneeId, assignee_name: assigneeName, ...columns } = raw as Named;
  const row: Omit<Attributes<AssignmentProposal>, 'explanation' | 'updatedAt'> = decodeRow(AssignmentProposal, columns);
  return { ...row, ticketKey, assigneeId, assigneeName };
}

export interface AskedRow extends Named {
  readonly actor_role: ProjectRole | null;
}
const withRole = `LEFT JOIN project_members m ON m.project_id = p.project_id AND m.user_id = $2`;
/** These, and the role that the caller has in the project of each. */
export const proposalsById = statement(
  'proposals.byId',
  (d) =>
    `SELECT ${proposalColumns}, m.role AS actor_role FROM ${proposalTables} ${withRole} WHERE ${d.anyOf('p.id', '$1')}`,
);
/** Those of a project that wait for a decision, so many as one call decides on. */
export const proposedIn = statement(
  'proposals.proposedIn',
  `SELECT ${proposalColumns}, m.role AS actor_role FROM ${proposalTables} ${withRole}
   WHERE p.project_id = $1 AND p.state = 'PROPOSED' ORDER BY p.id LIMIT ${limits.proposalsMax + 1}`,
);
/** Those of tickets that wait for a decision. */
export const proposedFor = statement(
  'proposals.proposedFor',
  (d) =>
    `SELECT ${proposalColumns} FROM ${proposalTables} WHERE p.state = 'PROPOSED' AND ${d.anyOf('p.ticket_id', '$1')}`,
);
export const rejectedFor = statement(
  'proposals.rejectedFor',
  (d) => `SELECT DISTINCT p.ticket_id, p.developer_id FROM assignment_proposals p
   WHERE p.state = 'REJECTED' AND ${d.anyOf('p.ticket_id', '$1')}`,
);

/** Whoever sends it has the locks of their tickets. */
export const decideOn = statement(
  'proposals.decide',
  (
    d,
  ) => `UPDATE assignment_proposals SET state = $2, decided_by = $3, decided_at = $4, decision_reason = $5, updated_at = $4
   WHERE ${d.anyOf('id', '$1')}`,
);
export const withdraw = statement(
  'proposals.withdraw',
  (d) =>
    `UPDATE assignment_proposals SET state = 'STALE', updated_at = $2 WHERE state = 'PROPOSED' AND ${d.anyOf('id', '$1')}`,
);

export const insertRun = insertRow(AssignmentRun, [
  ...(['id', 'projectId', 'strategy', 'inputHash', 'solver', 'outcome', 'objective', 'gap', 'seq'] as const),
  ...(['requestedBy', 'filters', 'unplaced', 'createdAt', 'updatedAt'] as const),
]);
export const insertProposal = insertRow(AssignmentProposal, [
  ...(['id', 'runId', 'projectId', 'ticketId', 'developerId', 'rank', 'score', 'state', 'ticketVersion'] as const),
  ...(['explanation', 'reason', 'createdAt', 'updatedAt'] as const),
]);

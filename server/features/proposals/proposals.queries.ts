import type { z } from 'zod';
import type { ProjectRole } from '../../../contract/project.js';
import type {
  AssignmentProposal as Presented,
  AssignmentProposalDetail,
  AssignmentRun as PresentedRun,
  AssignmentRunDetail,
  GetProposalInput,
  GetRunInput,
  ListProposalsInput,
  ListRunsInput,
} from '../../../contract/proposal.js';
import { LatestFirst, OldestFirst, type Page } from '../../../contract/text.js';
import type { Database } from '../../db/database.js';
import { decodeRow } from '../../db/decodeRow.js';
import { AssignmentProposal } from '../../db/models/AssignmentProposal.js';
import { AssignmentRun } from '../../db/models/AssignmentRun.js';
import { adHoc, statement } from '../../db/statement.js';
import type { Actor } from '../../kernel/actor.js';
import { demand } from '../../kernel/decision.js';
import { notFound } from '../../kernel/errors.js';
import { toPage } from '../keysetPage.js';
import { madeAs, ordersOf, sortedList } from '../sortedList.js';
import { standingIn } from '../projects/projects.queries.js';
import { Parameters, ticketScope } from '../tickets/ticketScope.js';
import { decodeProposal, proposalColumns, proposalTables } from './proposalRows.js';
import { canPropose } from './proposals.policy.js';
import { presentProposal, presentRun, type RunRow } from './proposals.present.js';

const startOf = ordersOf(OldestFirst, { createdAt: [madeAs('p.id', 'id')] });

/**
 * Proposals of one state in the projects where the actor works, in the order in which they were made, a run's by rank, unless `sort`
 * says otherwise.
 * @throws NOT_FOUND not inside `projectId`; FORBIDDEN see `canPropose`.
 */
export async function listProposals(
  db: Database,
  actor: Actor,
  input: z.output<typeof ListProposalsInput>,
): Promise<Page<Presented>> {
  const { projectId, ticketId, runId, state, limit } = input;
  const { staffOf } = await ticketScope(db.all, actor, projectId);
  const projectRole = staffOf.length > 0 ? 'MEMBER' : 'CUSTOMER';
  if (projectId !== undefined) demand(canPropose({ role: actor.role, projectRole }));
  const parameters = new Parameters();
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [`p.${column} = ${parameters.bind(value)}`];
  const where = [
    db.dialect.anyOf('p.project_id', parameters.bind(staffOf)),
    ...equal('state', state),
    ...equal('ticket_id', ticketId),
    ...equal('run_id', runId),
  ];
  const { orderBy, after, values, cursorOf } = startOf(input.sort, input.cursor);
  if (input.cursor !== undefined) where.push(after(values.map((value) => parameters.bind(value))));
  const text = `SELECT ${proposalColumns} FROM ${proposalTables} WHERE ${where.join(' AND ')} ORDER BY ${orderBy} LIMIT ${limit + 1}`;
  const rows = await db.all(adHoc(text), parameters.values);
  return toPage(rows.map(decodeProposal), limit, cursorOf, presentProposal);
}

const oneProposal = statement(
  'proposals.one',
  (
    d,
  ) => `SELECT ${proposalColumns}, ${d.jsonText('p.explanation')} AS explained, a.id AS assignment_id, m.role AS actor_role
   FROM ${proposalTables} LEFT JOIN project_members m ON m.project_id = p.project_id AND m.user_id = $2
   LEFT JOIN assignments a ON a.proposal_id = p.id WHERE p.id = $1`,
);
const oneRun = statement(
  'proposals.run',
  `SELECT r.*, m.role AS actor_role FROM assignment_runs r
   LEFT JOIN project_members m ON m.project_id = r.project_id AND m.user_id = $2 WHERE r.id = $1`,
);

interface WithRole {
  readonly actor_role: ProjectRole | null;
}
interface OneRow extends WithRole {
  readonly explained: string;
  readonly assignment_id: string | null;
}

/** @throws NOT_FOUND missing, or the actor does not work in its project. */
export async function getRun(
  db: Database,
  actor: Actor,
  { runId }: z.output<typeof GetRunInput>,
): Promise<AssignmentRunDetail> {
  const [found] = await db.all<WithRole>(oneRun, [runId, actor.userId]);
  if (!found || !canPropose({ role: actor.role, projectRole: found.actor_role }).allowed) throw notFound('run');
  const { actor_role: _, ...columns } = found;
  const row = decodeRow(AssignmentRun, columns);
  return { ...presentRun(row), unplaced: [...row.unplaced] };
}

// Without what was not placed, which is long.
const runsOf = sortedList(
  'proposals.runs',
  LatestFirst,
  { createdAt: [madeAs('id', 'id')] },
  2,
  ({
    after,
    orderBy,
  }) => `SELECT id, project_id, strategy, input_hash, solver, outcome, objective, gap, seq, requested_by, filters, created_at
   FROM assignment_runs WHERE project_id = $1 AND ${after} ORDER BY ${orderBy} LIMIT $2`,
);

/**
 * The plans that were made for a project.
 * @throws NOT_FOUND not inside of it; FORBIDDEN see `canPropose`.
 */
export async function listRuns(
  db: Database,
  actor: Actor,
  { projectId, sort, limit, cursor }: z.output<typeof ListRunsInput>,
): Promise<Page<PresentedRun>> {
  demand(canPropose(await standingIn(db.all, actor, projectId)));
  const { statement: asked, values, cursorOf } = runsOf(sort, cursor);
  const rows = await db.all(asked, [projectId, limit + 1, ...values]);
  const runs = rows.map((row): RunRow => ({ ...decodeRow(AssignmentRun, row), unplaced: [] }));
  return toPage(runs, limit, cursorOf, presentRun);
}

/** @throws NOT_FOUND missing, or the actor does not work in its project. */
export async function getProposal(
  db: Database,
  actor: Actor,
  { proposalId }: z.output<typeof GetProposalInput>,
): Promise<AssignmentProposalDetail> {
  const [found] = await db.all<OneRow>(oneProposal, [proposalId, actor.userId]);
  if (!found || !canPropose({ role: actor.role, projectRole: found.actor_role }).allowed) throw notFound('proposal');
  const { actor_role: _, explained, assignment_id: assignmentId, ...columns } = found;
  const row = decodeProposal(columns);
  const { explanation } = decodeRow(AssignmentProposal, { explanation: explained });
  const { unplaced: _unplaced, ...run } = await getRun(db, actor, { runId: row.runId });
  return { ...presentProposal(row), explanation, run, assignmentId };
}

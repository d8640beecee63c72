import { sendRows } from '../../server/db/rowStatements.js';
import { adHoc, type Statements } from '../../server/db/statement.js';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { insertProposal, insertRun } from '../../server/features/proposals/proposalRows.js';
import { newId } from '../../server/kernel/ids.js';
import type { World } from './world.js';

const terms = { skill: 0, experience: 0, reporter: 0, project: 0, load: 0 };
const explanation = {
  weight: 1,
  points: 0,
  isEstimated: true,
  checks: [],
  terms,
  alternatives: [],
  counterfactual: null,
  load: { limit: 40, before: 0, after: 0 },
  notChosen: { people: [], counts: {} },
};
const solved = {
  ...({ strategy: 'OPTIMAL', outcome: 'OPTIMAL', inputHash: 'a'.repeat(64), solver: 'none', gap: 0, seq: 1 } as const),
  objective: { placed: 1, fit: 0, order: 0 },
  requestedBy: null,
  filters: {},
  unplaced: [],
};

interface Pair {
  readonly ticketId: string;
  readonly userId: string;
}

/** Proposals as a run leaves them, one for each pair, and their ids; for what is about what becomes of them. */
export async function sendProposals(
  { all, send }: Statements,
  projectId: string,
  pairs: readonly Pair[],
  { at, reason }: { readonly at: Date; readonly reason: string },
): Promise<string[]> {
  const people = await all<{ id: string; user_id: string }>(adHoc('SELECT id, user_id FROM developers'), []);
  const developerOf = new Map(people.map(({ id, user_id }) => [user_id, id]));
  const stamps = { createdAt: at, updatedAt: at };
  const run = { id: newId(), projectId, ...solved, ...stamps };
  const rows = pairs.map(({ ticketId, userId }, nth) => {
    const about = { runId: run.id, projectId, ticketId, developerId: developerOf.get(userId)!, ticketVersion: 1 };
    return {
      id: newId(),
      ...about,
      rank: nth + 1,
      score: 0,
      state: 'PROPOSED',
      explanation,
      reason,
      ...stamps,
    } as const;
  });
  sendRows({ send }, insertRun, [run]);
  sendRows({ send }, insertProposal, rows);
  return rows.map(({ id }) => id);
}

/** One of them. */
export const aProposal = (
  { deps, admin }: World,
  projectId: string,
  ticketId: string,
  userId: string,
  reason = 'Fits',
): Promise<string> =>
  inUnitOfWork(deps, { actor: admin, procedure: 'test', input: {} }, async (unit) => {
    const [id] = await sendProposals(unit, projectId, [{ ticketId, userId }], { at: unit.at, reason });
    return id!;
  });

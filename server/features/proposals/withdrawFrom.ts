import { statement, type RunStatement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { PlanPerson } from '../../planner/planInput.js';
import { dayOfNeed, isAway, localDay } from '../../planner/presence.js';
import { loadAnyTickets } from '../tickets/loadTicket.js';
import type { TicketState } from '../tickets/ticketPlan.js';
import { decodeProposal, proposalColumns, proposalTables, withdraw } from './proposalRows.js';
import type { ProposalRow } from './proposals.present.js';
import { tellProposals } from './tellProposals.js';
import { awaitPlace } from './ticketsToPlace.js';

const proposedTo = statement(
  'proposals.proposedTo',
  (d) => `SELECT ${proposalColumns} FROM ${proposalTables}
   WHERE p.state = 'PROPOSED' AND d.user_id = $1 AND (p.project_id = $2 OR ${d.cast('$2', 'STRING')} IS NULL)`,
);

/** What waits for a decision and names a person, in one project or in all. */
async function proposalsTo(all: RunStatement, userId: string, projectId: string | null): Promise<ProposalRow[]> {
  return (await all(proposedTo, [userId, projectId])).map(decodeProposal);
}

interface Locked {
  readonly proposals: readonly ProposalRow[];
  /** Their tickets and those `beside` them, by id. */
  readonly tickets: ReadonlyMap<string, TicketState>;
}

/** What waits for a decision and names a person whose row is locked, under the locks of its tickets: until the end nothing joins it. */
export async function lockProposalsTo(
  unit: UnitOfWork,
  userId: string,
  projectId: string | null = null,
  beside: readonly string[] = [],
): Promise<Locked> {
  const known = await proposalsTo(unit.all, userId, projectId);
  const tickets = await loadAnyTickets(unit, [...beside, ...known.map(({ ticketId }) => ticketId)]);
  // Some may have been decided on before their tickets were locked.
  const proposals = known.length === 0 ? [] : await proposalsTo(unit.all, userId, projectId);
  return { proposals: proposals.filter(({ ticketId }) => tickets.has(ticketId)), tickets };
}

/** Makes locked proposals stale, and tells so; their tickets wait for another plan, where the project wants that. Takes the projects' numbers. */
export async function withdrawProposals(unit: UnitOfWork, rows: readonly ProposalRow[]): Promise<void> {
  if (rows.length === 0) return;
  unit.send(withdraw, [rows.map(({ id }) => id), unit.at]);
  await tellProposals(
    unit,
    rows.map((row) => ({ type: 'assignment.withdrawn' as const, row: { ...row, state: 'STALE' as const } })),
  );
  awaitPlace(
    unit,
    'FREED',
    rows.map(({ ticketId }) => ticketId),
  );
}

/** Those whose tickets need the person on a day on which they are away, today by their own clock among them. */
export function overtakenByAbsence(
  { proposals, tickets }: Locked,
  absence: Pick<PlanPerson, 'awayFrom' | 'awayTo' | 'timezone'>,
  now: Date,
): ProposalRow[] {
  const today = localDay(now, absence.timezone);
  return proposals.filter(({ ticketId }) => {
    const dueDate = tickets.get(ticketId)?.row.dueDate ?? null;
    return isAway(absence, dayOfNeed(dueDate, today));
  });
}

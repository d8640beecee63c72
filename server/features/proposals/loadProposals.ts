import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import { AppError, notFound } from '../../kernel/errors.js';
import { findTickets, type LoadedTicket } from '../tickets/loadTicket.js';
import type { HolderProblem } from './holders.js';
import { decodeProposal, proposalsById, proposedFor, type AskedRow } from './proposalRows.js';
import { canPropose } from './proposals.policy.js';
import type { ProposalRow } from './proposals.present.js';

type Held = LoadedTicket | AppError;

/**
 * Proposals as they are, in the order of their ids as given, read without a lock. None of them ever moves to another ticket or person.
 * @throws NOT_FOUND one is missing, or the caller may not see it.
 */
export async function readProposals(unit: UnitOfWork, actor: Actor, ids: readonly string[]): Promise<ProposalRow[]> {
  const rows = await unit.all<AskedRow>(proposalsById, [ids, actor.userId]);
  const seen = rows.flatMap(({ actor_role: projectRole, ...row }) =>
    canPropose({ role: actor.role, projectRole }).allowed ? [decodeProposal(row)] : [],
  );
  const byId = new Map(seen.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    if (!row) throw notFound('proposal');
    return row;
  });
}

export interface LockedProposal {
  readonly row: ProposalRow;
  readonly held: LoadedTicket;
}

/** The same rows under the locks of their tickets, under which alone a proposal changes. */
export async function lockProposals(
  unit: UnitOfWork,
  actor: Actor,
  known: readonly ProposalRow[],
): Promise<LockedProposal[]> {
  const ids = known.map(({ id }) => id);
  const ticketIds = [...new Set(known.map(({ ticketId }) => ticketId))];
  const [tickets, rows] = await Promise.all([findTickets(unit, actor, ticketIds), readProposals(unit, actor, ids)]);
  const stale = rows.filter(({ state }) => state !== 'PROPOSED');
  const [first] = stale;
  if (first) {
    const [fresh] = await unit.all<{ id: string }>(proposedFor, [[first.ticketId]]);
    throw staleProposal(first, stale, { held: tickets.get(first.ticketId), freshId: fresh?.id });
  }
  return rows.map((row) => {
    const held = tickets.get(row.ticketId) ?? notFound('proposal');
    if (held instanceof AppError) throw held.code === 'NOT_FOUND' ? notFound('proposal') : held;
    return { row, held };
  });
}

interface Now {
  readonly held: Held | undefined;
  /** What is proposed for the ticket instead. */
  readonly freshId?: string | undefined;
}

/** What made it so, with the ticket as it is now; `proposalIds`: all of those asked for that are stale. */
export function staleProposal(
  row: ProposalRow,
  all: readonly ProposalRow[],
  { held, freshId }: Now,
  cause: 'DECIDED' | 'CHANGED' | HolderProblem = row.state === 'STALE' ? 'CHANGED' : 'DECIDED',
): AppError {
  const says = {
    DECIDED: `The proposal for ${row.ticketKey} was ${row.state.toLowerCase()} already.`,
    CHANGED: `${row.ticketKey} changed after it was proposed, was planned anew, or ${row.assigneeName} went away.`,
    PERSON: `${row.assigneeName} cannot hold tickets of this project any more.`,
    SKILL: `${row.assigneeName} does not have the skill that ${row.ticketKey} asks for any more.`,
    AWAY: `${row.assigneeName} is away when ${row.ticketKey} needs them.`,
  };
  const now = held && !(held instanceof AppError) ? held.row : null;
  return new AppError('STALE_PROPOSAL', says[cause], {
    proposalId: row.id,
    cause,
    state: row.state,
    ticketId: row.ticketId,
    ticketKey: row.ticketKey,
    version: now?.version ?? null,
    status: now?.status ?? null,
    assigneeId: now?.assigneeId ?? null,
    freshProposalId: freshId ?? null,
    proposalIds: all.map(({ id }) => id),
  });
}

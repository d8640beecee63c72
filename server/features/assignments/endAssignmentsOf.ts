import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { awaitPlace } from '../proposals/ticketsToPlace.js';
import { lockProposalsTo, withdrawProposals } from '../proposals/withdrawFrom.js';
import { planChange, type TicketState } from '../tickets/ticketPlan.js';
import { writeTickets } from '../tickets/writeTickets.js';

const heldBy = statement(
  'assignments.heldBy',
  `SELECT a.ticket_id FROM assignments a JOIN tickets t ON t.id = a.ticket_id
   WHERE a.assignee_id = $1 AND a.status = 'ACTIVE' AND (t.project_id = $2 OR $2 IS NULL) ORDER BY a.ticket_id`,
);

/**
 * Takes every ticket from a person who goes away, and what is proposed for them, in one project or in all. For commands that have locked the
 * person's row and decided that the actor may do this; takes the projects' numbers itself.
 */
export async function endAssignmentsOf(
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  userId: string,
  reason: string,
  projectId: string | null = null,
): Promise<void> {
  const held = await unit.all<{ ticket_id: string }>(heldBy, [userId, projectId]);
  const ticketIds = held.map(({ ticket_id }) => ticket_id);
  const { proposals, tickets } = await lockProposalsTo(unit, userId, projectId, ticketIds);
  const states = ticketIds.flatMap((ticketId) => tickets.get(ticketId) ?? []);
  await takeFrom(deps, unit, actor, { userId, reason, states });
  await withdrawProposals(unit, proposals);
}

interface Taking {
  readonly userId: string;
  readonly reason: string;
  readonly states: readonly TicketState[];
}

/** Takes locked tickets from a person. What nobody holds then waits for a plan, where the project wants that. */
export async function takeFrom(
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  { userId, reason, states }: Taking,
): Promise<void> {
  const plans = states.flatMap((state) => {
    const span = state.spans.find(({ assigneeId }) => assigneeId === userId);
    if (!span) return [];
    const ends = [{ span, status: 'REMOVED', reason }] as const;
    return planChange(state, { event: 'ticket.unassigned', ends }, actor, unit.at) ?? [];
  });
  await writeTickets(deps, unit, actor, plans);
  awaitPlace(
    unit,
    'FREED',
    plans.map(({ after }) => after.row.id),
  );
}

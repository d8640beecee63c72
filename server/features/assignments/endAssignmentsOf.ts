import { statement } from '../../db/statement.js';
import type { UnitOfWork } from '../../db/unitOfWork.js';
import type { Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import { loadAnyTicket } from '../tickets/loadTicket.js';
import { planChange, type TicketPlan } from '../tickets/ticketPlan.js';
import { writeTickets } from '../tickets/writeTickets.js';

const heldBy = statement(
  'assignments.heldBy',
  `SELECT a.ticket_id FROM assignments a JOIN tickets t ON t.id = a.ticket_id
   WHERE a.assignee_id = $1 AND a.status = 'ACTIVE' AND (t.project_id = $2 OR $2 IS NULL) ORDER BY a.ticket_id`,
);

/**
 * Takes every ticket from a person who goes away, in one project or in all. For commands that have locked the person's
 * row and decided that the actor may do this; takes the projects' numbers itself.
 */
export async function endAssignmentsOf(
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  userId: string,
  reason: string,
  projectId?: string,
): Promise<void> {
  const tickets = await unit.all<{ ticket_id: string }>(heldBy, [userId, projectId ?? null]);
  const plans: TicketPlan[] = [];
  for (const { ticket_id } of tickets) {
    const state = await loadAnyTicket(unit, ticket_id);
    const span = state.spans.find(({ assigneeId }) => assigneeId === userId);
    if (!span) continue;
    const ends = [{ span, status: 'REMOVED', reason }] as const;
    const plan = planChange(state, { event: 'ticket.unassigned', ends }, actor, unit.at);
    if (plan) plans.push(plan);
  }
  await writeTickets(deps, unit, actor, plans);
}

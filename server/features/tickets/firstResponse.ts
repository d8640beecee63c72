import type { UnitOfWork } from '../../db/unitOfWork.js';
import { isStaff, type Actor } from '../../kernel/actor.js';
import type { Deps } from '../deps.js';
import type { LoadedTicket } from './loadTicket.js';
import { planChange } from './ticketPlan.js';
import { writeTickets } from './writeTickets.js';

/** Notes on the ticket that its reporter has been answered, if this actor's public words are the first that do. */
export async function noteFirstResponse(
  deps: Deps,
  unit: UnitOfWork,
  actor: Actor,
  ticket: LoadedTicket,
): Promise<void> {
  const { row, standing } = ticket;
  if (row.firstResponseAt !== null || !isStaff(standing) || actor.userId === row.reporterId) return;
  const plan = planChange(ticket, { event: 'ticket.updated', patch: { firstResponseAt: unit.at } }, actor, unit.at);
  if (plan) await writeTickets(deps, unit, actor, [plan]);
}

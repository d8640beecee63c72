import type { Ticket, TicketReply } from '../../../contract/ticket.js';
import { isStaff, type Standing } from '../../kernel/actor.js';
import type { TicketState } from './ticketPlan.js';
import { assigneesOf } from './ticketPlan.js';
import { forCustomer, presentTicket } from './tickets.present.js';

/** The reply to a mutation: the ticket as this caller may see it, with the event that made it so. */
export function replyFor(standing: Standing, ticket: Ticket | undefined): TicketReply {
  if (!ticket) throw new Error('no ticket was written');
  const seen = isStaff(standing) ? ticket : forCustomer(ticket);
  return { ...seen, seq: ticket.lastSeq };
}

/** The same when nothing had to change. */
export const unchangedReply = (standing: Standing, { row, spans }: TicketState): TicketReply =>
  replyFor(standing, presentTicket(row, assigneesOf(spans)));

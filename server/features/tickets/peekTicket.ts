import { statement, type RunStatement } from '../../db/statement.js';
import { byTicket } from './ticketStatements.js';
import { readState } from './loadTicket.js';
import type { TicketState } from './ticketPlan.js';

const one = statement(
  'tickets.peek',
  'SELECT t.* FROM tickets t WHERE t.id = $1 AND t.deleted_at IS NULL AND t.merged_into_id IS NULL',
);

/** The ticket as it is at this moment, under no lock, for whoever looks whether there is anything to do; null: nothing can be done with it. */
export async function peekTicket(all: RunStatement, ticketId: string): Promise<TicketState | null> {
  const [[raw], facts] = await Promise.all([all(one, [ticketId]), all<object>(byTicket.facts, [ticketId, null, null])]);
  return raw ? readState(raw, facts) : null;
}

import type { TicketTest } from '../../../contract/ticketFilter.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import type { QuerySpec } from '../../../server/realtime/queries/querySpec.js';

/** Whether a ticket is among the query's, decided without an index: by who may see it as much as by the filter. */
export function matcherOf({ scope, filter }: QuerySpec): TicketTest {
  const staffOf = new Set(scope.staffOf);
  const customerOf = new Set(scope.customerOf);
  const isWanted = compileFilter(filter);
  return (ticket) =>
    isWanted(ticket) &&
    (staffOf.has(ticket.projectId) || (customerOf.has(ticket.projectId) && ticket.reporterId === scope.customerId));
}

import type { QueryCounts } from '../../../contract/liveTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import { fieldTests } from '../../../contract/ticketFilter.js';
import { compareTickets, latestFirst } from '../../../contract/ticketOrder.js';
import type { TicketsQuery } from '../live.js';

export interface Rows {
  readonly items: readonly Ticket[];
  readonly counts: QueryCounts;
}

/**
 * How a query's rows are shown with guesses over them: what will not match any more is left out, the rest is in the query's
 * order, and the counts agree. Rows that a guess would bring in are not known here, and come with their events. Without a guess it is
 * the same object.
 */
export function showing({ projectId, text: _, sort = latestFirst, limit: __, ...filter }: TicketsQuery) {
  const tests = fieldTests(filter);
  const isShown = (ticket: Ticket) =>
    ticket.deletedAt === null &&
    (projectId === undefined || ticket.projectId === projectId) &&
    tests.every((test) => test(ticket));
  const compare = compareTickets(sort);
  return (rows: Rows, over: (ticket: Ticket) => Ticket | null): Rows => {
    let { counts } = rows;
    let isTouched = false;
    const items = rows.items.flatMap((ticket) => {
      const guessed = over(ticket);
      if (guessed === ticket) return [ticket];
      isTouched = true;
      const shown = guessed && isShown(guessed) ? guessed : null;
      counts = recounted(counts, ticket, shown);
      return shown ?? [];
    });
    return isTouched ? { items: items.toSorted(compare), counts } : rows;
  };
}

function recounted(counts: QueryCounts, before: Ticket, after: Ticket | null): QueryCounts {
  const byStatus = { ...counts.byStatus };
  const byAssignee = { ...counts.byAssignee };
  const count = ({ status, assigneeId }: Ticket, one: 1 | -1) => {
    byStatus[status] += one;
    if (assigneeId === null) return;
    const held = (byAssignee[assigneeId] ?? 0) + one;
    if (held > 0) byAssignee[assigneeId] = held;
    else delete byAssignee[assigneeId];
  };
  count(before, -1);
  if (after) count(after, 1);
  return { total: counts.total - (after ? 0 : 1), byStatus, byAssignee };
}

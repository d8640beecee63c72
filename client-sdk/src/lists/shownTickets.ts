import { limits } from '../../../contract/limits.js';
import type { QueryCounts } from '../../../contract/liveTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import { fieldTests } from '../../../contract/ticketFilter.js';
import { compareTickets, latestFirst } from '../../../contract/ticketOrder.js';
import type { TicketsQuery } from '../live.js';

export interface Rows {
  readonly items: readonly Ticket[];
  readonly counts: QueryCounts;
}

/** What is laid over the rows of a list. */
export interface Laid {
  readonly over: (ticket: Ticket) => Ticket | null;
  /** Made here, and not come by the list's stream. */
  readonly made: readonly Ticket[];
}

/**
 * How a query's rows are shown with guesses over them: what will not match any more is left out, what was made here and matches is
 * in, all in the query's order and no more than it wants, and the counts agree. Other rows that a guess would bring in are not known
 * here, and come with their events. Without a guess it is the same object.
 */
export function showing({ projectId, text, sort = latestFirst, limit = limits.pageSize, ...filter }: TicketsQuery) {
  const tests = fieldTests(filter);
  const isShown = (ticket: Ticket) =>
    ticket.deletedAt === null &&
    (projectId === undefined || ticket.projectId === projectId) &&
    tests.every((test) => test(ticket));
  const compare = compareTickets(sort);
  return (rows: Rows, { over, made }: Laid): Rows => {
    let { counts } = rows;
    let isTouched = false;
    const kept = rows.items.flatMap((ticket) => {
      const guessed = over(ticket);
      if (guessed === ticket) return [ticket];
      isTouched = true;
      const shown = guessed && isShown(guessed) ? guessed : null;
      counts = recounted(counts, ticket, shown);
      return shown ?? [];
    });
    // What a search finds only the server knows.
    const added = (text === undefined ? made : []).flatMap((ticket) => {
      const guessed = over(latest(ticket, rows.items));
      if (!guessed || !isShown(guessed)) return [];
      counts = recounted(counts, null, guessed);
      return guessed;
    });
    if (!isTouched && added.length === 0) return rows;
    return { items: [...kept, ...added].toSorted(compare).slice(0, limit), counts };
  };
}

/** Until the server has said when, a ticket was made now by the server's clock, not by that of this machine. */
function latest(ticket: Ticket, rows: readonly Ticket[]): Ticket {
  if (ticket.lastSeq > 0) return ticket;
  const at = rows.reduce((last, { updatedAt }) => (updatedAt > last ? updatedAt : last), ticket.updatedAt);
  return { ...ticket, createdAt: at, updatedAt: at };
}

function recounted(counts: QueryCounts, before: Ticket | null, after: Ticket | null): QueryCounts {
  const byStatus = { ...counts.byStatus };
  const byAssignee = { ...counts.byAssignee };
  const count = (ticket: Ticket | null, one: 1 | -1) => {
    if (!ticket) return 0;
    const { status, assigneeId } = ticket;
    byStatus[status] += one;
    if (assigneeId === null) return one;
    const held = (byAssignee[assigneeId] ?? 0) + one;
    if (held > 0) byAssignee[assigneeId] = held;
    else delete byAssignee[assigneeId];
    return one;
  };
  return { total: counts.total + count(before, -1) + count(after, 1), byStatus, byAssignee };
}

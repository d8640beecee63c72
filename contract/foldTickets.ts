import type { CountsChange, QueryCounts, TicketsDelta, TicketsItem, TicketsSnapshot } from './liveTickets.js';
import type { Ticket } from './ticket.js';
import type { TicketSort } from './ticketInputs.js';
import { compareTickets } from './ticketOrder.js';

/** What a reader of a live query holds. While `isWhole` it equals the list that SQL gives at the cursor of the last item. */
export interface TicketsView {
  readonly items: readonly Ticket[];
  readonly counts: QueryCounts;
  readonly isWhole: boolean;
}

export const noTickets: TicketsView = {
  items: [],
  counts: { total: 0, byStatus: { OPEN: 0, IN_PROGRESS: 0, REVIEW: 0, RESOLVED: 0, CLOSED: 0 }, byAssignee: {} },
  isWhole: false,
};

/** The view after one more item. Pure: views may be kept and compared. */
export const foldTickets = (view: TicketsView, item: TicketsItem, sort: TicketSort): TicketsView =>
  item.kind === 'snapshot' ? withPart(view, item) : withDelta(view, item, sort);

const withPart = (view: TicketsView, { part, isLast, items, counts }: TicketsSnapshot): TicketsView => ({
  items: part === 0 ? items : [...view.items, ...items],
  counts,
  isWhole: isLast,
});

function withDelta(view: TicketsView, { upserts, removes, counts }: TicketsDelta, sort: TicketSort): TicketsView {
  const gone = new Set([...removes, ...upserts.map(({ id }) => id)]);
  const stay = view.items.filter(({ id }) => !gone.has(id));
  return {
    items: upserts.length === 0 ? stay : [...stay, ...upserts].toSorted(compareTickets(sort)),
    counts: counts ? withCounts(view.counts, counts) : view.counts,
    isWhole: view.isWhole,
  };
}

function withCounts(counts: QueryCounts, change: CountsChange): QueryCounts {
  const held = Object.entries({ ...counts.byAssignee, ...change.byAssignee }).filter(([, count]) => count > 0);
  return {
    total: change.total,
    byStatus: { ...counts.byStatus, ...change.byStatus },
    byAssignee: Object.fromEntries(held),
  };
}

import { z } from 'zod';
import { limits } from './limits.js';
import { LastEventId } from './live.js';
import type { Ticket, TicketStatus } from './ticket.js';
import { SearchText, ticketFilter, TicketSort } from './ticketInputs.js';
import { latestFirst } from './ticketOrder.js';
import { ViewFilter } from './view.js';

/**
 * A live query: what `tickets.list` is narrowed and sorted by, and how many rows from the top are wanted. What narrows it stands beside
 * the rest, as in a list, or together in `filter`, as in a saved view.
 */
export const LiveTicketsInput = z
  .strictObject({
    ...ticketFilter,
    text: SearchText.optional(),
    filter: ViewFilter.optional(),
    sort: TicketSort.default(latestFirst),
    limit: z.int().min(1).max(limits.liveRowsMax).default(limits.pageSize),
    lastEventId: LastEventId,
  })
  .refine(
    ({ filter = {}, ...beside }) => Object.keys(filter).every((field) => !(field in beside)),
    'a field stands in the filter or beside it',
  );
export type LiveTicketsInput = z.output<typeof LiveTicketsInput>;

/** Of all tickets that match, also those beyond the limit. Whoever holds none is left out of `byAssignee`. */
export interface QueryCounts {
  total: number;
  byStatus: Record<TicketStatus, number>;
  byAssignee: Record<string, number>;
}
/** New values of the counts that changed; 0 takes a holder out. */
export interface CountsChange {
  total: number;
  byStatus: Partial<Record<TicketStatus, number>>;
  byAssignee: Record<string, number>;
}

/** Part `part` of all rows, in order; part 0 replaces whatever the reader holds. Whole, and true, with `isLast`. */
export interface TicketsSnapshot {
  kind: 'snapshot';
  part: number;
  isLast: boolean;
  items: Ticket[];
  counts: QueryCounts;
}
/** One step: these rows entered or changed, those left. `counts` is null when none of them changed. */
export interface TicketsDelta {
  kind: 'delta';
  upserts: Ticket[];
  removes: string[];
  counts: CountsChange | null;
}
export type TicketsItem = TicketsSnapshot | TicketsDelta;

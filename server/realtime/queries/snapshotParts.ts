import type { QueryCounts, TicketsSnapshot } from '../../../contract/liveTickets.js';
import type { Ticket } from '../../../contract/ticket.js';
import type { Delivery } from '../sink.js';

/** All shown rows of a query at one place, in pieces; shared by all who take it. */
export interface QuerySnapshot {
  readonly deliveries: readonly Delivery[];
  /** The number of the last delta that is in it. */
  readonly head: number;
  readonly generation: number;
}

/** Rows of one piece, and about how much text; so that a slow reader is never far ahead of what it was allowed. */
const PART_ROWS = 100;
const PART_LENGTH = 128 * 1024;

export function snapshotParts(rows: readonly Ticket[], counts: QueryCounts): TicketsSnapshot[] {
  const pieces: Ticket[][] = [[]];
  let length = 0;
  for (const row of rows) {
    const piece = pieces.at(-1) ?? [];
    const own = row.title.length + row.description.length;
    const isFull = piece.length >= PART_ROWS || (piece.length > 0 && length + own > PART_LENGTH);
    if (isFull) pieces.push([row]);
    else piece.push(row);
    length = isFull ? own : length + own;
  }
  return pieces.map((items, part) => ({ kind: 'snapshot', part, isLast: part === pieces.length - 1, items, counts }));
}

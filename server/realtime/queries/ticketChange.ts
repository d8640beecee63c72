import type { ProjectEvent } from '../../../contract/event.js';
import type { Ticket } from '../../../contract/ticket.js';

/** One step of one ticket: what it was (null: did not exist) and what it is. Whole images, as staff see them. */
export interface TicketChange {
  readonly seq: number;
  readonly before: Ticket | null;
  readonly after: Ticket;
  /** The project that it left for this one. Its events come by another stream, at another time. */
  readonly cameFrom: string | null;
}

/**
 * What an event did to a ticket; null when it did nothing to any. `unknown`: an event that was written before events told
 * all of the past, whose before-image cannot be known.
 */
export function ticketChangeOf(event: ProjectEvent): TicketChange | 'unknown' | null {
  // A ticket that left is withdrawn from every query, see ProjectFeed.
  if (!('ticket' in event.payload) || event.type === 'ticket.moved') return null;
  const { ticket, changes } = event.payload;
  const previous = 'previous' in event.payload ? event.payload.previous : undefined;
  if (event.type === 'ticket.created' || event.type === 'ticket.arrived')
    return {
      seq: event.seq,
      before: null,
      after: ticket,
      cameFrom: (changes['projectId']?.before ?? null) as string | null,
    };
  if (!previous) return 'unknown';
  const fields = Object.entries(changes).map(([field, { before }]) => [field, before]);
  const before = { ...ticket, ...Object.fromEntries(fields), ...previous } as Ticket;
  return { seq: event.seq, before, after: ticket, cameFrom: null };
}

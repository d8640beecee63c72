import type { Ticket } from '../sdk.js';

/** What this person did and the server has not yet told as an event; shown as if done. */
export interface Overlay {
  readonly id: number;
  readonly ticketId: string;
  readonly patch: Partial<Ticket>;
  /** The event that makes it real; null while the call is on its way. */
  readonly seq: number | null;
}

export function overlaid(ticket: Ticket, overlays: readonly Overlay[]): Ticket {
  if (overlays.length === 0) return ticket;
  const mine = overlays.filter((overlay) => overlay.ticketId === ticket.id);
  return mine.length === 0 ? ticket : Object.assign({}, ticket, ...mine.map((overlay) => overlay.patch));
}

import type { Ticket } from '../sdk.js';

/** The span of holding that ends when a ticket is passed on; null when nobody holds it. */
export const primaryOf = (ticket: Ticket): string | null =>
  ticket.assignees.find((assignee) => assignee.isPrimary)?.assignmentId ?? null;

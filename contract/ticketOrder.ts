import { priorities } from './enums.js';
import type { Ticket } from './ticket.js';
import type { TicketSort } from './ticketInputs.js';

/** What an order looks at, in the form in which it is compared. */
export type Ordered = Pick<Ticket, 'id' | 'updatedAt' | 'createdAt' | 'priority' | 'dueDate'>;

/** The order of whoever asks for none. */
export const latestFirst: TicketSort = { by: 'updatedAt', dir: 'desc' };

/** Where tickets without a due date stand: behind all others. */
export const NO_DUE_DATE = '9999-12-31';

const keyOf: Record<TicketSort['by'], (ticket: Ordered) => string | number> = {
  updatedAt: ({ updatedAt }) => updatedAt,
  createdAt: ({ createdAt }) => createdAt,
  priority: ({ priority }) => priorities.indexOf(priority),
  dueDate: ({ dueDate }) => dueDate ?? NO_DUE_DATE,
};

const byBytes = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of `tickets.list`, on both databases and in every client: by the sort's value, then by id, both in its direction. */
export function compareTickets({ by, dir }: TicketSort): (a: Ordered, b: Ordered) => number {
  const key = keyOf[by];
  const sign = dir === 'asc' ? 1 : -1;
  return (a, b) => sign * (byBytes(key(a), key(b)) || byBytes(a.id, b.id));
}

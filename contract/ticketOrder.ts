import { priorities, type ticketSorts } from './enums.js';
import type { Ticket } from './ticket.js';

/** By what tickets are ordered, and which way. */
interface Order {
  readonly by: (typeof ticketSorts)[number];
  readonly dir: 'asc' | 'desc';
}

/** What an order looks at, in the form in which it is compared. */
export type Ordered = Pick<Ticket, 'id' | 'updatedAt' | 'createdAt' | 'priority' | 'dueDate'>;

/** The order of whoever asks for none. */
export const latestFirst: Order = { by: 'updatedAt', dir: 'desc' };

/** Where tickets without a due date stand: behind all others. */
export const NO_DUE_DATE = '9999-12-31';

type Compare = (a: Ordered, b: Ordered) => number;

const byBytes = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

function bothWays(key: (ticket: Ordered) => string | number): Record<Order['dir'], Compare> {
  const asc: Compare = (a, b) => byBytes(key(a), key(b)) || byBytes(a.id, b.id);
  return { asc, desc: (a, b) => asc(b, a) };
}

const orders: Record<Order['by'], Record<Order['dir'], Compare>> = {
  updatedAt: bothWays(({ updatedAt }) => updatedAt),
  createdAt: bothWays(({ createdAt }) => createdAt),
  priority: bothWays(({ priority }) => priorities.indexOf(priority)),
  dueDate: bothWays(({ dueDate }) => dueDate ?? NO_DUE_DATE),
};

/** The order of `tickets.list`, on both databases and in every client: by the sort's value, then by id, both in its direction. */
export const compareTickets = ({ by, dir }: Order): Compare => orders[by][dir];

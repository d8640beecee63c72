import { categories, priorities, ticketStatuses, type TicketStatus } from '../../../contract/ticket.js';
import { decodeRow } from '../../../server/db/decodeRow.js';
import { Ticket } from '../../../server/db/models/Ticket.js';
import type { TicketRow } from '../../../server/features/tickets/tickets.present.js';

/** The statistics of tickets, counted one by one. */
export const asCounted = (raw: object): TicketRow => decodeRow(Ticket, raw);

const isOpen = ({ status }: TicketRow): boolean => status !== 'RESOLVED' && status !== 'CLOSED';

function groupOf(tickets: readonly TicketRow[]) {
  const byStatus = Object.fromEntries(
    ticketStatuses.map((status) => [status, tickets.filter((ticket) => ticket.status === status).length]),
  ) as Record<TicketStatus, number>;
  const open = tickets.filter(isOpen);
  const points = open.reduce((sum, { storyPoints }) => sum + (storyPoints ?? 0), 0);
  return { open: open.length, resolved: tickets.length - open.length, byStatus, points };
}

const groupsBy = (tickets: readonly TicketRow[], of: (ticket: TicketRow) => string | null) =>
  [...new Set(tickets.map(of))]
    .map((value) => ({ value, ...groupOf(tickets.filter((ticket) => of(ticket) === value)) }))
    .toSorted((a, b) => b.open - a.open || b.resolved - a.resolved || ((a.value ?? '') < (b.value ?? '') ? -1 : 1));

export function slowDashboard(tickets: readonly TicketRow[], today: string) {
  const named = (name: string, of: (ticket: TicketRow) => string | null) =>
    groupsBy(tickets, of).map(({ value, ...group }) => ({ [name]: value, ...group }));
  return {
    ...groupOf(tickets),
    overdue: tickets.filter((ticket) => isOpen(ticket) && ticket.dueDate !== null && ticket.dueDate < today).length,
    unassigned: tickets.filter((ticket) => isOpen(ticket) && ticket.assigneeId === null).length,
    byPriority: priorities.map((word) => ({ priority: word, ...groupOf(tickets.filter((t) => t.priority === word)) })),
    byCategory: categories.map((word) => ({ category: word, ...groupOf(tickets.filter((t) => t.category === word)) })),
    byDepartment: named('departmentId', ({ departmentId }) => departmentId),
    byAssignee: named('userId', ({ assigneeId }) => assigneeId),
  };
}

const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** Days on which something was created or resolved. */
export function slowThroughput(tickets: readonly TicketRow[]) {
  const on = (moment: (ticket: TicketRow) => Date | null, day: string) =>
    tickets.filter((ticket) => {
      const at = moment(ticket);
      return at !== null && dayOf(at) === day;
    }).length;
  const days = tickets
    .flatMap(({ createdAt, resolvedAt }) => [createdAt, ...(resolvedAt ? [resolvedAt] : [])])
    .map(dayOf);
  return [...new Set(days)].toSorted().map((day) => ({
    day,
    created: on((ticket) => ticket.createdAt, day),
    resolved: on((ticket) => ticket.resolvedAt, day),
    closed: on((ticket) => ticket.closedAt, day),
  }));
}

export function slowTimes(tickets: readonly TicketRow[]) {
  const times = tickets
    .flatMap(({ createdAt, resolvedAt }) => (resolvedAt ? [resolvedAt.getTime() - createdAt.getTime()] : []))
    .toSorted((a, b) => a - b);
  const rank = (share: number) => times[Math.ceil(times.length * share) - 1] ?? 0;
  return { count: times.length, p50Ms: rank(0.5), p90Ms: rank(0.9) };
}

import { fieldTests, type TicketFilter } from '../../../contract/ticketFilter.js';
import { statuses } from '../model.js';
import type { Ticket } from '../sdk.js';
import type { BoardFilter, Due } from './boardFilter.js';

/** Whom `me` means, and what the reader's calendar calls today (YYYY-MM-DD). */
export interface Reader {
  readonly userId: string;
  readonly today: string;
}

/** The days that `dueBefore` excludes, counted from today. */
const dueDays: Readonly<Record<Due, number>> = { overdue: 0, today: 1, week: 7 };

/** The filter in the server's words; null when no ticket can match. */
export function serverFilter(filter: BoardFilter, { userId, today }: Reader): TicketFilter | null {
  const { text, priority, category, assignee, due, tag, sla } = filter;
  const status = statusesOf(filter);
  if (status.length === 0) return null;
  const words = text.trim();
  return {
    ...(words === '' ? {} : { text: words }),
    ...(status.length === statuses.length ? {} : { status: [...status] }),
    ...(priority.length === 0 ? {} : { priority: [...priority] }),
    ...(category.length === 0 ? {} : { category: [...category] }),
    ...(due === null ? {} : { dueBefore: dayAfter(today, dueDays[due]) }),
    ...(tag === null ? {} : { tag }),
    ...(sla.length === 0 ? {} : { sla: [...sla] }),
    ...holderOf(assignee, userId),
  };
}

/** Nobody holds a closed ticket, and nothing that is done is due: those that wait for somebody are meant. */
function statusesOf({ status, assignee, due }: BoardFilter) {
  const wanted = status.length === 0 ? statuses : status;
  const isDone = (one: string) => one === 'CLOSED' || (due !== null && one === 'RESOLVED');
  return due === null && assignee !== 'nobody' ? wanted : wanted.filter((one) => !isDone(one));
}

function holderOf(assignee: string | null, userId: string): TicketFilter {
  if (assignee === null) return {};
  if (assignee === 'nobody') return { unassigned: true };
  return { assigneeId: assignee === 'me' ? userId : assignee };
}

/** Whether a ticket that is here passes: what the server would say of its fields, and the words in what a card shows. */
export function ticketTest(filter: BoardFilter, reader: Reader): (ticket: Ticket) => boolean {
  const { text: _, ...fields } = serverFilter(filter, reader) ?? {};
  if (statusesOf(filter).length === 0) return () => false;
  const tests = fieldTests(fields);
  return (ticket) => tests.every((test) => test(ticket));
}

export function textTest(text: string): (ticket: Ticket) => boolean {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (ticket) => {
    const shown = plain([ticket.key, ticket.title, ...ticket.assignees.map((a) => a.name)].join(' '));
    return words.every((word) => shown.includes(word));
  };
}

/** Lower case without accents, so that `zoe` finds Zoë. */
export const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

function dayAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

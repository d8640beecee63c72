import { priorities } from '../model.js';
import type { BatonClient, Priority, Ticket, TicketCounts } from '../sdk.js';
import { firstMoment, throughput, type DayCount } from './throughput.js';

export interface Statistics {
  readonly counts: TicketCounts;
  /** Of tickets that are neither resolved nor closed. */
  readonly byPriority: Readonly<Record<Priority, number>>;
  readonly days: readonly DayCount[];
  /** Some lists were longer than what is read: the days are then of the latest only. */
  readonly isPartial: boolean;
}

export const DAYS = 14;
const PAGE = 200;
const PAGES_MAX = 5;
const unfinished = ['OPEN', 'IN_PROGRESS', 'REVIEW'] as const;

/** All that the charts of a project show. */
export async function readStatistics(client: BatonClient, projectId: string, signal: AbortSignal): Promise<Statistics> {
  const now = Date.now();
  const since = firstMoment(DAYS, now);
  const done = { projectId, status: ['RESOLVED', 'CLOSED'], updatedAfter: since } as const;
  const [counts, open, created, finished] = await Promise.all([
    client.tickets.counts({ projectId }, { signal }),
    listed(client, { projectId, status: [...unfinished], sort: { by: 'priority', dir: 'desc' } }, signal),
    listed(
      client,
      { projectId, sort: { by: 'createdAt', dir: 'desc' } },
      signal,
      ({ createdAt }) => createdAt >= since,
    ),
    listed(client, { ...done, status: [...done.status], sort: { by: 'updatedAt', dir: 'desc' } }, signal),
  ]);
  const byPriority = Object.fromEntries(
    priorities.map((priority) => [priority, open.tickets.filter((ticket) => ticket.priority === priority).length]),
  ) as Record<Priority, number>;
  const isPartial = [open, created, finished].some((list) => list.isPartial);
  return { counts, byPriority, days: throughput(created.tickets, finished.tickets, DAYS, now), isPartial };
}

type Query = NonNullable<Parameters<BatonClient['tickets']['list']>[0]>;

/** The first pages of a list, for as long as its last ticket is wanted. */
async function listed(
  client: BatonClient,
  query: Query,
  signal: AbortSignal,
  isWanted: (ticket: Ticket) => boolean = () => true,
): Promise<{ readonly tickets: readonly Ticket[]; readonly isPartial: boolean }> {
  const tickets: Ticket[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const from: { cursor?: string } = cursor === null ? {} : { cursor };
    const page: Awaited<ReturnType<typeof client.tickets.list>> = await client.tickets.list(
      { ...query, limit: PAGE, ...from },
      { signal },
    );
    tickets.push(...page.items);
    cursor = page.nextCursor;
    const last = page.items.at(-1);
    if (cursor === null || !last || !isWanted(last)) return { tickets, isPartial: false };
  }
  return { tickets, isPartial: true };
}

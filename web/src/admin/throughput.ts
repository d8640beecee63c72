import type { Ticket } from '../sdk.js';

export interface DayCount {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly created: number;
  readonly resolved: number;
}

const DAY_MS = 86_400_000;
const dayOf = (at: string | number) => new Date(at).toISOString().slice(0, 10);

/** When the first of the last `days` days began, today included. */
export const firstMoment = (days: number, now: number): string => `${dayOf(now - (days - 1) * DAY_MS)}T00:00:00.000Z`;

/** How many tickets came and how many were done on each of the last days, oldest first; each list may hold older ones. */
export function throughput(
  created: readonly Pick<Ticket, 'createdAt'>[],
  done: readonly Pick<Ticket, 'resolvedAt' | 'closedAt'>[],
  days: number,
  now: number,
): readonly DayCount[] {
  const came = tally(created.map(({ createdAt }) => createdAt));
  const left = tally(done.flatMap(({ resolvedAt, closedAt }) => resolvedAt ?? closedAt ?? []));
  return Array.from({ length: days }, (_, index) => {
    const day = dayOf(now - (days - 1 - index) * DAY_MS);
    return { day, created: came.get(day) ?? 0, resolved: left.get(day) ?? 0 };
  });
}

function tally(moments: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const at of moments) counts.set(dayOf(at), (counts.get(dayOf(at)) ?? 0) + 1);
  return counts;
}

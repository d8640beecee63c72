import type { BatonClient } from '../sdk.js';

const DAYS = 14;
const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The last `days` UTC days, today included. */
export const lastDays = (days: number, now: number): { readonly from: string; readonly to: string } => ({
  from: dayOf(now - (days - 1) * DAY_MS),
  to: dayOf(now),
});

export type Statistics = Awaited<ReturnType<typeof readStatistics>>;

/** All that the charts of a project show. */
export async function readStatistics(client: BatonClient, projectId: string, signal: AbortSignal) {
  const range = { projectId, ...lastDays(DAYS, Date.now()) };
  const [dashboard, { days }, times] = await Promise.all([
    client.stats.dashboard({ projectId }, { signal }),
    client.stats.throughput(range, { signal }),
    client.stats.timeToResolve(range, { signal }),
  ]);
  return { dashboard, days, times };
}

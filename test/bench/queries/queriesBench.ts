import { startChild } from '../processes.js';
import { inRounds } from '../schedule.js';
import { median } from '../statistics.js';
import { printTable, short } from '../table.js';
import type { BenchTools } from '../services.js';
import type { MatchingCost } from './queriesChild.js';

export type QueriesRow =
  | { readonly kind: 'matching'; readonly filters: number; readonly median: MatchingCost }
  | { readonly kind: 'sharing'; readonly followers: number; readonly medianUs: number };

const filterCounts = [10, 1_000, 10_000];
const followerCounts = [1, 1_000];
const script = import.meta.resolve('./queriesChild.ts');

export async function benchQueries(tools: BenchTools): Promise<QueriesRow[]> {
  const { options, say } = tools;
  const matching = new Map<number, MatchingCost[]>(filterCounts.map((count) => [count, []]));
  const sharing = new Map<number, number[]>(followerCounts.map((count) => [count, []]));
  say('live queries');
  await inRounds({ rounds: options.repeats, endsAt: tools.endsAt, say }, async (number) => {
    const child = startChild({ name: `queries-${number}`, script, role: 'server', profile: options.profile });
    const { seed, queryTickets: tickets, queryChanges: changes } = options;
    for (const filters of filterCounts)
      matching.get(filters)?.push(await child.call('matching', { seed, tickets, filters, changes }));
    for (const followers of followerCounts)
      sharing.get(followers)?.push(await child.call('sharing', { seed, followers, changes: Math.min(changes, 300) }));
    await child.end();
  });
  return [
    ...[...matching].map(([filters, costs]) => ({ kind: 'matching' as const, filters, median: mediansOf(costs) })),
    ...[...sharing].map(([followers, us]) => ({ kind: 'sharing' as const, followers, medianUs: median(us) })),
  ];
}

const mediansOf = (costs: readonly MatchingCost[]): MatchingCost => ({
  cpuUs: median(costs.map(({ cpuUs }) => cpuUs)),
  p99Us: median(costs.map(({ p99Us }) => p99Us)),
  linearUs: median(costs.map(({ linearUs }) => linearUs)),
  concerned: median(costs.map(({ concerned }) => concerned)),
  bytesPerFilter: median(costs.map(({ bytesPerFilter }) => bytesPerFilter)),
});

export function reportQueries(rows: readonly QueriesRow[]): void {
  console.log('\nLive queries of one project: what a change of a ticket costs them');
  const cells = rows.flatMap((row) => {
    if (row.kind !== 'matching') return [];
    const { cpuUs, p99Us, linearUs, concerned, bytesPerFilter } = row.median;
    return [[row.filters, cpuUs, p99Us, linearUs, linearUs / cpuUs, concerned, bytesPerFilter].map(short)];
  });
  printTable(['filters', 'CPU µs/change', 'p99 µs', 'all asked µs', '×', 'concerned', 'bytes/filter'], cells, 0);
  for (const row of rows)
    if (row.kind === 'sharing')
      console.log(`${short(row.followers)} readers of one filter: ${short(row.medianUs)} µs of CPU a change`);
}

import { printTable, short } from '../table.js';
import type { StormFigures, StormRow } from './stormBench.js';

export function reportStorm(rows: readonly StormRow[]): void {
  console.log('\nClients that are cut at once and come back at once');
  const header = ['clients', 'server', 'half live ms', 'all live ms', '× raw', 'µs CPU each', '× raw'];
  const further = ['statements', 'lost', 'events', 'lag p99 ms', 'max', 'peak MB', 'loader'];
  printTable(
    [...header, ...further],
    rows.map((row) => cellsOf(row, rows)),
    2,
  );
}

function cellsOf(row: StormRow, rows: readonly StormRow[]): string[] {
  const { system, name, clients, median } = row;
  const raw = rows.find((other) => other.system === 'raw' && other.name === name)?.median;
  const times = (figure: keyof StormFigures) => short(raw ? median[figure] / raw[figure] : null);
  return [
    `${clients} ${name}`,
    system,
    short(median.halfMs),
    short(median.liveMs),
    times('liveMs'),
    short(median.clientUs),
    times('clientUs'),
    ...[
      median.statements,
      median.losses,
      median.events,
      median.lagP99Ms,
      median.lagMaxMs,
      median.peakMb,
      median.loaderShare,
    ].map(short),
  ];
}

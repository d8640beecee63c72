import { printTable, short } from '../table.js';
import { verbs, type Way } from './calls.js';
import type { MutationRow } from './mutationBench.js';

const names: Record<Way, string> = {
  short: 'driver alone, ticket rows only',
  bare: 'driver alone, same rows (1.00)',
  command: 'Baton command, in process',
  http: 'Baton API, HTTP',
  ws: 'Baton API, WebSocket',
  simple: 'same stack, written simply',
};
const LOADED = 0.9;

export function reportMutations(rows: readonly MutationRow[]): void {
  for (const database of ['postgres', 'sqlite'] as const) {
    const own = rows.filter((row) => row.database === database);
    if (own.length === 0) continue;
    console.log(`\nMutations on ${database === 'postgres' ? 'PostgreSQL' : 'SQLite'}`);
    const header = [
      'mutation',
      'at once',
      'by',
      'tx/s',
      '×',
      'p50 ms',
      'p99 ms',
      'Node µs',
      'PG µs',
      'sum',
      '×',
      '× short',
    ];
    const cells = verbs.flatMap((verb) => own.filter((row) => row.verb === verb).map((row) => cellsOf(row, own)));
    printTable(header, cells, 3);
  }
}

const cpuOf = ({ median: { nodeUs, postgresUs } }: MutationRow): number => nodeUs + postgresUs;

function cellsOf(row: MutationRow, rows: readonly MutationRow[]): string[] {
  const { verb, concurrency, hot, way, median } = row;
  const peer = (other: Way) =>
    rows.find((one) => one.verb === verb && one.concurrency === concurrency && one.hot === hot && one.way === other);
  const [bare, minimal] = [peer('bare'), peer('short')];
  const isLoaded = (way === 'http' || way === 'ws' || way === 'simple') && median.loaderShare > LOADED;
  return [
    hot ? `${verb}, one project` : verb,
    String(concurrency),
    names[way] + (isLoaded ? ' *' : ''),
    short(median.perSecond),
    short(bare ? median.perSecond / bare.median.perSecond : null),
    short(median.p50Ms),
    short(median.p99Ms),
    short(median.nodeUs),
    row.database === 'postgres' ? short(median.postgresUs) : '–',
    short(cpuOf(row)),
    short(bare ? cpuOf(row) / cpuOf(bare) : null),
    short(minimal ? cpuOf(row) / cpuOf(minimal) : null),
  ];
}

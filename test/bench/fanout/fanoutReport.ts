import { printTable, short } from '../table.js';
import type { FanoutRow, System } from './fanoutBench.js';

const names: Record<System, string> = {
  raw: 'ws, one shared frame (raw)',
  stock: 'stock tRPC',
  baton: 'Baton, live.project',
};
const LOADED = 0.9;

/** What each follower beyond the first adds to an event; the write of the event is left out by it. */
export function furtherUs(row: FanoutRow, rows: readonly FanoutRow[]): number {
  const alone = rows.find((other) => other.system === row.system && other.followers === 1);
  return alone ? (row.median.eventUs - alone.median.eventUs) / (row.followers - 1) : Number.NaN;
}

export function reportFanout(rows: readonly FanoutRow[]): void {
  console.log('\nFan-out of one event to the followers of one project');
  const header = [
    'followers',
    'server',
    'µs/delivery',
    '× raw',
    '× stock',
    'µs/further',
    '× raw',
    '× stock',
    'deliveries/s',
    'paced p50 ms',
    'p99 ms',
    'µs to connect',
    'KB each',
    'frame bytes',
  ];
  const cells = rows.filter(({ followers }) => followers > 1).map((row) => cellsOf(row, rows));
  printTable(header, cells, 2);
  for (const row of rows.filter(({ followers }) => followers === 1))
    console.log(`${names[row.system]}: an event with one follower costs the server ${short(row.median.eventUs)} µs`);
}

function cellsOf(row: FanoutRow, rows: readonly FanoutRow[]): string[] {
  const { system, followers, median } = row;
  const peer = (other: System) => rows.find((one) => one.system === other && one.followers === followers);
  const [raw, stock] = [peer('raw'), peer('stock')];
  const times = (valueOf: (one: FanoutRow) => number, other: FanoutRow | undefined) =>
    short(other ? valueOf(row) / valueOf(other) : null);
  const whole = (one: FanoutRow) => one.median.deliveryUs;
  const further = (one: FanoutRow) => furtherUs(one, rows);
  return [
    String(followers),
    names[system] + (median.loaderShare > LOADED ? ' *' : '') + (median.pacedLoaderShare > LOADED ? ' **' : ''),
    short(whole(row)),
    times(whole, raw),
    times(whole, stock),
    short(further(row)),
    times(further, raw),
    times(further, stock),
    short(median.deliveriesPerSecond),
    short(median.p50Ms),
    short(median.p99Ms),
    short(median.connectUs),
    short(median.followerKb),
    short(median.frameBytes),
  ];
}

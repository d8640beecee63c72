import { printTable, short } from '../table.js';
import type { FanoutFigures, FanoutRow } from './fanoutBench.js';
import { systemNames as names, type System } from './fanoutRig.js';

const LOADED = 0.9;

/** What each follower beyond the first adds to an event; the making of the event is left out by it. */
export function furtherUs(row: FanoutRow, rows: readonly FanoutRow[]): number {
  const alone = rows.find((other) => other.system === row.system && other.followers === 1);
  return alone ? (row.median.eventUs - alone.median.eventUs) / (row.followers - 1) : Number.NaN;
}

export function reportFanout(rows: readonly FanoutRow[]): void {
  console.log('\nFan-out of one event to its followers');
  const header = [
    'followers',
    'server',
    'µs/delivery',
    '× raw',
    '× stock',
    'µs/further',
    '× raw',
    'in a burst',
    '× raw',
    'deliveries/s',
    'paced p50 ms',
    'p99 ms',
    'pong p99 ms',
  ];
  const cells = rows.filter(({ followers }) => followers > 1).map((row) => cellsOf(row, rows));
  printTable(header, cells, 2);
  for (const row of rows.filter(({ followers }) => followers === 1))
    console.log(`${names[row.system]}: an event with one follower costs the server ${short(row.median.eventUs)} µs`);
}

function cellsOf(row: FanoutRow, rows: readonly FanoutRow[]): string[] {
  const { system, median } = row;
  const peer = (other: System) => rows.find((one) => one.system === other && shapeOf(one) === shapeOf(row));
  const times = (valueOf: (one: FanoutRow) => number, other: FanoutRow | undefined) =>
    short(other ? valueOf(row) / valueOf(other) : null);
  const figure = (name: keyof FanoutFigures) => (one: FanoutRow) => one.median[name];
  // Over many projects an event is one in each of them.
  const further = (one: FanoutRow) => (one.projects === 1 ? furtherUs(one, rows) : Number.NaN);
  const raw = peer('raw');
  return [
    shapeOf(row),
    names[system] + (median.loaderShare > LOADED ? ' *' : ''),
    short(median.deliveryUs),
    times(figure('deliveryUs'), raw),
    times(figure('deliveryUs'), peer('stock')),
    short(further(row)),
    times(further, raw),
    short(median.burstUs),
    // Raw writes each event of a burst by itself.
    short(raw ? median.burstUs / raw.median.burstUs : null),
    short(median.deliveriesPerSecond),
    short(median.p50Ms),
    short(median.p99Ms),
    short(median.pongP99Ms),
  ];
}

function shapeOf({ followers, projects, hasSameIds }: FanoutRow): string {
  if (projects > 1) return `${followers} of ${projects} projects`;
  return hasSameIds ? String(followers) : `${followers}, own ids`;
}

import type { FanoutRow } from '../fanout/fanoutBench.js';
import { systemNames, type System } from '../fanout/fanoutRig.js';
import type { QueriesRow } from '../queries/queriesBench.js';
import { lineCharts, type Chart, type Line } from './lineCharts.js';

const styleOf: Record<System, number> = {
  raw: 0,
  stock: 1,
  socketIo: 2,
  batonFanout: 3,
  baton: 4,
  feathers: 5,
  feathersWhole: 5,
};

/** @returns an SVG of what a run has measured of them: cost against followers, and against filters. Null when of neither. */
export function plotBench(fanout: readonly FanoutRow[], queries: readonly QueriesRow[]): string | null {
  const charts = [
    ...(fanout.length > 0 ? [fanoutChart(fanout)] : []),
    ...(queries.length > 0 ? [queriesChart(queries)] : []),
  ];
  return charts.length > 0 ? lineCharts('What followers and live queries cost the server', charts) : null;
}

function fanoutChart(rows: readonly FanoutRow[]): Chart {
  const plain = rows.filter(({ projects, hasSameIds }) => projects === 1 && hasSameIds);
  const systems = [...new Set(plain.map(({ system }) => system))];
  const lineOf = (system: System): Line => ({
    name: systemNames[system],
    style: styleOf[system],
    isReference: system === 'raw',
    points: plain.filter((row) => row.system === system).map((row) => [row.followers, row.median.deliveryUs] as const),
  });
  return {
    title: 'One event to all followers of a project',
    x: 'followers',
    y: 'server CPU per delivery, µs',
    lines: systems.map(lineOf),
  };
}

function queriesChart(rows: readonly QueriesRow[]): Chart {
  const matching = rows.filter((row) => row.kind === 'matching');
  const pointsOf = (field: 'cpuUs' | 'linearUs') => matching.map((row) => [row.filters, row.median[field]] as const);
  return {
    title: 'One change of a ticket to all live queries',
    x: 'distinct filters',
    y: 'server CPU per change, µs',
    lines: [
      { name: 'every filter asked', style: styleOf.raw, isReference: true, points: pointsOf('linearUs') },
      { name: 'Baton', style: styleOf.batonFanout, points: pointsOf('cpuUs') },
    ],
  };
}

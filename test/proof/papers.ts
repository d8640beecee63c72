import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { groupBy } from '../../server/kernel/groupBy.js';
import { repository } from '../support/compile.js';
import { profiles, type Profile } from './options.js';
import { allReports, figuresOf, recoveryOf, summaryOf, type ShardReport, type Summary } from './report.js';

const BEGIN = '<!-- written by npm run prove -- --table -->';
const END = '<!-- until here -->';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const figureNames = ['cycles', 'operations', 'deliveries', 'violations', 'recovery p50 / p95 / max in ms'];
const cellsOf = (summary: Summary): string[] => [...figuresOf(summary), recoveryOf(summary)];
const tableOf = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(header),
  row(header.map(() => '---')),
  ...rows.map(row),
];

/** A line for each part of each profile, in the order in which they run. */
function partLines(order: readonly string[]): string[] {
  const rows = profiles.flatMap((profile) => {
    const byPart = groupBy(allReports(profile), ({ part }) => part);
    return order.flatMap((name) => {
      const reports = byPart.get(name);
      if (!reports) return [];
      return [[`\`${name}\``, profile, String(reports.length), ...cellsOf(summaryOf(reports))]];
    });
  });
  const machine = `${availableParallelism()} processors, Node ${process.versions.node}`;
  return [`Seen on ${machine}:`, '', ...tableOf(['part', 'profile', 'shards', ...figureNames], rows)];
}

function profileLine(profile: Profile): string[][] {
  const reports: ShardReport[] = allReports(profile);
  if (reports.length === 0) return [];
  const parts = new Set(reports.filter(({ notRun }) => notRun === undefined).map(({ part }) => part));
  return [[`\`${profile}\``, String(parts.size), ...cellsOf(summaryOf(reports))]];
}

/** Writes what all reports come to into the papers that tell of it. `order` are the names of the parts. */
export function writePapers(order: readonly string[]): void {
  replaceIn('docs/PROOF.md', partLines(order));
  replaceIn('README.md', tableOf(['profile', 'parts', ...figureNames], profiles.flatMap(profileLine)));
}

function replaceIn(name: string, lines: readonly string[]): void {
  const file = join(repository, name);
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${name} has no place for the table`);
  writeFileSync(file, [text.slice(0, from) + BEGIN, ...lines, text.slice(to)].join('\n'));
}

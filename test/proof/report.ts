import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../bench/statistics.js';
import type { Violation } from './checker/violation.js';
import { repository } from '../support/compile.js';

/** What one shard of a part came to. */
export interface ShardReport {
  readonly part: string;
  readonly shard: number;
  readonly seed: number;
  readonly cycles: number;
  readonly operations: number;
  readonly deliveries: number;
  readonly violations: readonly Violation[];
  /** From the end of a fault until the next acknowledged write; in ms. */
  readonly recoveries: readonly number[];
  readonly seconds: number;
  /** Whatever else is worth telling. */
  readonly notes: Readonly<Record<string, unknown>>;
}

export const reportsFolder = join(repository, 'proof-results');
const fileOf = (part: string, shard: number, seed: number): string =>
  join(reportsFolder, `${part}-${seed}-${String(shard).padStart(3, '0')}.json`);

export function keepReport(report: ShardReport): void {
  mkdirSync(reportsFolder, { recursive: true });
  writeFileSync(fileOf(report.part, report.shard, report.seed), `${JSON.stringify(report, null, 1)}\n`);
}

/** The report of a shard that was done before; null when there is none. */
export function earlierReport(part: string, shard: number, seed: number): ShardReport | null {
  try {
    return JSON.parse(readFileSync(fileOf(part, shard, seed), 'utf8')) as ShardReport;
  } catch {
    return null;
  }
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

/** One line of the table: all shards of a part together. */
export function summaryOf(shards: readonly ShardReport[]): readonly string[] {
  const sum = (of: (shard: ShardReport) => number) => shards.reduce((total, shard) => total + of(shard), 0);
  const recoveries = shards.flatMap((shard) => shard.recoveries);
  const ms = (value: number) => (Number.isNaN(value) ? '–' : String(Math.round(value)));
  return [
    shards[0]?.part ?? '',
    String(sum(({ cycles }) => cycles)),
    String(sum(({ operations }) => operations)),
    String(sum(({ deliveries }) => deliveries)),
    String(sum(({ violations }) => violations.length)),
    recoveries.length === 0 ? '–' : ms(median(recoveries)),
    ms(quantile(recoveries, 0.95)),
    ms(quantile(recoveries, 1)),
    String(Math.round(sum(({ seconds }) => seconds))),
    shards.map(({ seed }) => seed).join(' '),
  ];
}

export const columns = [
  'part',
  'cycles',
  'operations',
  'deliveries',
  'violations',
  'recovery p50 ms',
  'p95',
  'max',
  's',
  'seeds',
] as const;

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../bench/statistics.js';
import type { Violation } from './checker/violation.js';
import { repository } from '../support/compile.js';
import type { Profile } from './options.js';

/** What one shard of a part came to. */
export interface PartReport {
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
  /** Why it could not be done on this machine. It has shown nothing then. */
  readonly notRun?: string;
  /** Whatever else is worth telling. */
  readonly notes: Readonly<Record<string, unknown>>;
}
export interface ShardReport extends PartReport {
  readonly profile: Profile;
}

export const reportsFolder = join(repository, 'proof-results');
type Which = Pick<ShardReport, 'profile' | 'part' | 'shard' | 'seed'>;
const fileOf = ({ profile, part, shard, seed }: Which): string =>
  join(reportsFolder, `${profile}-${part}-${seed}-${String(shard).padStart(3, '0')}.json`);
const seedFileOf = (profile: Profile): string => join(reportsFolder, `${profile}.seed`);

export function keepReport(report: ShardReport): void {
  mkdirSync(reportsFolder, { recursive: true });
  writeFileSync(fileOf(report), `${JSON.stringify(report, null, 1)}\n`);
}

/** The report of a shard that was done before; null when there is none, or only the beginning of one. */
export function earlierReport(which: Which): ShardReport | null {
  try {
    return JSON.parse(readFileSync(fileOf(which), 'utf8')) as ShardReport;
  } catch {
    return null;
  }
}

/** All reports there are of a profile, of whatever seeds. */
export function allReports(profile: Profile): ShardReport[] {
  mkdirSync(reportsFolder, { recursive: true });
  return readdirSync(reportsFolder)
    .filter((name) => name.startsWith(`${profile}-`) && name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(reportsFolder, name), 'utf8')) as ShardReport);
}

/** Remembers the seed of a run, so that it can be gone on with. */
export function keepSeed(profile: Profile, seed: number): void {
  mkdirSync(reportsFolder, { recursive: true });
  writeFileSync(seedFileOf(profile), `${seed}\n`);
}

/** @throws when there was no run of this profile. */
export const lastSeed = (profile: Profile): number => Number(readFileSync(seedFileOf(profile), 'utf8'));

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

/** All shards of a part, or of several, together. */
export interface Summary {
  readonly shards: number;
  readonly notRun: number;
  readonly cycles: number;
  readonly operations: number;
  readonly deliveries: number;
  readonly violations: number;
  readonly seconds: number;
  /** Median, 95th percentile and worst; in ms, NaN of none. */
  readonly recovery: readonly [number, number, number];
}

export function summaryOf(shards: readonly PartReport[]): Summary {
  const sum = (of: (shard: PartReport) => number) => shards.reduce((total, shard) => total + of(shard), 0);
  const recoveries = shards.flatMap((shard) => shard.recoveries);
  return {
    shards: shards.length,
    notRun: sum(({ notRun }) => Number(notRun !== undefined)),
    cycles: sum(({ cycles }) => cycles),
    operations: sum(({ operations }) => operations),
    deliveries: sum(({ deliveries }) => deliveries),
    violations: sum(({ violations }) => violations.length),
    seconds: sum(({ seconds }) => seconds),
    recovery: [median(recoveries), quantile(recoveries, 0.95), quantile(recoveries, 1)],
  };
}

const whole = (value: number): string => (Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en'));
export const figuresOf = ({ cycles, operations, deliveries, violations, notRun, shards }: Summary): string[] =>
  notRun === shards
    ? ['not run here', '–', '–', '–']
    : [cycles, operations, deliveries, violations].map((figure) => whole(figure));
export const recoveryOf = ({ recovery }: Summary): string =>
  Number.isNaN(recovery[0]) ? '–' : recovery.map(whole).join(' / ');

/** One line of the table that ends a run. */
export const lineOf = (shards: readonly ShardReport[]): readonly string[] => {
  const summary = summaryOf(shards);
  const seeds = shards.map(({ seed }) => seed).join(' ');
  return [shards[0]?.part ?? '', ...figuresOf(summary), recoveryOf(summary), whole(summary.seconds), seeds];
};

export const columns = [
  'part',
  'cycles',
  'operations',
  'deliveries',
  'violations',
  'recovery p50 / p95 / max ms',
  's',
  'seeds',
] as const;

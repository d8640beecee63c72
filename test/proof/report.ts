import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
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
/** Of what has not happened. */
export const nothing = {
  cycles: 0,
  operations: 0,
  deliveries: 0,
  violations: [],
  recoveries: [],
  seconds: 0,
  notes: {},
};

export interface ShardReport extends PartReport {
  readonly profile: Profile;
  /** The seed that the whole run was given: its shards' own seeds come from it. */
  readonly run: number;
  /** Of the program that was shown, with a + when it had been changed; null outside of a checkout. */
  readonly commit: string | null;
  readonly at: string;
}

export const reportsFolder = join(repository, 'proof-results');
type Which = Pick<ShardReport, 'profile' | 'part' | 'shard' | 'seed'>;
const fileOf = (profile: Profile): string => join(reportsFolder, `${profile}.jsonl`);
const nameOf = ({ part, shard, seed }: Omit<Which, 'profile'>): string => JSON.stringify([part, shard, seed]);

/** Appends it to those of its profile. Those of long runs are kept with the program, so that the next run can go on with them. */
export function keepReport(report: ShardReport): void {
  mkdirSync(reportsFolder, { recursive: true });
  const recoveries = report.recoveries.map(Math.round);
  appendFileSync(fileOf(report.profile), `${JSON.stringify({ ...report, recoveries })}\n`);
}

/** All reports there are of a profile, of whatever runs; of a shard that was done again the last one. */
export function allReports(profile: Profile): ShardReport[] {
  if (!existsSync(fileOf(profile))) return [];
  const lines = readFileSync(fileOf(profile), 'utf8').split('\n').filter(Boolean);
  const reports = lines.map((line) => JSON.parse(line) as ShardReport);
  return [...new Map(reports.map((report) => [nameOf(report), report])).values()];
}

/** The report of a shard that was done before; null when there is none. */
export const earlierReport = ({ profile, ...which }: Which): ShardReport | null =>
  allReports(profile).find((report) => nameOf(report) === nameOf(which)) ?? null;

/** The seed of the last run, to go on with it. @throws when there was none of this profile. */
export function lastRun(profile: Profile): number {
  const last = allReports(profile).at(-1);
  if (!last) throw new Error(`There is no ${profile} run to go on with.`);
  return last.run;
}

/** Which program is shown. */
export function commitNow(): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!proof-results') !== '';
    return git('rev-parse', '--short=12', 'HEAD') + (isChanged ? '+' : '');
  } catch {
    return null;
  }
}

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

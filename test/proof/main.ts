import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mix } from '../../seeders/support/random.js';
import { printTable } from '../bench/table.js';
import { compile } from '../support/compile.js';
import { readOptions } from './options.js';
import { writePapers } from './papers.js';
import { parts, type Part, type Tools } from './parts.js';
import {
  columns,
  commitNow,
  earlierReport,
  keepReport,
  lastRun,
  lineOf,
  reportsFolder,
  nothing,
  type PartReport,
  type ShardReport,
} from './report.js';
import { startServices } from './stage/services.js';
import { BUILD } from './stage/stage.js';

// `npm run prove -- [--profile ci|long] [--seed N] [--only NAME,…] [--shards N] [--resume] [--keep] [--from COMMIT]`, or `-- --table`
// Baton's promises, shown under faults by a checker that is itself tested. See docs/PROOF.md.

const say = (text: string): void => console.error(`· ${text}`);
const SEEN_AT_ONCE = 20;
const options = readOptions(process.argv.slice(2));
const commit = commitNow();

function seedOfRun(): number {
  if (options.seed !== null) return options.seed;
  return options.resume ? lastRun(options.profile) : Date.now() % 1_000_000;
}

/** A part that breaks off has shown nothing, and says so in its place; the others go on. */
async function runShard(part: Part, tools: Tools, shard: number, seed: number): Promise<PartReport> {
  try {
    return await part.run(tools, shard, seed);
  } catch (error) {
    const what = `broke off: ${error instanceof Error ? error.stack : String(error)}`;
    return { ...nothing, part: part.name, shard, seed, violations: [{ check: 'LIVE', what }] };
  }
}

async function runPart(part: Part, tools: Tools, first: number): Promise<ShardReport[]> {
  const { profile, resume, shards } = options;
  const reports: ShardReport[] = [];
  const all = part.shards[profile] || Number(options.only !== null);
  for (let shard = 1; shard <= Math.min(shards, all); shard++) {
    // The first shard's seed is the one that was asked for, so that `--seed` repeats it.
    const seed = shard === 1 ? first : mix(first, shard) % 1_000_000_000;
    const earlier = resume ? earlierReport({ profile, part: part.name, shard, seed }) : null;
    const program = { profile, run: first, commit, at: new Date().toISOString() };
    const report = earlier ?? { ...program, ...(await runShard(part, tools, shard, seed)) };
    if (!earlier) keepReport(report);
    reports.push(report);
    tell(report);
  }
  return reports;
}

function tell({ part, shard, seed, cycles, operations, deliveries, violations, seconds, notRun }: ShardReport): void {
  if (notRun !== undefined) return say(`${part} ${shard}: not run here, ${notRun}`);
  const found = `${violations.length} violations`;
  say(
    `${part} ${shard} (--seed ${seed}): ${cycles} faults, ${operations} operations, ${deliveries} deliveries, ${found}, ${Math.round(seconds)} s`,
  );
  for (const { check, what } of violations.slice(0, SEEN_AT_ONCE)) say(`  ${check} ${what}`);
  if (violations.length > SEEN_AT_ONCE) say(`  and ${violations.length - SEEN_AT_ONCE} more`);
}

const releases = new Set<() => Promise<void>>();
const releaseAll = () => Promise.all([...releases].map((release) => release()));

/** One after the other, on services of their own. */
async function runLane(lane: readonly Part[], seed: number): Promise<ShardReport[][]> {
  if (lane.length === 0) return [];
  const services = await startServices();
  releases.add(services.release);
  const keepFolder = async (folder: string) =>
    cpSync(folder, join(reportsFolder, `history-${basename(folder)}`), { recursive: true });
  const reports: ShardReport[][] = [];
  for (const part of lane) reports.push(await runPart(part, { options, services, say, keepFolder }, seed));
  releases.delete(services.release);
  await services.release();
  return reports;
}

async function main(): Promise<void> {
  const chosen = parts.filter(({ name, shards }) => options.only?.includes(name) ?? shards[options.profile] > 0);
  if (chosen.length === 0) throw new Error(`--only ${parts.map(({ name }) => name).join(',')}`);
  const seed = seedOfRun();
  say(`seed ${seed}`);
  if (!(await compile(BUILD, 'test/proof/tsconfig.json'))) throw new Error('the program does not compile');
  const interrupted = () => void releaseAll().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  try {
    const laneOf = (name: Part['lane']) => chosen.filter(({ lane }) => lane === name);
    // What `alone` measures would be the others' doing; two others leave no processor idle.
    const abreast = await Promise.all([runLane(laneOf('first'), seed), runLane(laneOf('second'), seed)]);
    const reports = [...abreast.flat(), ...(await runLane(laneOf('alone'), seed))].filter(({ length }) => length > 0);
    if (reports.flat().some(({ violations }) => violations.length > 0)) process.exitCode = 1;
    printTable(columns, reports.map(lineOf), 1);
  } finally {
    await releaseAll();
  }
}

/** Something hangs. What was started ends with this process: each has a guard. */
const LONGEST_MS = { ci: 20 * 60_000, long: 170 * 60_000 };
const hung = setTimeout(() => {
  say('took too long, giving up');
  process.exit(1);
}, LONGEST_MS[options.profile]);
if (options.table) writePapers(parts.map(({ name }) => name));
else await main();
clearTimeout(hung);

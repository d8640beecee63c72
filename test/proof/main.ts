import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { mix } from '../../seeders/support/random.js';
import { printTable } from '../bench/table.js';
import { compile } from '../support/compile.js';
import { readOptions } from './options.js';
import { parts, type Part, type Tools } from './parts.js';
import { columns, earlierReport, keepReport, reportsFolder, summaryOf, type ShardReport } from './report.js';
import { startServices } from './stage/services.js';
import { BUILD } from './stage/stage.js';

// `npm run prove -- [--profile ci|long] [--seed N] [--only NAME,…] [--resume] [--keep]`
// Baton's promises, shown under faults by a checker that is itself tested. See docs/PROOF.md.

const say = (text: string): void => console.error(`· ${text}`);
const SEEN_AT_ONCE = 20;

async function runPart(part: Part, tools: Tools): Promise<ShardReport[]> {
  const { profile, seed: first, resume } = tools.options;
  const reports: ShardReport[] = [];
  for (let shard = 1; shard <= part.shards[profile]; shard++) {
    // The first shard's seed is the one that was asked for, so that `--seed` repeats it.
    const seed = shard === 1 ? first : mix(first, shard) % 1_000_000_000;
    const earlier = resume ? earlierReport(part.name, shard, seed) : null;
    const report = earlier ?? (await part.run(tools, shard, seed));
    if (!earlier) keepReport(report);
    reports.push(report);
    tell(report);
  }
  return reports;
}

function tell({ part, shard, seed, cycles, operations, deliveries, violations, seconds }: ShardReport): void {
  const found = `${violations.length} violations`;
  say(
    `${part} ${shard} (--seed ${seed}): ${cycles} faults, ${operations} operations, ${deliveries} deliveries, ${found}, ${Math.round(seconds)} s`,
  );
  for (const { check, what } of violations.slice(0, SEEN_AT_ONCE)) say(`  ${check} ${what}`);
  if (violations.length > SEEN_AT_ONCE) say(`  and ${violations.length - SEEN_AT_ONCE} more`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const chosen = parts.filter(({ name, shards }) => options.only?.includes(name) ?? shards[options.profile] > 0);
  if (chosen.length === 0) throw new Error(`--only ${parts.map(({ name }) => name).join(',')}`);
  say(`seed ${options.seed}`);
  if (!(await compile(BUILD, 'test/proof/tsconfig.json'))) throw new Error('the program does not compile');
  const services = await startServices();
  const release = () => services.release();
  const interrupted = () => void release().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  try {
    const keepFolder = async (folder: string) =>
      cpSync(folder, join(reportsFolder, `history-${basename(folder)}`), { recursive: true });
    const tools: Tools = { options, services, say, keepFolder };
    const lines: (readonly string[])[] = [];
    for (const part of chosen) {
      const reports = await runPart(part, tools);
      lines.push(summaryOf(reports));
      if (reports.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
    }
    printTable(columns, lines, 1);
  } finally {
    await release();
  }
}

/** Something hangs. What was started ends with this process: each has a guard. */
const LONGEST_MS = { ci: 20 * 60_000, long: 170 * 60_000 };
const hung = setTimeout(
  () => {
    say('took too long, giving up');
    process.exit(1);
  },
  LONGEST_MS[readOptions(process.argv.slice(2)).profile],
);
await main();
clearTimeout(hung);

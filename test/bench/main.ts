import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { benchBulk, reportBulk, type BulkRow } from './bulk/bulkBench.js';
import { buildBench, resultsFolder } from './build.js';
import { describeEnvironment } from './environment.js';
import { benchEndToEnd, reportEndToEnd, type EndToEndRow } from './endToEnd/endToEndBench.js';
import { benchFanout, type FanoutRow } from './fanout/fanoutBench.js';
import { reportFanout } from './fanout/fanoutReport.js';
import { benchMutations, type MutationRow } from './mutation/mutationBench.js';
import { reportMutations } from './mutation/mutationReport.js';
import { parts, readOptions, type Part } from './options.js';
import { plotBench } from './plot/benchPlot.js';
import { benchPlanner, reportPlanner, type PlannerRow } from './planner/plannerBench.js';
import { killChildren } from './processes.js';
import { benchQueries, reportQueries, type QueriesRow } from './queries/queriesBench.js';
import { benchReads, reportReads, type ReadsRow } from './reads/readsBench.js';
import { benchReaders, reportReaders, type ReadersRow } from './readers/readersBench.js';
import { benchSeeding, reportSeeding, type SeedingRow } from './seeding/seedingBench.js';
import { benchSync, reportSync, type SyncRow } from './sync/syncBench.js';
import { startServices, type BenchTools } from './services.js';
import { benchStorm, type StormRow } from './storm/stormBench.js';
import { reportStorm } from './storm/stormReport.js';
import { accessTokens } from './tokens.js';

// `npm run bench -- [--quick] [--only PART] [--minutes N] [--seed N] [--tickets N] [--rows N] [--profile]`; the parts are in the table below.
// What Baton costs beside the least that the same work can cost, both measured in one run. Figures of different machines,
// or of different hours on one, say nothing about each other; ratios within a run do.

const started = Date.now();
const say = (text: string): void =>
  console.error(`· ${String(Math.round((Date.now() - started) / 1_000)).padStart(3)} s  ${text}`);
const options = readOptions();

const notes = [
  'Medians of interleaved rounds. CPU is that of all threads of the server process (for "driver alone" and "in process": of the',
  'process that drives), and of all processes of PostgreSQL. × compares with "same rows"; "ticket rows only" writes no history of',
  'assignments, idempotency key, or personal feeds, and checks nothing. claim+status counts two mutations.',
  'One by one: the next event when all followers have the last. "further": what each follower beyond the first adds to an event;',
  "Baton's event is a comment through its API, so the write is in µs/delivery, not in further.",
  '*: the loader used more than 90 % of its core, so rates and latencies are its own; ** the same in the paced run.',
];

interface Rows {
  readonly mutation: MutationRow[];
  readonly bulk: BulkRow[];
  readonly fanout: FanoutRow[];
  readonly readers: ReadersRow[];
  readonly endToEnd: EndToEndRow[];
  readonly seeding: SeedingRow[];
  readonly sync: SyncRow[];
  readonly reads: ReadsRow[];
  readonly queries: QueriesRow[];
  readonly planner: PlannerRow[];
  readonly storm: StormRow[];
}
interface PartOfBench<Row> {
  /** About how long a round takes: the time that is left is shared out by it. */
  readonly seconds: number;
  readonly bench: (tools: BenchTools) => Promise<Row>;
  readonly report: (rows: Row) => void;
}
const table: { readonly [Name in Part]: PartOfBench<Rows[Name]> } = {
  mutation: { seconds: 105, bench: benchMutations, report: reportMutations },
  bulk: { seconds: 25, bench: benchBulk, report: reportBulk },
  fanout: { seconds: 155, bench: benchFanout, report: reportFanout },
  readers: { seconds: 80, bench: benchReaders, report: reportReaders },
  endToEnd: { seconds: 80, bench: benchEndToEnd, report: reportEndToEnd },
  seeding: { seconds: 20, bench: benchSeeding, report: reportSeeding },
  sync: { seconds: 150, bench: benchSync, report: reportSync },
  reads: { seconds: 150, bench: benchReads, report: reportReads },
  queries: { seconds: 25, bench: benchQueries, report: reportQueries },
  planner: { seconds: 180, bench: benchPlanner, report: reportPlanner },
  storm: { seconds: 90, bench: benchStorm, report: reportStorm },
};

function shareOf(part: Part): number {
  const ahead = parts.slice(parts.indexOf(part)).map((other) => table[other].seconds);
  return table[part].seconds / ahead.reduce((sum, seconds) => sum + seconds);
}

async function main(): Promise<void> {
  say('compiling');
  const compiledCleanly = await buildBench();
  const services = await startServices();
  try {
    const environment = { ...(await describeEnvironment(services)), compiledCleanly };
    const tools = { options, services, say, tokens: await accessTokens() };
    const rows: { [Name in Part]?: Rows[Name] } = {};
    const failed: string[] = [];
    const measure = async <Name extends Part>(name: Name): Promise<void> => {
      const left = started + options.budgetMs - Date.now();
      const share = options.only === null ? shareOf(name) : 1;
      rows[name] = await table[name].bench({ ...tools, endsAt: Date.now() + left * share });
    };
    for (const name of parts) {
      if (options.only !== null && options.only !== name) continue;
      // What was measured before something broke is worth keeping.
      await measure(name).catch((error: unknown) => {
        console.error(error);
        failed.push(name);
      });
    }
    const seconds = Math.round((Date.now() - started) / 1_000);
    const loadAtEnd = loadavg()[0];
    const result = { at: new Date(started).toISOString(), seconds, options, environment, loadAtEnd, failed };
    console.log(JSON.stringify({ ...environment, seed: options.seed, loadAtEnd }, null, 1));
    const report = <Name extends Part>(name: Name): void => {
      const measured = rows[name];
      if (measured) table[name].report(measured);
    };
    for (const name of parts) report(name);
    console.log(`\n${notes.join('\n')}`);
    const json = JSON.stringify({ ...result, ...rows }, null, 1);
    const files = [write('json', json), write('svg', plotBench(rows.fanout ?? [], rows.queries ?? []))];
    console.log(`${seconds} s. Written to ${files.filter((file) => file !== null).join(', ')}`);
    if (failed.length > 0) process.exitCode = 1;
  } finally {
    killChildren();
    await services.release();
  }
}

function write(ending: string, content: string | null): string | null {
  if (content === null) return null;
  const stamp = new Date(started).toISOString().replaceAll(':', '').slice(0, 15);
  const file = join(resultsFolder, `bench-${stamp}.${ending}`);
  writeFileSync(file, content);
  return file;
}

/** Something hangs: a benchmark that blocks others is worse than none. */
const hung = setTimeout(
  () => {
    say('took too long, giving up');
    killChildren();
    process.exit(1);
  },
  2 * options.budgetMs + 120_000,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    killChildren();
    process.exit(130);
  });

await main();
clearTimeout(hung);

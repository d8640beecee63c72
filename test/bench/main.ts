import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { buildBench, resultsFolder } from './build.js';
import { describeEnvironment } from './environment.js';
import { benchEndToEnd, reportEndToEnd } from './endToEnd/endToEndBench.js';
import { benchFanout } from './fanout/fanoutBench.js';
import { reportFanout } from './fanout/fanoutReport.js';
import { benchMutations } from './mutation/mutationBench.js';
import { reportMutations } from './mutation/mutationReport.js';
import { parts, readOptions, type Part } from './options.js';
import { plotBench } from './plot/benchPlot.js';
import { killChildren } from './processes.js';
import { benchQueries, reportQueries } from './queries/queriesBench.js';
import { benchReaders, reportReaders } from './readers/readersBench.js';
import { benchSeeding, reportSeeding } from './seeding/seedingBench.js';
import { startServices, type BenchTools } from './services.js';
import { accessTokens } from './tokens.js';

// `npm run bench -- [--quick] [--only mutation|fanout|readers|endToEnd|seeding|queries] [--minutes N] [--seed N] [--profile]`
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

/** About how many seconds a round of each part takes: the time that is left is shared out by them. */
const roundSeconds: Record<Part, number> = {
  mutation: 105,
  fanout: 135,
  readers: 80,
  endToEnd: 45,
  seeding: 20,
  queries: 25,
};

function shareOf(part: Part): number {
  const ahead = parts.slice(parts.indexOf(part)).map((other) => roundSeconds[other]);
  return roundSeconds[part] / ahead.reduce((sum, seconds) => sum + seconds);
}

async function main(): Promise<void> {
  say('compiling');
  const compiledCleanly = await buildBench();
  const services = await startServices();
  const failed: string[] = [];
  try {
    const environment = { ...(await describeEnvironment(services)), compiledCleanly };
    const tools = { options, services, say, tokens: await accessTokens() };
    /** What was measured before something broke is worth keeping. */
    const measure = async <Row>(part: Part, bench: (tools: BenchTools) => Promise<Row[]>): Promise<Row[]> => {
      if (options.only !== null && options.only !== part) return [];
      const left = started + options.budgetMs - Date.now();
      const share = options.only === null ? shareOf(part) : 1;
      return bench({ ...tools, endsAt: Date.now() + left * share }).catch((error: unknown) => {
        console.error(error);
        failed.push(part);
        return [];
      });
    };
    const mutations = await measure('mutation', benchMutations);
    const fanout = await measure('fanout', benchFanout);
    const readers = await measure('readers', benchReaders);
    const endToEnd = await measure('endToEnd', benchEndToEnd);
    const seeding = await measure('seeding', benchSeeding);
    const queries = await measure('queries', benchQueries);
    const seconds = Math.round((Date.now() - started) / 1_000);
    const loadAtEnd = loadavg()[0];
    const result = { at: new Date(started).toISOString(), seconds, options, environment, loadAtEnd, failed };
    console.log(JSON.stringify({ ...environment, seed: options.seed, loadAtEnd }, null, 1));
    if (mutations.length > 0) reportMutations(mutations);
    if (fanout.length > 0) reportFanout(fanout);
    if (readers.length > 0) reportReaders(readers);
    if (endToEnd.length > 0) reportEndToEnd(endToEnd);
    if (seeding.length > 0) reportSeeding(seeding);
    if (queries.length > 0) reportQueries(queries);
    console.log(`\n${notes.join('\n')}`);
    const json = JSON.stringify({ ...result, mutations, fanout, readers, endToEnd, seeding, queries }, null, 1);
    const files = [write('json', json), write('svg', plotBench(fanout, queries))];
    console.log(`${seconds} s. Written to ${files.filter((file) => file !== null).join(', ')}`);
  } finally {
    killChildren();
    await services.release();
  }
  if (failed.length > 0) process.exitCode = 1;
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

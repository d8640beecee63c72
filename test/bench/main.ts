import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { buildBench, resultsFolder } from './build.js';
import { describeEnvironment } from './environment.js';
import { benchFanout } from './fanout/fanoutBench.js';
import { reportFanout } from './fanout/fanoutReport.js';
import { benchMutations } from './mutation/mutationBench.js';
import { reportMutations } from './mutation/mutationReport.js';
import { readOptions, type Part } from './options.js';
import { killChildren } from './processes.js';
import { benchQueries, reportQueries } from './queries/queriesBench.js';
import { benchSeeding, reportSeeding } from './seeding/seedingBench.js';
import { startServices, type BenchTools } from './services.js';
import { benchStorm } from './storm/stormBench.js';
import { reportStorm } from './storm/stormReport.js';
import { accessTokens } from './tokens.js';

// `npm run bench -- [--quick] [--only mutation|fanout|seeding|queries|storm] [--seed N] [--profile]`
// What Baton costs beside the least that the same work can cost, both measured in one run. Figures of different machines,
// or of different hours on one, say nothing about each other; ratios within a run do.

const say = (text: string): void => console.error(`· ${text}`);
const started = Date.now();
const options = readOptions();

const notes = [
  'Medians of interleaved rounds. CPU is that of all threads of the server process (for "driver alone" and "in process": of the',
  'process that drives), and of all processes of PostgreSQL. × compares with "same rows"; "ticket rows only" writes no history of',
  'assignments, idempotency key, or personal feeds, and checks nothing. claim+status counts two mutations.',
  'One by one: the next event when all followers have the last. "further": what each follower beyond the first adds to an event;',
  "Baton's event is a comment through its API, so the write is in µs/delivery, not in further.",
  '*: the loader used more than 90 % of its core, so rates and latencies are its own; ** the same in the paced run.',
];

/** The share of the time that is left which a part may take, when others come after it. */
const shares: Record<Part, number> = { mutation: 0.6, fanout: 0.8, seeding: 0.6, queries: 0.6, storm: 1 };

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
      const share = options.only === null ? shares[part] : 1;
      return bench({ ...tools, endsAt: Date.now() + left * share }).catch((error: unknown) => {
        console.error(error);
        failed.push(part);
        return [];
      });
    };
    const mutations = await measure('mutation', benchMutations);
    const fanout = await measure('fanout', benchFanout);
    const seeding = await measure('seeding', benchSeeding);
    const queries = await measure('queries', benchQueries);
    const storm = await measure('storm', benchStorm);
    const seconds = Math.round((Date.now() - started) / 1_000);
    const loadAtEnd = loadavg()[0];
    const result = { at: new Date(started).toISOString(), seconds, options, environment, loadAtEnd, failed };
    console.log(JSON.stringify({ ...environment, seed: options.seed, loadAtEnd }, null, 1));
    if (mutations.length > 0) reportMutations(mutations);
    if (fanout.length > 0) reportFanout(fanout);
    if (seeding.length > 0) reportSeeding(seeding);
    if (queries.length > 0) reportQueries(queries);
    if (storm.length > 0) reportStorm(storm);
    console.log(`\n${notes.join('\n')}`);
    console.log(`${seconds} s. Written to ${write({ ...result, mutations, fanout, seeding, queries, storm })}`);
  } finally {
    killChildren();
    await services.release();
  }
  if (failed.length > 0) process.exitCode = 1;
}

function write(result: object): string {
  mkdirSync(resultsFolder, { recursive: true });
  const stamp = new Date(started).toISOString().replaceAll(':', '').slice(0, 15);
  const file = join(resultsFolder, `bench-${stamp}.json`);
  writeFileSync(file, JSON.stringify(result, null, 1));
  return file;
}

/** Something hangs: a benchmark that blocks others is worse than none. */
const hung = setTimeout(
  () => {
    say('took too long, giving up');
    killChildren();
    process.exit(1);
  },
  1.5 * options.budgetMs + 60_000,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    killChildren();
    process.exit(130);
  });

await main();
clearTimeout(hung);

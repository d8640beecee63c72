import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { buildBench, resultsFolder } from './build.js';
import { describeEnvironment } from './environment.js';
import { benchFanout } from './fanout/fanoutBench.js';
import { reportFanout } from './fanout/fanoutReport.js';
import { benchMutations, type BenchTools } from './mutation/mutationBench.js';
import { reportMutations } from './mutation/mutationReport.js';
import { readOptions } from './options.js';
import { killChildren } from './processes.js';
import { startServices } from './services.js';
import { short } from './table.js';
import { accessTokens } from './tokens.js';

// `npm run bench -- [--quick] [--only mutation|fanout] [--seed N] [--profile]`
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

async function main(): Promise<void> {
  say('compiling');
  const compiledCleanly = await buildBench();
  const services = await startServices();
  try {
    const environment = { ...(await describeEnvironment(services)), compiledCleanly };
    const tools: BenchTools = {
      options,
      services,
      say,
      tokens: await accessTokens(),
      endsAt: started + options.budgetMs,
    };
    // Of what is left, fan-out needs a little more than a third.
    const share = options.only === null ? 0.6 : 1;
    const forMutations = { ...tools, endsAt: Date.now() + (tools.endsAt - Date.now()) * share };
    const mutations = options.only === 'fanout' ? [] : await benchMutations(forMutations);
    const fanout = options.only === 'mutation' ? [] : await benchFanout(tools);
    const seconds = Math.round((Date.now() - started) / 1_000);
    const result = { at: new Date(started).toISOString(), seconds, options, environment, mutations, fanout };
    console.log(JSON.stringify({ ...environment, seed: options.seed, loadAtEnd: loadavg()[0] }, null, 1));
    if (mutations.length > 0) reportMutations(mutations);
    if (fanout.length > 0) reportFanout(fanout);
    console.log(`\n${notes.join('\n')}`);
    console.log(`${seconds} s; load ${short(environment.load ?? null)} at the start. Written to ${write(result)}`);
  } finally {
    killChildren();
    await services.release();
  }
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

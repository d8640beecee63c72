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
import { benchSeeding, reportSeeding } from './seeding/seedingBench.js';
import { startServices, type BenchTools } from './services.js';
import { short } from './table.js';
import { accessTokens } from './tokens.js';

// `npm run bench -- [--quick] [--only mutation|fanout|seeding] [--seed N] [--profile]`
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
    const { only } = options;
    const wanted = (part: Part) => only === null || only === part;
    /** The part of the time that is left which a piece may take, when others come after it. */
    const within = (share: number): BenchTools =>
      only === null ? { ...tools, endsAt: Date.now() + (tools.endsAt - Date.now()) * share } : tools;
    const mutations = wanted('mutation') ? await benchMutations(within(0.55)) : [];
    const fanout = wanted('fanout') ? await benchFanout(within(0.8)) : [];
    const seeding = wanted('seeding') ? await benchSeeding(tools) : [];
    const seconds = Math.round((Date.now() - started) / 1_000);
    const result = { at: new Date(started).toISOString(), seconds, options, environment, mutations, fanout, seeding };
    console.log(JSON.stringify({ ...environment, seed: options.seed, loadAtEnd: loadavg()[0] }, null, 1));
    if (mutations.length > 0) reportMutations(mutations);
    if (fanout.length > 0) reportFanout(fanout);
    if (seeding.length > 0) reportSeeding(seeding);
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { printTable } from '../../bench/table.js';
import { readOptions, type Options } from './options.js';
import type { StormOrder, StormReport } from './storm.js';

// `npx tsx test/proof/liveQueries/main.ts [--database postgres|sqlite] [--filters N] [--changes N] [--seed N] [--plant NAME] …`
// Live queries against SQL: random people change tickets while random filters are followed. Whatever a reader folded from its
// deltas must be, at each checkpoint, what SQL says to the same person, and at every cursor in between what the log says.
// Ends with 1 when a reader held anything else.

const options = readOptions();
const endsAt = Date.now() + options.minutes * 60_000;
const script = fileURLToPath(import.meta.resolve('./shard.ts'));

async function runShard(seed: number, changes: number): Promise<StormReport> {
  const { database, filters, every, writers, plant } = options;
  const order: Omit<StormOrder, 'url'> = { seed, database, filters, changes, every, writers, plant, endsAt };
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const told = await text(child.stdout);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`the shard of seed ${seed} ended with ${code}`);
  return JSON.parse(told) as StormReport;
}

/** The shards that an earlier run of the same options left in the report. */
function knownShards({ report: file, database, plant, filters }: Options): StormReport[] {
  if (!existsSync(file)) return [];
  const known = JSON.parse(readFileSync(file, 'utf8')) as { options: Options; shards: StormReport[] };
  const isSame =
    known.options.database === database && known.options.plant === plant && known.options.filters === filters;
  if (!isSame) throw new Error(`${file} is the report of another run: name another file with --report`);
  return known.shards;
}

function write(shards: readonly StormReport[]): void {
  mkdirSync(dirname(options.report), { recursive: true });
  writeFileSync(options.report, JSON.stringify({ options, shards }, null, 1));
}

const sum = (shards: readonly StormReport[], of: (shard: StormReport) => number): number =>
  shards.reduce((total, shard) => total + of(shard), 0);
const count = (value: number): string => Math.round(value).toLocaleString('en');

function report(shards: readonly StormReport[]): void {
  const columns: readonly (readonly [string, (shard: StormReport) => number])[] = [
    ['changes', ({ changes }) => changes],
    ['events', ({ events }) => events],
    ['checkpoints', ({ checkpoints }) => checkpoints],
    ['held against SQL', ({ compared }) => compared],
    ['states against the log', ({ states }) => states],
    ['reconnected', ({ reconnected }) => reconnected],
    ['slow', ({ paused }) => paused],
    ['seconds', ({ seconds }) => seconds],
    ['CPU s', ({ cpuSeconds }) => cpuSeconds],
    ['wrong', ({ wrong }) => wrong.length],
  ];
  const line = (name: string, some: readonly StormReport[]) => [name, ...columns.map(([, of]) => count(sum(some, of)))];
  const rows = shards.map((shard) => line(String(shard.seed), [shard]));
  printTable(['seed', ...columns.map(([name]) => name)], [...rows, line('all', shards)], 1);
  const deeds = [...new Set(shards.flatMap((shard) => Object.keys(shard.deeds)))];
  console.log(deeds.map((name) => `${name} ${count(sum(shards, (shard) => shard.deeds[name] ?? 0))}`).join(' · '));
  const [delta, snapshot] = [sum(shards, (s) => s.resumed.delta), sum(shards, (s) => s.resumed.snapshot)];
  console.log(`back by cursor: ${count(delta)} went on with deltas, ${count(snapshot)} with a snapshot`);
  for (const { seed, wrong } of shards) for (const said of wrong) console.log(`WRONG, seed ${seed}: ${said}`);
}

const shards = knownShards(options);
/** Changes that are done or under way. */
let begun = sum(shards, (shard) => shard.changes);
let seed = Math.max(options.seed - 1, ...shards.map((shard) => shard.seed));

async function lane(): Promise<void> {
  while (begun < options.changes && Date.now() < endsAt && !shards.some(({ wrong }) => wrong.length > 0)) {
    const changes = Math.min(options.shard, options.changes - begun);
    begun += changes;
    const shard = await runShard(++seed, changes);
    begun += shard.changes - changes;
    if (shard.changes > 0) shards.push(shard);
    write(shards);
  }
}
await Promise.all(Array.from({ length: options.parallel }, lane));
shards.sort((a, b) => a.seed - b.seed);
report(shards);
const { database, filters, changes } = options;
const done = sum(shards, (shard) => shard.changes);
console.log(
  `${database}, ${filters} filters: ${count(done)} of ${count(changes)} changes, written to ${options.report}`,
);
if (shards.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;

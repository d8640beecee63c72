import { parseArgs } from 'node:util';

export interface Options {
  readonly quick: boolean;
  readonly only: 'mutation' | 'fanout' | null;
  readonly seed: number;
  /** Writes a CPU profile of each server process to bench-results/. The profiler itself costs some 10 %. */
  readonly profile: boolean;
  readonly repeats: number;
  /** Before each measurement; and once before the first, for each way and verb, each server: code must have been compiled. */
  readonly warmUpMs: number;
  readonly firstWarmUpMs: number;
  /** One measurement of a mutation. */
  readonly mutationMs: number;
  /** One measurement of a fan-out: events one by one, and events at a pace. */
  readonly oneByOneMs: number;
  readonly pacedMs: number;
  /** No repeat begins that could not end by then. */
  readonly budgetMs: number;
}

const { quick, only, seed, profile } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string', default: '20261122' },
    profile: { type: 'boolean', default: false },
  },
}).values;

const quickTimes = {
  repeats: 1,
  warmUpMs: 200,
  firstWarmUpMs: 400,
  mutationMs: 600,
  oneByOneMs: 800,
  pacedMs: 1_500,
  budgetMs: 90_000,
};
const fullTimes: typeof quickTimes = {
  repeats: 3,
  warmUpMs: 300,
  firstWarmUpMs: 1_000,
  mutationMs: 1_100,
  oneByOneMs: 1_500,
  pacedMs: 2_500,
  budgetMs: 330_000,
};

/** @throws when the command line asks for something else. */
export function readOptions(): Options {
  const common = { quick, only: part(), seed: Number(seed), profile };
  return { ...common, ...(quick ? quickTimes : fullTimes) };
}

function part(): Options['only'] {
  if (only === undefined) return null;
  if (only !== 'mutation' && only !== 'fanout') throw new Error('--only mutation | fanout');
  return only;
}

import type { Options, Profile } from './options.js';
import type { ShardReport } from './report.js';
import type { Services } from './stage/services.js';
import { stormPart } from './stormPart.js';
import { faultsFrom } from './faults/schedule.js';

/** What every part is given. */
export interface Tools {
  readonly options: Options;
  readonly services: Services;
  readonly say: (text: string) => void;
  /** Keeps a history for whoever wants to look into it. */
  readonly keepFolder: (folder: string) => Promise<void>;
}

/** One thing to prove, in shards that stand for themselves: each has a seed of its own, and may be run again alone. */
export interface Part {
  readonly name: string;
  readonly shards: Readonly<Record<Profile, number>>;
  readonly run: (tools: Tools, shard: number, seed: number) => Promise<ShardReport>;
}

const crowd = { project: { sdk: 20, stock: 14, sse: 2, steady: 24, hopping: 20, slow: 14 }, lists: 3 };

export const parts: readonly Part[] = [
  stormPart('mixed', { ci: 1, long: 10 }, (seed) => ({
    seed,
    dialect: 'postgres',
    nodes: 2,
    writers: 10,
    pauseMs: 0,
    seats: crowd,
    leavers: 3,
    faults: faultsFrom(seed, 30, {
      killNode: 4,
      drainNode: 2,
      killRedis: 3,
      cutLink: 3,
      slowLink: 2,
      slicedLink: 2,
      resetLink: 2,
      silentLink: 1,
      cutCommit: 4,
      killBackend: 1,
    }),
    calmMs: 600,
    leastMs: 40_000,
    leastOperations: 2_300,
  })),
];

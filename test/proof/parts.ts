import { backupsPart } from './backups/backupsPart.js';
import { faultsFrom, inTurn } from './faults/schedule.js';
import type { Options, Profile } from './options.js';
import { plantedPart } from './plantedPart.js';
import { manyReturnPart } from './crowds/manyReturnPart.js';
import { slowReadersPart } from './crowds/slowReadersPart.js';
import { migrationsPart } from './migrations/migrationsPart.js';
import type { PartReport } from './report.js';
import { buildOlder } from './stage/olderVersion.js';
import type { Services } from './stage/services.js';
import { stormPart } from './stormPart.js';
import type { Seats } from './storm/audience.js';
import type { Storm } from './storm/runStorm.js';

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
  /** Two lanes run abreast, each on services of its own; what measures time runs after them, alone. */
  readonly lane: 'first' | 'second' | 'alone';
  readonly run: (tools: Tools, shard: number, seed: number) => Promise<PartReport>;
}

const crowd: Seats = { project: { sdk: 20, stock: 14, sse: 2, steady: 24, hopping: 20, slow: 14 }, lists: 3 };
const few: Seats = { project: { sdk: 3, stock: 2, sse: 1, steady: 2, hopping: 3, slow: 1 }, lists: 2 };

const storm = (seed: number, rest: Partial<Storm> & Pick<Storm, 'faults'>): Storm => ({
  seed,
  dialect: 'postgres',
  nodes: 2,
  writers: 8,
  pauseMs: 5,
  seats: few,
  leavers: 1,
  calmMs: 300,
  leastMs: 3_500,
  mostMs: 60_000,
  leastOperations: 150,
  ...rest,
});

/** Instead of what writers do by themselves. */
const onlyRaces = { faults: [], leavers: 0, leastMs: 0, leastOperations: 0 };

/** Cycles of one shard; a long run has more shards of more cycles. */
const sized = ({ options }: Tools, ci: number, long: number): number => (options.profile === 'ci' ? ci : long);

export const parts: readonly Part[] = [
  plantedPart,
  stormPart('mixed', { ci: 1, long: 10 }, (seed, tools) =>
    storm(seed, {
      writers: 10,
      pauseMs: 0,
      seats: crowd,
      leavers: 3,
      faults: faultsFrom(seed, sized(tools, 8, 30), {
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
      leastMs: sized(tools, 8_000, 40_000),
      mostMs: 240_000,
      leastOperations: sized(tools, 500, 2_600),
    }),
  ),
  stormPart('nodes killed', { ci: 1, long: 20 }, (seed, tools) =>
    storm(seed, { faults: inTurn(['killNode'], sized(tools, 8, 50)) }),
  ),
  stormPart('nodes drained', { ci: 1, long: 8 }, (seed, tools) =>
    storm(seed, { faults: inTurn(['drainNode'], sized(tools, 4, 25)) }),
  ),
  stormPart('redis killed', { ci: 1, long: 10 }, (seed, tools) =>
    storm(seed, { faults: inTurn(['killRedis'], sized(tools, 5, 30)) }),
  ),
  stormPart('redis frozen', { ci: 1, long: 3 }, (seed, tools) =>
    storm(seed, { faults: inTurn(['freezeRedis'], sized(tools, 1, 10)) }),
  ),
  stormPart('postgres restarted', { ci: 1, long: 7 }, (seed, tools) =>
    storm(seed, {
      faults: inTurn(
        ['restartPostgresFast', 'restartPostgresImmediately', 'killPostgres', 'killBackend'],
        sized(tools, 4, 20),
      ),
      calmMs: 800,
    }),
  ),
  stormPart('replica', { ci: 1, long: 3 }, (seed, tools) =>
    storm(seed, {
      replica: true,
      readers: 4,
      faults: faultsFrom(seed, sized(tools, 6, 24), {
        killReplica: 3,
        pauseReplica: 3,
        freezeReplica: 2,
        restartPostgresFast: 2,
        restartPostgresImmediately: 2,
        killPostgres: 2,
        killNode: 1,
      }),
      calmMs: 1_500,
      leastMs: sized(tools, 8_000, 60_000),
    }),
  ),
  stormPart(
    'rolling upgrade',
    { ci: 0, long: 1 },
    async (seed, tools) => {
      const { commit, folder } = await buildOlder(tools.options.from);
      tools.say(`  from ${commit}`);
      return storm(seed, {
        older: folder,
        writers: 4,
        pauseMs: 150,
        seats: { project: { sdk: 400, stock: 20, sse: 10, steady: 40, hopping: 30 }, lists: 3 },
        faults: ['migrate', 'upgradeNode', 'upgradeNode', 'drainNode'],
        calmMs: 8_000,
        leastMs: 30_000,
        leastOperations: 500,
      });
    },
    'alone',
  ),
  stormPart('postgres frozen', { ci: 1, long: 2 }, (seed, tools) =>
    storm(seed, { faults: inTurn(['freezePostgres'], sized(tools, 1, 6)), calmMs: 1_500 }),
  ),
  stormPart('commits cut', { ci: 1, long: 10 }, (seed, tools) =>
    storm(seed, { faults: inTurn(['cutCommit'], sized(tools, 40, 100)), calmMs: 60 }),
  ),
  stormPart('bad network', { ci: 1, long: 10 }, (seed, tools) =>
    storm(seed, {
      faults: inTurn(['cutLink', 'slowLink', 'slicedLink', 'resetLink', 'silentLink'], sized(tools, 10, 50)),
    }),
  ),
  stormPart(
    'races',
    { ci: 1, long: 4 },
    (seed, tools) =>
      storm(seed, {
        writers: sized(tools, 12, 50),
        races: { count: sized(tools, 8, 50), rounds: ['claims', 'edits', 'repeats', 'misuses'] },
        ...onlyRaces,
      }),
    'second',
  ),
  ...(['postgres', 'sqlite'] as const).flatMap((dialect) => {
    const on = {
      dialect,
      nodes: dialect === 'postgres' ? 2 : 1,
      seats: { project: { steady: 1 }, lists: 1 },
      ...onlyRaces,
    };
    return [
      stormPart(
        `pairs ${dialect}`,
        { ci: 1, long: 4 },
        (seed, tools) =>
          storm(seed, {
            ...on,
            races: { count: sized(tools, 1, 5), rounds: [tools.options.profile === 'ci' ? 'somePairs' : 'allPairs'] },
          }),
        'second',
      ),
      stormPart(
        `bulks ${dialect}`,
        { ci: 1, long: 2 },
        (seed, tools) => storm(seed, { ...on, races: { count: sized(tools, 6, 100), rounds: ['bulks', 'bulkEdits'] } }),
        'second',
      ),
      stormPart(
        `approvals ${dialect}`,
        { ci: 1, long: 5 },
        (seed, tools) => storm(seed, { ...on, races: { count: sized(tools, 2, 100), rounds: ['approvals'] } }),
        dialect === 'postgres' ? 'first' : 'second',
      ),
    ];
  }),
  ...(['postgres', 'sqlite'] as const).map((dialect) =>
    stormPart(
      `crash points ${dialect}`,
      { ci: 1, long: 2 },
      (seed, tools) =>
        storm(seed, {
          dialect,
          nodes: 1,
          writers: 3,
          crashes: sized(tools, 1, 16),
          ...onlyRaces,
          program: 'test/proof/planted/crashNode.js',
        }),
      'second',
    ),
  ),
  stormPart('sqlite', { ci: 1, long: 6 }, (seed, tools) =>
    storm(seed, {
      dialect: 'sqlite',
      nodes: 1,
      faults: inTurn(['killNode', 'cutLink', 'resetLink', 'killNode', 'drainNode'], sized(tools, 6, 50)),
    }),
  ),
  stormPart('disk full', { ci: 1, long: 5 }, (seed, tools) =>
    storm(seed, {
      dialect: 'sqlite',
      nodes: 1,
      diskMb: 64,
      faults: inTurn(['fillDisk'], sized(tools, 2, 10)),
      calmMs: 1_000,
    }),
  ),
  stormPart('nodes stalled', { ci: 1, long: 2 }, (seed, tools) =>
    storm(seed, {
      faults: inTurn(['freezeNode', 'stallNode'], sized(tools, 1, 20)),
      program: 'test/proof/planted/stallNode.js',
      calmMs: 1_500,
    }),
  ),
  stormPart('sqlite writers', { ci: 1, long: 1 }, (seed, tools) =>
    storm(seed, {
      dialect: 'sqlite',
      nodes: 1,
      writers: 20,
      pauseMs: 0,
      faults: inTurn(['lockFile'], sized(tools, 3, 30)),
      leastMs: sized(tools, 5_000, 60_000),
    }),
  ),
  ...(['postgres', 'sqlite'] as const).map(migrationsPart),
  ...(['postgres', 'sqlite'] as const).map(backupsPart),
  ...(['postgres', 'sqlite'] as const).map((dialect) =>
    stormPart(
      `clean ${dialect}`,
      { ci: 0, long: 25 },
      (seed) => {
        const nodes = dialect === 'postgres' ? 2 : 1;
        return storm(seed, { dialect, nodes, faults: [], leastMs: 5_000, leastOperations: 300 });
      },
      dialect === 'postgres' ? 'first' : 'second',
    ),
  ),
  manyReturnPart,
  slowReadersPart,
];

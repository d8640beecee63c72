import { parseArgs } from 'node:util';
import type { Dialect } from '../../support/services.js';
import { plantNames, type Plant } from './plants.js';

export interface Options {
  readonly database: Dialect;
  readonly seed: number;
  readonly filters: number;
  /** In all, done in shards: each is a world of its own with the next seed. More changes make more tickets, and every comparison longer. */
  readonly changes: number;
  readonly shard: number;
  /** Shards at a time. */
  readonly parallel: number;
  readonly every: number;
  readonly writers: number;
  readonly plant: Plant | null;
  /** Then the run ends with what it has; the same command goes on from there. */
  readonly minutes: number;
  /** Where the report goes. What stands in it already counts. */
  readonly report: string;
}

/** @throws when the command line asks for something else. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      database: { type: 'string', default: 'postgres' },
      seed: { type: 'string', default: '20261126' },
      filters: { type: 'string', default: '200' },
      changes: { type: 'string', default: '100000' },
      shard: { type: 'string', default: '5000' },
      parallel: { type: 'string', default: '1' },
      every: { type: 'string', default: '500' },
      writers: { type: 'string', default: '6' },
      plant: { type: 'string' },
      minutes: { type: 'string', default: '60' },
      report: { type: 'string' },
    },
  });
  const { plant = null } = values;
  const database = oneOf('database', ['postgres', 'sqlite'] as const, values.database);
  return {
    database,
    seed: Number(values.seed),
    filters: Number(values.filters),
    changes: Number(values.changes),
    shard: Number(values.shard),
    parallel: Number(values.parallel),
    every: Number(values.every),
    writers: Number(values.writers),
    plant: plant === null ? null : oneOf('plant', plantNames, plant),
    minutes: Number(values.minutes),
    report: values.report ?? `reports/liveQueries-${database}${plant === null ? '' : `-${plant}`}-${values.seed}.json`,
  };
}

function oneOf<Word extends string>(option: string, words: readonly Word[], given: string): Word {
  const found = words.find((word) => word === given);
  if (!found) throw new Error(`--${option} ${words.join(' | ')}`);
  return found;
}

import { parseArgs } from 'node:util';
import type { Dialect } from '../../support/services.js';
import { plants, type Plant } from './plants.js';

export interface Options {
  readonly database: Dialect;
  readonly seed: number;
  readonly filters: number;
  /** In all; each shard makes its part in a world of its own. */
  readonly changes: number;
  readonly shards: number;
  readonly parallel: number;
  readonly every: number;
  readonly writers: number;
  readonly plant: Plant | null;
  /** No shard is begun later than so many minutes after the first. */
  readonly minutes: number;
  /** Where the report goes. Shards that stand in it already are not run again. */
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
      shards: { type: 'string' },
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
  const changes = Number(values.changes);
  return {
    database,
    seed: Number(values.seed),
    filters: Number(values.filters),
    changes,
    shards: Number(values.shards ?? Math.ceil(changes / SHARD)),
    parallel: Number(values.parallel),
    every: Number(values.every),
    writers: Number(values.writers),
    plant: plant === null ? null : oneOf('plant', Object.keys(plants) as Plant[], plant),
    minutes: Number(values.minutes),
    report: values.report ?? `reports/liveQueries-${database}${plant === null ? '' : `-${plant}`}-${values.seed}.json`,
  };
}

/** More changes make more tickets, and every comparison longer. */
const SHARD = 5_000;

function oneOf<Word extends string>(option: string, words: readonly Word[], given: string): Word {
  const found = words.find((word) => word === given);
  if (!found) throw new Error(`--${option} ${words.join(' | ')}`);
  return found;
}

import { parseArgs } from 'node:util';

export type Profile = 'ci' | 'long';

export interface Options {
  readonly profile: Profile;
  readonly seed: number;
  /** Names of parts; null: all of the profile. */
  readonly only: readonly string[] | null;
  /** Shards that were done before with this seed are not done again. */
  readonly resume: boolean;
  /** Histories are kept, also of what was found to be well. */
  readonly keep: boolean;
}

/** @throws when the command line asks for something else. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      profile: { type: 'string', default: 'ci' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string' },
      resume: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  const { profile, seed, only, resume, keep } = values;
  if (profile !== 'ci' && profile !== 'long') throw new Error('--profile ci | long');
  if (!/^\d{1,9}$/.test(seed)) throw new Error('--seed is a whole number');
  return { profile, seed: Number(seed), only: only?.split(',') ?? null, resume, keep };
}

import { parseArgs } from 'node:util';

export const profiles = ['ci', 'long'] as const;
export type Profile = (typeof profiles)[number];

export interface Options {
  readonly profile: Profile;
  /** Null: a new one, or the last run's when that is gone on with. */
  readonly seed: number | null;
  /** Names of parts; null: all of the profile. */
  readonly only: readonly string[] | null;
  /** So many shards of each part at most. */
  readonly shards: number;
  /** Shards that were done before with this seed are not done again. */
  readonly resume: boolean;
  /** Histories are kept, also of what was found to be well. */
  readonly keep: boolean;
  /** The commit that is upgraded from; null: the last tag, or without one what stood before the last migration. */
  readonly from: string | null;
  /** Nothing is run: what was reported before is written into the papers. */
  readonly table: boolean;
}

/** @throws when the command line asks for something else. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      profile: { type: 'string', default: 'ci' },
      seed: { type: 'string' },
      only: { type: 'string' },
      shards: { type: 'string', default: '1000' },
      resume: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      from: { type: 'string' },
      table: { type: 'boolean', default: false },
    },
  });
  const { seed, only, resume, keep, table } = values;
  const profile = profiles.find((name) => name === values.profile);
  if (!profile) throw new Error(`--profile ${profiles.join(' | ')}`);
  for (const [name, value] of Object.entries({ seed, shards: values.shards }))
    if (value !== undefined && !/^\d{1,9}$/.test(value)) throw new Error(`--${name} is a whole number`);
  return {
    profile,
    seed: seed === undefined ? null : Number(seed),
    only: only?.split(',') ?? null,
    shards: Number(values.shards),
    resume,
    keep,
    from: values.from ?? null,
    table,
  };
}

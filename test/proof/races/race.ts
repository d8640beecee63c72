import { randomFrom } from '../../../seeders/support/random.js';
import type { Database } from '../../../server/db/database.js';
import { approvals } from '../approvals/approvals.js';
import type { HistoryWriter } from '../history/historyFiles.js';
import type { Cast } from '../stage/setUp.js';
import type { Target } from '../storm/writer.js';
import { bulkEdits, bulks } from './bulks.js';
import { allPairs, mergers, somePairs } from './pairs.js';
import { Racers } from './racers.js';
import { claims, edits, misuses, repeats, type Ring, type Round } from './rounds.js';

const rounds = {
  claims,
  edits,
  repeats,
  misuses,
  somePairs,
  allPairs,
  mergers,
  bulks,
  bulkEdits,
  approvals,
} as const satisfies Record<string, Round>;
export type RoundName = keyof typeof rounds;

interface Course {
  readonly cast: Cast;
  readonly targets: readonly Target[];
  readonly history: HistoryWriter;
  readonly seed: number;
  readonly db: Database;
}
interface Races {
  readonly count: number;
  readonly rounds: readonly RoundName[];
}

/** Runs each of these kinds of race so many times. What does not come out as it had to is a finding of the history. */
export async function race(
  { cast, targets, history, seed, db }: Course,
  { count, rounds: names }: Races,
): Promise<void> {
  const racers = new Racers(targets, history, randomFrom(seed, 4), cast.hot);
  const wrong: Ring['wrong'] = (check, what) => history.write('findings', { check, what });
  const ring: Ring = { cast, racers, db, wrong, random: randomFrom(seed, 6), serial: new Map() };
  for (let nth = 1; nth <= count; nth++) for (const name of names) await rounds[name](ring, nth);
  racers.close();
}

import { randomFrom } from '../../../seeders/support/random.js';
import type { HistoryWriter } from '../history/historyFiles.js';
import type { Cast } from '../stage/setUp.js';
import type { Target } from '../storm/writer.js';
import { Racers } from './racers.js';
import { rounds } from './rounds.js';

interface Course {
  readonly cast: Cast;
  readonly targets: readonly Target[];
  readonly history: HistoryWriter;
  readonly seed: number;
}

/** Runs every kind of race so many times. What does not come out as it had to is a finding of the history. */
export async function race({ cast, targets, history, seed }: Course, count: number): Promise<void> {
  const racers = new Racers(targets, history, randomFrom(seed, 4), cast.hot);
  const wrong = (check: string, what: string) => history.write('findings', { check, what });
  for (let nth = 1; nth <= count; nth++)
    for (const round of Object.values(rounds)) await round({ cast, racers, wrong }, nth);
  racers.close();
}

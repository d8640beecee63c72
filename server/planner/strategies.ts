import { loadChange, loadsOf } from './objective.js';
import { pinnedOnly, type Choice, type Problem } from './problem.js';
import { NOBODY } from './task.js';

interface Chair {
  readonly at: number;
  readonly fit: number;
  readonly load: number;
}
/** Of those who have room, the one to take; null: nobody. */
type Pick = (seats: readonly Chair[], points: number) => number | null;

/** Goes through the ranking once and gives each ticket to whom `pick` says, of those who may have it and have room. */
function inRanking(problem: Problem, pick: Pick): Choice {
  const choice = pinnedOnly(problem);
  const loads = loadsOf(problem, choice);
  for (const task of problem.ranking) {
    const points = problem.tasks[task]?.points ?? 0;
    const seats = (problem.candidates[task] ?? []).flatMap(({ at, fit }) => {
      const load = loads[at] ?? 0;
      return load + points <= (problem.people[at]?.limit ?? 0) ? [{ at, fit, load }] : [];
    });
    const taken = seats.length > 0 ? pick(seats, points) : null;
    if (taken === null) continue;
    choice[task] = taken;
    loads[taken] = (loads[taken] ?? 0) + points;
  }
  return choice;
}

/** The highest score now, whatever comes later. */
export const greedy = (problem: Problem): Choice =>
  inRanking(problem, (seats, points) => {
    const scoreOf = ({ at, fit, load }: Chair) => {
      const person = problem.people[at];
      return person ? fit + loadChange(problem.weights, { person, load }, points) : Number.NEGATIVE_INFINITY;
    };
    return best(seats, scoreOf);
  });

/** The next in the order of ids, after who was last. */
export function roundRobin(problem: Problem): Choice {
  let last = NOBODY;
  return inRanking(problem, (seats) => {
    last = (seats.find(({ at }) => at > last) ?? seats[0])?.at ?? NOBODY;
    return last;
  });
}

/** Whoever will then have the smallest share of their limit. */
export const leastLoaded = (problem: Problem): Choice =>
  inRanking(problem, (seats, points) =>
    best(seats, ({ at, load }) => -(load + points) / Math.max(1, problem.people[at]?.limit ?? 1)),
  );

function best(seats: readonly Chair[], scoreOf: (seat: Chair) => number): number | null {
  let found: { readonly at: number; readonly score: number } | null = null;
  for (const seat of seats) {
    const score = scoreOf(seat);
    if (!found || score > found.score) found = { at: seat.at, score };
  }
  return found?.at ?? null;
}

import { loadsOf } from './objective.js';
import type { Choice, Problem } from './problem.js';
import { NOBODY } from './task.js';
import { loadCost } from './terms.js';

/** A choice that changes, with what is needed to judge a step at once. */
interface Search {
  readonly problem: Problem;
  readonly choice: number[];
  readonly loads: number[];
  /** By task and person; minus infinity where the pair is forbidden. */
  readonly fits: readonly Float64Array[];
  readonly free: readonly number[];
}

/** Far more than it takes; without a bound a mistake here would never end. */
const LARGEST_ROUNDS = 200;

/**
 * Takes steps that make the choice better until there is none: places a ticket, also by passing another one on or leaving out
 * less important ones, moves one, swaps two. Constraints that held still hold.
 */
export function improve(problem: Problem, start: Choice): Choice {
  const search = begin(problem, start);
  for (let round = 0; round < LARGEST_ROUNDS; round++) {
    let isBetter = false;
    for (const task of search.free) if (search.choice[task] === NOBODY && place(search, task)) isBetter = true;
    for (const task of search.free) if (moveToBest(search, task)) isBetter = true;
    for (const task of search.free) if (swapWithOther(search, task)) isBetter = true;
    if (!isBetter) break;
  }
  return search.choice;
}

function begin(problem: Problem, start: Choice): Search {
  const fits = problem.candidates.map((candidates) => {
    const row = new Float64Array(problem.people.length).fill(Number.NEGATIVE_INFINITY);
    for (const { at, fit } of candidates) row[at] = fit;
    return row;
  });
  const free = problem.ranking.filter((task) => (problem.candidates[task] ?? []).length > 0);
  return { problem, choice: [...start], loads: loadsOf(problem, start), fits, free };
}

const pointsOf = ({ problem }: Search, task: number): number => problem.tasks[task]?.points ?? 0;
const weightOf = ({ problem }: Search, task: number): number => problem.tasks[task]?.weight ?? 0;
const fitOf = ({ fits }: Search, task: number, person: number): number =>
  fits[task]?.[person] ?? Number.NEGATIVE_INFINITY;
const roomOf = ({ problem, loads }: Search, person: number): number =>
  (problem.people[person]?.limit ?? 0) - (loads[person] ?? 0);

/** What a person's load costs more with so many points more. */
function costOf({ problem, loads }: Search, at: number, by: number): number {
  const person = problem.people[at];
  const load = loads[at] ?? 0;
  return person ? loadCost(problem.weights, person, load + by) - loadCost(problem.weights, person, load) : 0;
}

function put(search: Search, task: number, person: number): void {
  const points = pointsOf(search, task);
  const before = search.choice[task] ?? NOBODY;
  if (before !== NOBODY) search.loads[before] = (search.loads[before] ?? 0) - points;
  if (person !== NOBODY) search.loads[person] = (search.loads[person] ?? 0) + points;
  search.choice[task] = person;
}

/** The person with room for so many points where the ticket scores most, other than `not`; at a tie the first. */
function bestSeat(search: Search, task: number, not = NOBODY): { readonly at: number; readonly score: number } | null {
  const points = pointsOf(search, task);
  let best: { readonly at: number; readonly score: number } | null = null;
  for (const { at, fit } of search.problem.candidates[task] ?? []) {
    if (at === not || points > roomOf(search, at)) continue;
    const score = fit - costOf(search, at, points);
    if (!best || score > best.score) best = { at, score };
  }
  return best;
}

function place(search: Search, task: number): boolean {
  const seat = bestSeat(search, task);
  if (seat) {
    put(search, task, seat.at);
    return true;
  }
  return (search.problem.candidates[task] ?? []).some(({ at }) => passOn(search, task, at) || oust(search, task, at));
}

/** Makes room at a person by giving one of their tickets to somebody else. */
function passOn(search: Search, task: number, person: number): boolean {
  const lacking = pointsOf(search, task) - roomOf(search, person);
  for (const other of search.free) {
    if (search.choice[other] !== person || pointsOf(search, other) < lacking) continue;
    const seat = bestSeat(search, other, person);
    if (!seat) continue;
    put(search, other, seat.at);
    put(search, task, person);
    return true;
  }
  return false;
}

/** Makes room at a person by leaving out tickets that together weigh less. */
function oust(search: Search, task: number, person: number): boolean {
  let lacking = pointsOf(search, task) - roomOf(search, person);
  let weight = weightOf(search, task);
  const out: number[] = [];
  for (const other of search.free.toReversed()) {
    if (lacking <= 0) break;
    if (search.choice[other] !== person || pointsOf(search, other) === 0 || weightOf(search, other) >= weight) continue;
    out.push(other);
    weight -= weightOf(search, other);
    lacking -= pointsOf(search, other);
  }
  if (lacking > 0) return false;
  for (const other of out) put(search, other, NOBODY);
  put(search, task, person);
  return true;
}

function moveToBest(search: Search, task: number): boolean {
  const from = search.choice[task] ?? NOBODY;
  if (from === NOBODY) return false;
  const points = pointsOf(search, task);
  const seat = bestSeat(search, task, from);
  if (!seat) return false;
  const gain = seat.score - fitOf(search, task, from) - costOf(search, from, -points);
  if (gain < 0 || (gain === 0 && seat.at > from)) return false;
  put(search, task, seat.at);
  return true;
}

function swapWithOther(search: Search, task: number): boolean {
  const here = search.choice[task] ?? NOBODY;
  if (here === NOBODY) return false;
  for (const other of search.free) {
    const there = search.choice[other] ?? NOBODY;
    if (there === NOBODY || there === here) continue;
    const gain =
      fitOf(search, task, there) + fitOf(search, other, here) - fitOf(search, task, here) - fitOf(search, other, there);
    // Most pairs end here: most pairs are not allowed.
    if (gain === Number.NEGATIVE_INFINITY) continue;
    const by = pointsOf(search, other) - pointsOf(search, task);
    if (by > roomOf(search, here) || -by > roomOf(search, there)) continue;
    if (gain - costOf(search, here, by) - costOf(search, there, -by) <= 0) continue;
    put(search, task, there);
    put(search, other, here);
    return true;
  }
  return false;
}

import type { Choice } from './problem.js';
import type { Pair, Program } from './program.js';

/** A proof by duality: no solution is better than `most`, and none that has the pair of a column by more than `most + without[column]`. */
export interface Bound {
  readonly most: number;
  /** By column: what choosing it takes off at least. Not positive. */
  readonly taken: Float64Array;
  /** By column: what leaving it takes off at least. Not positive. */
  readonly left: Float64Array;
}

/**
 * Any prices of the rows bound the program from above (weak duality), so the bound holds however exact the solver was that they come
 * from: it is added up here.
 */
export function boundOf(program: Program, prices: Float64Array): Bound {
  const { costs, upper, rowLower, rowUpper, starts, rows, values } = program;
  let most = 0;
  const used = prices.map((price, row) => {
    const end = price > 0 ? rowUpper[row] : rowLower[row];
    return end !== undefined && Number.isFinite(end) ? price : 0;
  });
  for (const [row, price] of used.entries())
    if (price !== 0) most += price * ((price > 0 ? rowUpper[row] : rowLower[row]) ?? 0);
  const [taken, left] = [new Float64Array(costs.length), new Float64Array(costs.length)];
  for (let column = 0; column < costs.length; column++) {
    let reduced = costs[column] ?? 0;
    for (let entry = starts[column] ?? 0; entry < (starts[column + 1] ?? 0); entry++)
      reduced -= (values[entry] ?? 0) * (used[rows[entry] ?? 0] ?? 0);
    if (reduced > 0) {
      most += reduced * (upper[column] ?? 0);
      left[column] = -reduced;
    } else taken[column] = reduced;
  }
  return { most, taken, left };
}

/** Of sums of floating point numbers that stand for whole ones. */
export const TOLERANCE = 1e-6;
export const wholeBelow = (value: number): number => Math.floor(value + TOLERANCE);

/** The pairs without those that no solution worth at least `least` has: nothing that matters is lost. */
export function pairsWorth({ pairs }: Program, { most, taken, left }: Bound, least: number): Pair[] {
  const slack = most - least + TOLERANCE * Math.max(1, Math.abs(most));
  const certain = new Map<number, number>();
  for (const [column, { task, at }] of pairs.entries()) if (-(left[column] ?? 0) > slack) certain.set(task, at);
  return pairs.filter(({ task, at }, column) => -(taken[column] ?? 0) <= slack && (certain.get(task) ?? at) === at);
}

const LIKELY_PER_TASK = 3;

/** The pairs that cost least by the bound, about three for each task, and those of the choice. A guess: nothing is ruled out by it. */
export function pairsLikely({ pairs }: Program, { taken }: Bound, choice: Choice): Pair[] {
  const tasks = new Set(pairs.map(({ task }) => task)).size;
  const costs = Float64Array.from(pairs, (_, column) => -(taken[column] ?? 0)).toSorted();
  const most = costs[Math.min(pairs.length, LIKELY_PER_TASK * tasks) - 1] ?? 0;
  return pairs.filter(({ task, at }, column) => -(taken[column] ?? 0) <= most || choice[task] === at);
}

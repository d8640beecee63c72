import type { ModelData } from 'highs';
import { pinnedOnly, type Choice, type Problem } from './problem.js';

const WHOLE_TOLERANCE = 1e-5;

/** Whether a ticket goes to a person. */
export interface Pair {
  readonly task: number;
  readonly at: number;
  readonly fit: number;
}
/** A segment of a person's load, as far as it is not used already: so many points at so much each. */
interface Piece {
  readonly at: number;
  readonly length: number;
  readonly cost: number;
}

export const stageNames = ['placed', 'fit', 'order'] as const;
export type StageName = (typeof stageNames)[number];

/** What a stage must keep of those before it; `everything`: each ticket of a pair is placed. */
export interface Floors {
  readonly placed: number | 'everything' | null;
  readonly fit: number | null;
}

/**
 * A linear program: maximise `costs · x` where the rows hold. A column for each pair and then one for each piece of load; a
 * row for each task (at most one person) and each person (the pieces are filled by the tickets), and one for each floor. As
 * the pieces end at the limit, they are the capacity too; as their costs rise, they fill up in order by themselves.
 */
export interface Program {
  readonly pairs: readonly Pair[];
  readonly pieces: readonly Piece[];
  readonly costs: Float64Array;
  readonly upper: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

export const allPairs = ({ candidates }: Problem): Pair[] =>
  candidates.flatMap((people, task) => people.map(({ at, fit }) => ({ task, at, fit })));

function piecesOf({ people, base, weights, tasks }: Problem, pairs: readonly Pair[]): Piece[] {
  const asked = people.map(() => 0);
  for (const { task, at } of pairs) asked[at] = (asked[at] ?? 0) + (tasks[task]?.points ?? 0);
  return people.flatMap(({ segmentEnds, limit }, at) => {
    let from = base[at] ?? 0;
    // Beyond all that could come there is nothing to say, and no large number to be inexact about.
    const last = Math.min(limit, from + (asked[at] ?? 0));
    const ends = [...segmentEnds.map((end) => Math.min(end, last)), last];
    const costs = [...weights.load.map(({ cost }) => cost), weights.loadBeyond];
    return ends.flatMap((end, segment): Piece[] => {
      const length = end - from;
      if (length <= 0) return [];
      from = end;
      return [{ at, length, cost: costs[segment] ?? 0 }];
    });
  });
}

const valueOf = (problem: Problem, stage: StageName, { task, at, fit }: Pair): number =>
  stage === 'placed' ? (problem.tasks[task]?.weight ?? 0) : stage === 'fit' ? fit : -(at + 1);

export function programOf(problem: Problem, pairs: readonly Pair[], stage: StageName, floors: Floors): Program {
  const pieces = piecesOf(problem, pairs);
  const rowOfTask = new Map([...new Set(pairs.map(({ task }) => task))].map((task, row) => [task, row]));
  const [tasks, people] = [rowOfTask.size, problem.people.length];
  const floorRows: { readonly stage: StageName; readonly least: number }[] = [];
  if (typeof floors.placed === 'number') floorRows.push({ stage: 'placed', least: floors.placed });
  if (floors.fit !== null) floorRows.push({ stage: 'fit', least: floors.fit });

  const [starts, rows, values]: [number[], number[], number[]] = [[], [], []];
  const column = (entries: readonly (readonly [row: number, value: number])[]) => {
    starts.push(rows.length);
    for (const [row, value] of entries) {
      if (value === 0) continue;
      rows.push(row);
      values.push(value);
    }
  };
  for (const pair of pairs) {
    const points = problem.tasks[pair.task]?.points ?? 0;
    column([
      [rowOfTask.get(pair.task) ?? 0, 1],
      [tasks + pair.at, points],
      ...floorRows.map((floor, at) => [tasks + people + at, valueOf(problem, floor.stage, pair)] as const),
    ]);
  }
  for (const { at, cost } of pieces)
    column([
      [tasks + at, -1],
      ...floorRows.map((floor, row) => [tasks + people + row, floor.stage === 'fit' ? -cost : 0] as const),
    ]);
  starts.push(rows.length);

  const isEverything = floors.placed === 'everything';
  const none = problem.people.map(() => 0);
  return {
    pairs,
    pieces,
    costs: Float64Array.from([
      ...pairs.map((pair) => valueOf(problem, stage, pair)),
      ...pieces.map(({ cost }) => (stage === 'fit' ? -cost : 0)),
    ]),
    upper: Float64Array.from([...pairs.map(() => 1), ...pieces.map(({ length }) => length)]),
    rowLower: Float64Array.from([
      ...Array.from({ length: tasks }, () => (isEverything ? 1 : Number.NEGATIVE_INFINITY)),
      ...none,
      ...floorRows.map(({ least }) => least),
    ]),
    rowUpper: Float64Array.from([
      ...Array.from({ length: tasks }, () => 1),
      ...none,
      ...floorRows.map(() => Number.POSITIVE_INFINITY),
    ]),
    starts: Int32Array.from(starts),
    rows: Int32Array.from(rows),
    values: Float64Array.from(values),
  };
}

export const modelOf = (program: Program, sense: NonNullable<ModelData['sense']>, isWhole: boolean): ModelData => {
  const { costs, upper, rowLower, rowUpper, starts, rows, values, pairs, pieces } = program;
  const [numCols, numRows] = [costs.length, rowLower.length];
  return {
    numCols,
    numRows,
    sense,
    colCost: costs,
    colLower: new Float64Array(numCols),
    colUpper: upper,
    rowLower,
    rowUpper,
    matrix: { format: 'csc', numCols, numRows, starts, indices: rows, values },
    ...(isWhole ? { integrality: Int32Array.from([...pairs.map(() => 1), ...pieces.map(() => 0)]) } : {}),
  };
};

/** The choice as values of the columns. */
export function columnsOf({ pairs, pieces }: Program, { tasks }: Problem, choice: Choice): Float64Array {
  const points = new Map<number, number>();
  const chosen = pairs.map(({ task, at }) => {
    if (choice[task] !== at) return 0;
    points.set(at, (points.get(at) ?? 0) + (tasks[task]?.points ?? 0));
    return 1;
  });
  const filled = pieces.map(({ at, length }) => {
    const used = Math.min(length, points.get(at) ?? 0);
    points.set(at, (points.get(at) ?? 0) - used);
    return used;
  });
  return Float64Array.from([...chosen, ...filled]);
}

/** The pairs that are chosen wholly; of a relaxed program that is most of them. */
export function choiceOf({ pairs }: Program, problem: Problem, values: Float64Array): Choice {
  const choice = pinnedOnly(problem);
  for (const [column, { task, at }] of pairs.entries())
    if ((values[column] ?? 0) > 1 - WHOLE_TOLERANCE) choice[task] = at;
  return choice;
}

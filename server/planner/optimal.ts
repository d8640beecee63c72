import type { Plan, PlanStage } from '../../contract/plan.js';
import { boundOf, pairsLikely, pairsWorth, wholeBelow } from './bound.js';
import { improve } from './localSearch.js';
import { compareObjectives, isAllowed, objectiveOf } from './objective.js';
import { pinnedOnly, type Choice, type Problem } from './problem.js';
import { allPairs, choiceOf, columnsOf, programOf, type Floors, type Pair, type StageName } from './program.js';
import type { Solver } from './solver.js';
import { greedy } from './strategies.js';

/** What a strategy comes to. */
export interface Solved extends Pick<Plan, 'outcome' | 'gap' | 'stages'> {
  readonly choice: Choice;
}

/** Nodes for so many pairs: as a node costs more the more pairs there are, all sizes get about the same effort. */
const NODES_TIMES_PAIRS = 300_000;
/** Settling ties is worth less than what they are about. */
const SHARE_OF_ORDER = 0.2;
/** Of a first look at the likely pairs. */
const SHARE_OF_LOOK = 0.25;

/** How far a stage has come. `value` and `most` are beside what is pinned, and larger is better. */
interface Stage {
  readonly choice: Choice;
  readonly value: number;
  readonly most: number;
  /** Those that any solution as good as this one is made of. */
  readonly pairs: readonly Pair[];
}

/**
 * The best there is, as far as the effort goes. Each stage is solved on its own, and its value is a floor of those behind it.
 * A stage starts from the best that is known, bounds what can be had by the relaxed program, looks among the pairs that are likely by it,
 * leaves out those that are ruled out, and searches through what remains.
 */
export function optimal(problem: Problem, solver: Solver): Solved {
  const pinned = objectiveOf(problem, pinnedOnly(problem));
  const placed = placedStage(problem, solver, improve(problem, greedy(problem)));
  const isPlaced = placed.most <= placed.value;
  const everything = weightOfPlaceable(problem);
  const floor = placed.value === everything ? 'everything' : placed.value;
  const fit = solveStage(problem, solver, 'fit', { placed: floor, fit: null }, placed);
  const isFit = fit.most <= fit.value;
  const order = isPlaced && isFit ? solveStage(problem, solver, 'order', { placed: floor, fit: fit.value }, fit) : null;
  const last = order ?? fit;
  const objective = objectiveOf(problem, last.choice);
  const stages = {
    placed: { value: objective.placed, bound: placed.most + pinned.placed },
    fit: { value: objective.fit, bound: fit.most + pinned.fit },
    order: { value: objective.order, bound: order ? pinned.order - order.most : null },
  };
  const isOptimal = isPlaced && isFit && order !== null && order.most <= order.value;
  const gap = Math.max(gapOf(stages.placed), gapOf(stages.fit));
  return { choice: last.choice, stages, gap, outcome: isOptimal ? 'OPTIMAL' : 'FEASIBLE' };
}

const weightOfPlaceable = ({ tasks, candidates }: Problem): number =>
  tasks.reduce((sum, { weight }, task) => sum + ((candidates[task] ?? []).length > 0 ? weight : 0), 0);

/** Mostly there is room for all, and then there is nothing to prove. */
function placedStage(problem: Problem, solver: Solver, choice: Choice): Stage {
  const value = valueOf(problem, 'placed', choice);
  const most = weightOfPlaceable(problem);
  const begun = { choice, value, most, pairs: allPairs(problem) };
  return value === most ? begun : solveStage(problem, solver, 'placed', { placed: null, fit: null }, begun);
}

/** All that a stage is made of and that does not change while it is solved. */
interface Question {
  readonly problem: Problem;
  readonly solver: Solver;
  readonly stage: StageName;
  readonly floors: Floors;
}

function solveStage(problem: Problem, solver: Solver, stage: StageName, floors: Floors, before: Stage): Stage {
  const question = { problem, solver, stage, floors };
  const program = programOf(problem, before.pairs, stage, floors);
  const begun = { ...before, value: valueOf(problem, stage, before.choice), most: Number.MAX_SAFE_INTEGER };
  if (program.pairs.length === 0) return { ...begun, most: begun.value };
  const relaxed = solver.relaxed(program);
  if (!relaxed) return begun;
  const bound = boundOf(program, relaxed.prices);
  const most = wholeBelow(bound.most);
  const rounded = improve(problem, choiceOf(program, problem, relaxed.values));
  const start = better(question, before.choice, rounded);
  const likely = pairsLikely(program, bound, start);
  const isWorthALook = valueOf(problem, stage, start) < most && likely.length * 2 < before.pairs.length;
  const choice = isWorthALook ? search(question, likely, start, SHARE_OF_LOOK).choice : start;
  const value = valueOf(problem, stage, choice);
  // The better the choice, the more pairs are ruled out.
  const pairs = pairsWorth(program, bound, value);
  if (most <= value) return { choice, value, most: value, pairs };
  const found = search(question, pairs, choice, stage === 'order' ? SHARE_OF_ORDER : 1);
  const reached = valueOf(problem, stage, found.choice);
  return { choice: found.choice, value: reached, most: Math.max(reached, Math.min(most, found.most)), pairs };
}

/** The best that is found among the pairs, and a bound of what they allow. */
function search(question: Question, pairs: readonly Pair[], start: Choice, share: number) {
  const { problem, solver, stage, floors } = question;
  const program = programOf(problem, pairs, stage, floors);
  const nodes = Math.max(1, Math.floor((NODES_TIMES_PAIRS * share) / pairs.length));
  const found = solver.whole(program, columnsOf(program, problem, start), nodes);
  if (!found) return { choice: start, most: Number.MAX_SAFE_INTEGER };
  const choice = better(question, start, choiceOf(program, problem, found.values));
  return { choice: better(question, choice, improve(problem, choice)), most: wholeBelow(found.bound) };
}

/** The second when it holds and is better at this stage. The solver reckons with fractions, so its word is not enough. */
function better({ problem, stage, floors }: Question, a: Choice, b: Choice): Choice {
  if (!isAllowed(problem, b) || !keeps(problem, floors, b)) return a;
  const by = valueOf(problem, stage, b) - valueOf(problem, stage, a);
  return by > 0 || (by === 0 && compareObjectives(objectiveOf(problem, b), objectiveOf(problem, a)) > 0) ? b : a;
}

function keeps(problem: Problem, { placed, fit }: Floors, choice: Choice): boolean {
  const least = placed === 'everything' ? weightOfPlaceable(problem) : placed;
  return (
    (least === null || valueOf(problem, 'placed', choice) >= least) &&
    (fit === null || valueOf(problem, 'fit', choice) >= fit)
  );
}

/** Beside what is pinned; larger is better. */
function valueOf(problem: Problem, stage: StageName, choice: Choice): number {
  const [all, pinned] = [objectiveOf(problem, choice), objectiveOf(problem, pinnedOnly(problem))];
  const by = all[stage] - pinned[stage];
  return stage === 'order' ? 0 - by : by;
}

const MILLION = 1_000_000;
/** Rounded up: a gap is never said to be smaller than it is. */
const gapOf = ({ value, bound }: PlanStage): number =>
  bound === null ? 0 : Math.ceil(((bound - value) / Math.max(1, Math.abs(bound))) * MILLION) / MILLION;

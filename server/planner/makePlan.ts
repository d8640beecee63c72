import type { Plan, PlanStrategy } from '../../contract/plan.js';
import { canonicalInput, hashOf } from './canonicalInput.js';
import { scoreAgainst } from './drafts.js';
import { proposalsOf, unplacedOf } from './explain.js';
import { objectiveOf } from './objective.js';
import { optimal, type Solved } from './optimal.js';
import type { Draft, DraftsReport } from './plan.js';
import type { PlanInput } from './planInput.js';
import { problemOf, type Choice, type Problem } from './problem.js';
import type { Solver } from './solver.js';
import { solverName } from './solverName.js';
import { greedy, leastLoaded, roundRobin } from './strategies.js';

/** Who should have what. Whatever its idea, a strategy keeps to the constraints and is a function of the problem alone. */
type Strategy = (problem: Problem, solver: Solver) => Solved;

const heuristic =
  (choose: (problem: Problem) => Choice): Strategy =>
  (problem) => {
    const choice = choose(problem);
    const { placed, fit, order } = objectiveOf(problem, choice);
    const unknown = (value: number) => ({ value, bound: null });
    const stages = { placed: unknown(placed), fit: unknown(fit), order: unknown(order) };
    return { choice, stages, gap: null, outcome: 'HEURISTIC' };
  };

const strategies: Readonly<Record<PlanStrategy, Strategy>> = {
  OPTIMAL: optimal,
  GREEDY: heuristic(greedy),
  ROUND_ROBIN: heuristic(roundRobin),
  LEAST_LOADED: heuristic(leastLoaded),
};

/**
 * A plan with all its reasons. A function of the input alone: no clock, no chance, no order of what comes in.
 * @throws BAD_INPUT see `canonicalInput`.
 */
export function makePlan(given: PlanInput, strategy: PlanStrategy, solver: Solver): Plan {
  const input = canonicalInput(given);
  const problem = problemOf(input);
  const { choice, ...rest } = strategies[strategy](problem, solver);
  return {
    strategy,
    inputHash: hashOf(input, strategy),
    solver: solverName,
    ...rest,
    objective: objectiveOf(problem, choice),
    proposals: proposalsOf(problem, choice),
    unplaced: unplacedOf(problem, choice),
  };
}

/**
 * Drafts beside the optimal plan for the same input.
 * @throws BAD_INPUT see `canonicalInput`.
 */
export function judgeDrafts(given: PlanInput, drafts: readonly Draft[], solver: Solver): DraftsReport {
  const input = canonicalInput(given);
  const problem = problemOf(input);
  const { choice, outcome, gap } = optimal(problem, solver);
  const optimum = { objective: objectiveOf(problem, choice), outcome, gap };
  return { inputHash: hashOf(input, 'OPTIMAL'), ...scoreAgainst(problem, drafts, optimum) };
}

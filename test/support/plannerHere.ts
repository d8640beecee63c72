import { makePlan } from '../../server/planner/makePlan.js';
import type { Planner } from '../../server/planner/plan.js';
import { createPlanner } from '../../server/planner/planner.js';
import { loadSolver } from '../../server/planner/solver.js';

/** The planner's engine in this thread: to start one from source takes longer than most plans. */
export const plannerHere = (): Planner => ({
  ...createPlanner(),
  plan: async (input, strategy = 'OPTIMAL') => makePlan(input, strategy, await loadSolver()),
});

import type { AppErrorShape } from '../../contract/errors.js';
import type { Plan, PlanStrategy } from '../../contract/plan.js';
import type { CompiledSolver } from './compiledSolver.js';
import type { Draft, DraftsReport } from './plan.js';
import type { PlanInput } from './planInput.js';

/** What goes to the thread, and comes back from it. */
export interface Order {
  readonly job: Job;
  readonly compiled: CompiledSolver;
}

export type Job =
  | { readonly kind: 'plan'; readonly input: PlanInput; readonly strategy: PlanStrategy }
  | { readonly kind: 'drafts'; readonly input: PlanInput; readonly drafts: readonly Draft[] };

export type JobReply =
  { readonly isDone: true; readonly value: Plan | DraftsReport } | ({ readonly isDone: false } & AppErrorShape);

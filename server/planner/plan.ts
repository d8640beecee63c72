import type { Plan, PlanConstraint, PlanObjective, PlanStrategy } from '../../contract/plan.js';
import type { PlanInput } from './planInput.js';

/** Somebody's idea of who should have a ticket: a strategy's, or a language model's. */
export interface Draft {
  readonly ticketId: string;
  readonly developerId: string;
}

/** What makes a draft worthless. `KNOWN`: the input has no such ticket or person; `ONCE`: drafted before; `PIN`: a person chose another. */
export type DraftConstraint = PlanConstraint | 'KNOWN' | 'ONCE' | 'PIN';
export interface DraftViolation extends Draft {
  readonly constraint: DraftConstraint;
}

/** Drafts, held against the constraints and against the optimal plan for the same input. */
export interface DraftsReport {
  readonly inputHash: string;
  /** Those that hold, in the order given; pinned tickets are not among them. */
  readonly accepted: readonly Draft[];
  readonly violations: readonly DraftViolation[];
  /** Of what was accepted, with the pinned tickets. */
  readonly objective: PlanObjective;
  readonly optimum: Pick<Plan, 'objective' | 'outcome' | 'gap'>;
  /** How far the drafts are behind: each figure of the optimum less that of the drafts. */
  readonly regret: PlanObjective;
}

/**
 * Makes plans beside the main thread, one at a time.
 * @throws BAD_INPUT the input contradicts itself; UNAVAILABLE too many wait, it is closing, or the work broke down.
 */
export interface Planner {
  /** The same input, in any order, gives the same bytes of JSON. */
  readonly plan: (input: PlanInput, strategy?: PlanStrategy) => Promise<Plan>;
  /** Drafts are accepted one after the other, as long as they break no constraint. */
  readonly scoreDrafts: (input: PlanInput, drafts: readonly Draft[]) => Promise<DraftsReport>;
  /** Ends what runs; whoever waits is told UNAVAILABLE. */
  readonly close: () => Promise<void>;
}

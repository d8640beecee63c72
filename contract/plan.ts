import { z } from 'zod';
import { planConstraints, planFacts, planOutcomes, planStrategies } from './enums.js';
import { limits } from './limits.js';
import { count, Id } from './text.js';

export { planConstraints, planFacts, planOutcomes, planStrategies };
export const PlanStrategy = z.enum(planStrategies);
export type PlanStrategy = z.infer<typeof PlanStrategy>;
export const PlanOutcome = z.enum(planOutcomes);
export type PlanOutcome = z.infer<typeof PlanOutcome>;
export const PlanConstraint = z.enum(planConstraints);
export type PlanConstraint = z.infer<typeof PlanConstraint>;
export const PlanFact = z.enum(planFacts);
export type PlanFact = z.infer<typeof PlanFact>;

/**
 * What a plan is judged by, each only where those before it are equal: more `placed` (priority weight of the tickets that
 * somebody has), more `fit` (sum of the scores), less `order` (ordinals of the people chosen, so that ties are not chance).
 */
export const PlanObjective = z.object({ placed: z.int(), fit: z.int(), order: z.int() });
export type PlanObjective = z.infer<typeof PlanObjective>;

/** How well a person fits a ticket. What counts against it is negative; the sum is the score. */
export const PlanTerms = z.object({
  skill: z.int(),
  experience: z.int(),
  reporter: z.int(),
  project: z.int(),
  load: z.int(),
});
export type PlanTerms = z.infer<typeof PlanTerms>;

const figure = z.union([z.number(), z.string(), z.null()]);
const PlanCheck = z.object({
  constraint: PlanConstraint,
  isMet: z.boolean(),
  /** What was compared, by name: `limit`, `load`, `points` … */
  figures: z.record(z.string(), figure),
});
export type PlanCheck = z.infer<typeof PlanCheck>;

const person = { developerId: Id, name: z.string() };
/** The ticket given to somebody else while all else stays: what each term, and their sum, would change by. */
const PlanAlternative = z.object({
  ...person,
  terms: PlanTerms,
  change: PlanObjective,
  forbiddenBy: z.array(PlanConstraint),
});
export type PlanAlternative = z.infer<typeof PlanAlternative>;

/** `LOWER_SCORE`: allowed, and worse; `TIE`: as good, and later in order; `BETTER`: missed by a plan that is not optimal. */
export const PlanReason = z.enum([...planConstraints, 'LOWER_SCORE', 'TIE', 'BETTER']);
export type PlanReason = z.infer<typeof PlanReason>;

/**
 * One changed fact with which giving the ticket to `instead` would make a better plan than this one. `change` is by how much;
 * null: with it this plan would break a constraint.
 */
const PlanCounterfactual = z.object({
  ...person,
  fact: PlanFact,
  from: figure,
  to: figure,
  instead: z.object(person),
  change: PlanObjective.nullable(),
});
export type PlanCounterfactual = z.infer<typeof PlanCounterfactual>;

export const ProposalExplanation = z.object({
  weight: z.int(),
  points: count,
  /** Without story points a ticket counts as `points` all the same. */
  isEstimated: z.boolean(),
  checks: z.array(PlanCheck),
  terms: PlanTerms,
  /** Points that the person may have, and has before and with this ticket. */
  load: z.object({ limit: z.int(), before: z.int(), after: z.int() }),
  /** The best three, allowed ones first. */
  alternatives: z.array(PlanAlternative),
  /** All others: five by name, and how many more there are for each reason. */
  notChosen: z.object({
    people: z.array(z.object({ ...person, reason: PlanReason })),
    counts: z.partialRecord(PlanReason, count),
  }),
  counterfactual: PlanCounterfactual.nullable(),
});
export type ProposalExplanation = z.infer<typeof ProposalExplanation>;

export const PlanProposal = z.object({
  ticketId: Id,
  key: z.string(),
  ...person,
  /** From 1: the most important first. */
  rank: z.int(),
  /** A person chose so before; the plan works around it. */
  isPinned: z.boolean(),
  /** The sum of the terms. */
  score: z.int(),
  /** One or two sentences. */
  reason: z.string().max(limits.reasonLength),
  explanation: ProposalExplanation,
});
export type PlanProposal = z.infer<typeof PlanProposal>;

export const UnplacedTicket = z.object({
  ticketId: Id,
  key: z.string(),
  weight: z.int(),
  points: count,
  /** How many people each constraint ruled out; everybody is counted once, at the first. */
  ruledOut: z.partialRecord(PlanConstraint, count),
  /** How many points are missing at whoever is nearest to having room; null: nobody is ruled out by capacity alone. */
  pointsLacking: z.int().nullable(),
  reason: z.string().max(limits.reasonLength),
});
export type UnplacedTicket = z.infer<typeof UnplacedTicket>;

/** What a stage of the objective came to, and what it could at best; null: not asked. */
const PlanStage = z.object({ value: z.int(), bound: z.int().nullable() });
export type PlanStage = z.infer<typeof PlanStage>;

export const Plan = z.object({
  strategy: PlanStrategy,
  /** SHA-256, hex, of the input in canonical form with strategy and solver. */
  inputHash: z.string(),
  solver: z.string(),
  outcome: PlanOutcome,
  objective: PlanObjective,
  stages: z.object({ placed: PlanStage, fit: PlanStage, order: PlanStage }),
  /** The largest distance of a stage to its bound as a share of the bound; 0 for OPTIMAL, null for HEURISTIC. */
  gap: z.number().nullable(),
  proposals: z.array(PlanProposal),
  unplaced: z.array(UnplacedTicket),
});
export type Plan = z.infer<typeof Plan>;

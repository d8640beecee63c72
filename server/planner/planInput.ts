import { UNESTIMATED_POINTS } from '../../contract/planning.js';
import type { Priority } from '../../contract/ticket.js';

export interface PlanTicket {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly projectId: string;
  /** Null: not estimated; it then counts as `weights.unestimatedPoints`. */
  readonly storyPoints: number | null;
  readonly priority: Priority;
  readonly isOverdue: boolean;
  /** `YYYY-MM-DD`. */
  readonly dueDate: string | null;
  readonly requiredSkillId: string | null;
  readonly requiredSkillName: string | null;
  /** Whoever lacks the required skill may not have it; otherwise they only fit less. */
  readonly isSkillStrict: boolean;
  readonly reporterId: string;
  /** A developer whom a person chose, and who keeps it whatever the constraints say. */
  readonly pinnedTo: string | null;
}

export interface PlanPerson {
  /** Of the developer. */
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly title: string | null;
  readonly isActive: boolean;
  /** Story points per period, and the share of it (0 to 1) that the person has for them. */
  readonly capacity: number;
  readonly availability: number;
  /** Points of what they hold beside the tickets of this input, whether pinned or not. */
  readonly workload: number;
  readonly experienceYears: number;
  readonly skills: readonly { readonly skillId: string; readonly level: number }[];
  /** Instants, ISO 8601. Away from the first until the second; null is open. Both null: not away. */
  readonly awayFrom: string | null;
  readonly awayTo: string | null;
  readonly timezone: string;
  readonly projectIds: readonly string[];
}

export interface RejectedPair {
  readonly ticketId: string;
  readonly developerId: string;
}

/** How many tickets of a reporter, or of a project, a person has handled. Left out: none. */
export interface Continuity {
  readonly developerId: string;
  readonly kind: 'REPORTER' | 'PROJECT';
  /** Of the reporter (a user) or of the project. */
  readonly of: string;
  readonly tickets: number;
}

/** From the share of the limit (per cent) where the segment before ends, up to `upTo`, each point costs `cost`. */
export interface LoadSegment {
  readonly upTo: number;
  readonly cost: number;
}

/** Whole numbers, so that every sum is exact. */
export interface PlanWeights {
  readonly priority: Readonly<Record<Priority, number>>;
  readonly overdueFactor: number;
  readonly unestimatedPoints: number;
  /** For each level of the required skill; and what it costs to lack a preferred one. */
  readonly skillLevel: number;
  readonly skillLacking: number;
  /** For each year that the ticket's points are above the person's years; points above `experiencePoints` ask for no more. */
  readonly experienceShort: number;
  readonly experiencePoints: number;
  /** For each ticket of the same reporter, or project, handled before, up to so many. */
  readonly reporter: number;
  readonly reporterUpTo: number;
  readonly project: number;
  readonly projectUpTo: number;
  /** Costs must rise: whoever has more pays more for the next point, which is what makes a plan fair. */
  readonly load: readonly LoadSegment[];
  /** Of each point beyond the last segment. */
  readonly loadBeyond: number;
}

/** All that a plan follows from. The order of lists means nothing. */
export interface PlanInput {
  /** The day of the plan, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly tickets: readonly PlanTicket[];
  readonly people: readonly PlanPerson[];
  readonly rejectedPairs: readonly RejectedPair[];
  readonly continuity: readonly Continuity[];
  readonly weights: PlanWeights;
}

export const defaultWeights: PlanWeights = {
  priority: { URGENT: 8, HIGH: 4, MEDIUM: 2, LOW: 1 },
  overdueFactor: 2,
  unestimatedPoints: UNESTIMATED_POINTS,
  skillLevel: 10,
  skillLacking: 25,
  experienceShort: 2,
  experiencePoints: 8,
  reporter: 4,
  reporterUpTo: 3,
  project: 2,
  projectUpTo: 5,
  load: [
    { upTo: 25, cost: 1 },
    { upTo: 50, cost: 2 },
    { upTo: 70, cost: 4 },
    { upTo: 85, cost: 7 },
    { upTo: 100, cost: 11 },
  ],
  loadBeyond: 16,
};

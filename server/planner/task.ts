import type { PlanInput, PlanTicket } from './planInput.js';
import { dayOfNeed } from './presence.js';

/** A ticket as the planner reckons with it. */
export interface Task {
  readonly ticket: PlanTicket;
  readonly points: number;
  readonly weight: number;
  /** When somebody must be there. */
  readonly day: string;
  /** Index of whom a person chose, or `NOBODY`. */
  readonly pinnedTo: number;
}

export const NOBODY = -1;

export function taskOf(ticket: PlanTicket, { weights, asOf }: PlanInput, places: ReadonlyMap<string, number>): Task {
  return {
    ticket,
    points: ticket.storyPoints ?? weights.unestimatedPoints,
    weight: weights.priority[ticket.priority] * (ticket.isOverdue ? weights.overdueFactor : 1),
    day: dayOfNeed(ticket.dueDate, asOf),
    pinnedTo: ticket.pinnedTo === null ? NOBODY : (places.get(ticket.pinnedTo) ?? NOBODY),
  };
}

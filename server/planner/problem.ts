import { compareText } from './order.js';
import { personOf, type Person } from './person.js';
import type { PlanInput, PlanWeights } from './planInput.js';
import { NOBODY, taskOf, type Task } from './task.js';
import { fitOf, fitTerms, pairForbiddenBy } from './terms.js';

/** For each task the index of a person, or `NOBODY`. Pinned tasks stand at whom they are pinned to. */
export type Choice = readonly number[];

/** A candidate for a task, and how well they fit, whatever else they have. */
export interface Candidate {
  readonly at: number;
  readonly fit: number;
}

/** The input with all worked out that does not depend on the choice. */
export interface Problem {
  readonly weights: PlanWeights;
  readonly tasks: readonly Task[];
  readonly people: readonly Person[];
  /** Points that each person has before anything is chosen: their workload and what is pinned to them. */
  readonly base: readonly number[];
  /** For each task who may have it as far as other tasks have no say; nobody for a pinned one. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** Indexes of tasks: those that are pinned, then the most important first. */
  readonly ranking: readonly number[];
}

/** `input` is canonical. */
export function problemOf(input: PlanInput): Problem {
  const { weights } = input;
  const people = input.people.map((person) => personOf(person, input));
  const places = new Map(input.people.map(({ id }, at) => [id, at]));
  const tasks = input.tickets.map((ticket) => taskOf(ticket, input, places));
  const base = input.people.map(({ workload }) => workload);
  for (const { pinnedTo, points } of tasks) if (pinnedTo !== NOBODY) base[pinnedTo] = (base[pinnedTo] ?? 0) + points;
  const candidatesOf = (task: Task): Candidate[] =>
    task.pinnedTo === NOBODY
      ? people.flatMap((person, at) =>
          task.points <= person.limit - (base[at] ?? 0) && pairForbiddenBy(task, person).length === 0
            ? [{ at, fit: fitOf(fitTerms(weights, task, person)) }]
            : [],
        )
      : [];
  return { weights, tasks, people, base, candidates: tasks.map(candidatesOf), ranking: rankingOf(tasks) };
}

/** Pinned, then by weight, then by when it is due; the order of ids settles the rest. */
function rankingOf(tasks: readonly Task[]): number[] {
  const due = ({ ticket }: Task) => ticket.dueDate ?? '9999-12-31';
  return tasks
    .map((task, at) => ({ task, at }))
    .toSorted(
      (a, b) =>
        Number(b.task.pinnedTo !== NOBODY) - Number(a.task.pinnedTo !== NOBODY) ||
        b.task.weight - a.task.weight ||
        compareText(due(a.task), due(b.task)) ||
        a.at - b.at,
    )
    .map(({ at }) => at);
}

export const pinnedOnly = ({ tasks }: Problem): number[] => tasks.map(({ pinnedTo }) => pinnedTo);

import type { PlanObjective, PlanTerms } from '../../contract/plan.js';
import type { Person } from './person.js';
import type { PlanWeights } from './planInput.js';
import type { Choice, Problem } from './problem.js';
import { NOBODY, type Task } from './task.js';
import { fitTerms, loadCost, scoreOf } from './terms.js';

/** More `placed`, then more `fit`, then less `order`: positive when `a` is the better one. */
export const compareObjectives = (a: PlanObjective, b: PlanObjective): number =>
  a.placed - b.placed || a.fit - b.fit || b.order - a.order;

export const differenceOf = (a: PlanObjective, b: PlanObjective): PlanObjective => ({
  placed: a.placed - b.placed,
  fit: a.fit - b.fit,
  order: a.order - b.order,
});

/** Points that each person has with the choice. */
export function loadsOf({ tasks, base }: Problem, choice: Choice): number[] {
  const loads = [...base];
  for (const [task, { points, pinnedTo }] of tasks.entries()) {
    const person = choice[task] ?? NOBODY;
    // Pinned points are in the base.
    if (person !== NOBODY && pinnedTo === NOBODY) loads[person] = (loads[person] ?? 0) + points;
  }
  return loads;
}

/** One task of a choice: what it scores, and the load of the person before and after it. */
export interface Share {
  readonly task: number;
  readonly person: number;
  readonly terms: PlanTerms;
  readonly before: number;
  readonly after: number;
}

/**
 * A choice as shares that add up to it. Load is convex, so what a ticket costs depends on what came before: a person's tickets
 * are counted in the order of their ranking.
 */
export function sharesOf({ tasks, people, weights, ranking }: Problem, choice: Choice): Share[] {
  const loads = people.map(({ person }) => person.workload);
  return ranking.flatMap((task) => {
    const at = choice[task] ?? NOBODY;
    const [facts, person] = [tasks[task], people[at]];
    if (!facts || !person) return [];
    const before = loads[at] ?? 0;
    const after = before + facts.points;
    loads[at] = after;
    const load = loadCost(weights, person, before) - loadCost(weights, person, after);
    return [{ task, person: at, before, after, terms: { ...fitTerms(weights, facts, person), load: 0 + load } }];
  });
}

export function objectiveOf(problem: Problem, choice: Choice): PlanObjective {
  const objective = { placed: 0, fit: 0, order: 0 };
  for (const { task, person, terms } of sharesOf(problem, choice)) {
    objective.placed += problem.tasks[task]?.weight ?? 0;
    objective.fit += scoreOf(terms);
    objective.order += person + 1;
  }
  return objective;
}

/** A person with the points that they have. */
export interface Seat {
  readonly person: Person;
  readonly load: number;
}

/** What the score changes by when a task that `from` has goes to `to`, and all else stays. */
export function moveTerms(weights: PlanWeights, task: Task, from: Seat, to: Seat): PlanTerms {
  const [old, next] = [fitTerms(weights, task, from.person), fitTerms(weights, task, to.person)];
  return {
    skill: next.skill - old.skill,
    experience: next.experience - old.experience,
    reporter: next.reporter - old.reporter,
    project: next.project - old.project,
    load: loadChange(weights, from, -task.points) + loadChange(weights, to, task.points),
  };
}

/** What the score changes by when a person's load does. */
export const loadChange = (weights: PlanWeights, { person, load }: Seat, by: number): number =>
  loadCost(weights, person, load) - loadCost(weights, person, load + by);

/** Whether it breaks no constraint. Pinned tickets may go over a limit, others never. */
export function isAllowed(problem: Problem, choice: Choice): boolean {
  const { tasks, people, candidates } = problem;
  const loads = loadsOf(problem, choice);
  return tasks.every(({ pinnedTo }, task) => {
    const at = choice[task] ?? NOBODY;
    if (pinnedTo !== NOBODY) return at === pinnedTo;
    if (at === NOBODY) return true;
    const isCandidate = (candidates[task] ?? []).some((candidate) => candidate.at === at);
    return isCandidate && (loads[at] ?? 0) <= (people[at]?.limit ?? 0);
  });
}

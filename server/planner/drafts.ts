import { differenceOf, loadsOf, objectiveOf } from './objective.js';
import type { Draft, DraftConstraint, DraftsReport } from './plan.js';
import { pinnedOnly, type Problem } from './problem.js';
import { NOBODY } from './task.js';
import { pairForbiddenBy } from './terms.js';

/** Accepts drafts in the order given, as long as each breaks no constraint beside those before it, and scores them like a plan. */
export function scoreAgainst(
  problem: Problem,
  drafts: readonly Draft[],
  optimum: DraftsReport['optimum'],
): Omit<DraftsReport, 'inputHash'> {
  const { tasks, people } = problem;
  const taskAt = new Map(tasks.map(({ ticket }, at) => [ticket.id, at]));
  const personAt = new Map(people.map(({ person }, at) => [person.id, at]));
  const choice = pinnedOnly(problem);
  const loads = loadsOf(problem, choice);
  const accepted: Draft[] = [];
  const violations: DraftsReport['violations'][number][] = [];
  for (const draft of drafts) {
    const { ticketId, developerId } = draft;
    const [at, to] = [taskAt.get(ticketId) ?? NOBODY, personAt.get(developerId) ?? NOBODY];
    const broken = brokenBy(problem, choice, loads, at, to);
    violations.push(...broken.map((constraint) => ({ ticketId, developerId, constraint })));
    const task = tasks[at];
    if (broken.length > 0 || !task || task.pinnedTo !== NOBODY) continue;
    choice[at] = to;
    loads[to] = (loads[to] ?? 0) + task.points;
    accepted.push({ ticketId, developerId });
  }
  const objective = objectiveOf(problem, choice);
  return { accepted, violations, objective, optimum, regret: differenceOf(optimum.objective, objective) };
}

function brokenBy(
  { tasks, people }: Problem,
  choice: readonly number[],
  loads: readonly number[],
  at: number,
  to: number,
): DraftConstraint[] {
  const [task, person] = [tasks[at], people[to]];
  if (!task || !person) return ['KNOWN'];
  // That a person chose so is no draft, but no mistake either.
  if (task.pinnedTo !== NOBODY) return task.pinnedTo === to ? [] : ['PIN'];
  if (choice[at] !== NOBODY) return ['ONCE'];
  const broken: DraftConstraint[] = pairForbiddenBy(task, person);
  if ((loads[to] ?? 0) + task.points > person.limit) broken.push('CAPACITY');
  return broken;
}

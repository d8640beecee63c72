import type { PlanConstraint, PlanTerms } from '../../contract/plan.js';
import type { Person } from './person.js';
import type { PlanWeights } from './planInput.js';
import { isAway } from './presence.js';
import type { Task } from './task.js';

export type FitTerms = Omit<PlanTerms, 'load'>;

/** How well a person fits a ticket, whatever else they have. */
export function fitTerms(weights: PlanWeights, { ticket, points }: Task, person: Person): FitTerms {
  const { requiredSkillId, reporterId, projectId } = ticket;
  const level = requiredSkillId === null ? 0 : (person.levels.get(requiredSkillId) ?? null);
  const years = Math.floor(person.person.experienceYears);
  const yearsShort = Math.max(0, Math.min(points, weights.experiencePoints) - years);
  return {
    skill: level === null ? -weights.skillLacking : level * weights.skillLevel,
    experience: 0 - yearsShort * weights.experienceShort,
    reporter: weights.reporter * Math.min(person.ofReporter.get(reporterId) ?? 0, weights.reporterUpTo),
    project: weights.project * Math.min(person.ofProject.get(projectId) ?? 0, weights.projectUpTo),
  };
}

export const fitOf = ({ skill, experience, reporter, project }: FitTerms): number =>
  skill + experience + reporter + project;

export const scoreOf = (terms: PlanTerms): number => fitOf(terms) + terms.load;

/** What it costs to have so many points: convex, so the next point is cheapest at whoever has the smallest share of their limit. */
export function loadCost(weights: PlanWeights, { segmentEnds }: Person, points: number): number {
  let [cost, from] = [0, 0];
  for (const [at, { cost: each }] of weights.load.entries()) {
    const end = segmentEnds[at] ?? from;
    if (points <= end) return cost + (points - from) * each;
    cost += (end - from) * each;
    from = end;
  }
  return cost + (points - from) * weights.loadBeyond;
}

/** What forbids the pair whatever else the person has, in the order in which constraints are asked. */
export function pairForbiddenBy({ ticket, day }: Task, person: Person): PlanConstraint[] {
  const { requiredSkillId, isSkillStrict, projectId, id } = ticket;
  const lacksSkill = isSkillStrict && requiredSkillId !== null && !person.levels.has(requiredSkillId);
  const found: PlanConstraint[] = [];
  if (!person.person.isActive) found.push('ACTIVE');
  if (!person.projectIds.has(projectId)) found.push('MEMBER');
  if (lacksSkill) found.push('SKILL');
  if (isAway(person.person, day)) found.push('PRESENT');
  if (person.rejected.has(id)) found.push('NOT_REJECTED');
  return found;
}

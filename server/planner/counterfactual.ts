import type { PlanConstraint, PlanFact, ProposalExplanation } from '../../contract/plan.js';
import { moveTerms, type Seat } from './objective.js';
import type { Person } from './person.js';
import type { PlanWeights } from './planInput.js';
import type { Task } from './task.js';
import { pairForbiddenBy, scoreOf } from './terms.js';

type Counterfactual = NonNullable<ProposalExplanation['counterfactual']>;

/** Who has the task and who else could, with their places in the order of people. */
export interface Rivalry {
  readonly weights: PlanWeights;
  readonly task: Task;
  readonly chosen: Seat & { readonly at: number };
  readonly other: Seat & { readonly at: number };
}

/** One fact of one of the two, changed by `step` units; the most it can be changed by; and as words for both ends. */
interface Change {
  readonly fact: PlanFact;
  readonly of: 'chosen' | 'other';
  readonly most: number;
  readonly apply: (seat: Seat, step: number) => Seat;
  readonly show: (person: Person) => number | string | null;
}

/** A fact that is so or not counts as so many points, levels or years. */
const UNITS_OF_A_FLAG = 3;

/** `found`: how far the facts are from another choice. */
interface Found {
  readonly size: number;
  readonly counterfactual: Counterfactual;
}

/** The smallest change of one fact with which another person would be the better choice; every step is scored anew. */
export function counterfactualOf(rivalries: readonly Rivalry[]): Counterfactual | null {
  let best: Found | null = null;
  for (const rivalry of rivalries) {
    for (const change of changesOf(rivalry)) {
      const unit = isFlag(change.fact) ? UNITS_OF_A_FLAG : 1;
      const most: number = Math.min(change.most, best ? Math.ceil(best.size / unit) - 1 : change.most);
      const step = leastStep(most, (steps) => isOverturned(rivalry, change, steps));
      if (step !== null) best = { size: step * unit, counterfactual: asCounterfactual(rivalry, change, step) };
    }
  }
  return best?.counterfactual ?? null;
}

const isFlag = (fact: PlanFact): boolean => fact === 'ABSENCE' || fact === 'REJECTION' || fact === 'MEMBERSHIP';

/** The least of 1 … `most` where `holds`, which goes on holding from there; null: nowhere. */
function leastStep(most: number, holds: (step: number) => boolean): number | null {
  if (most < 1 || !holds(most)) return null;
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Which facts could matter: where one constraint stands in the way, only what it asks for; where two do, none alone. */
function changesOf({ task, chosen, other }: Rivalry): Change[] {
  const obstacles = obstaclesOf(task, other, task.points);
  const [obstacle] = obstacles;
  if (obstacles.length > 1) return [];
  if (obstacle) {
    const lifting = liftedBy(task, other.person)[obstacle];
    return lifting ? [lifting] : [];
  }
  return [...lifts(task, other.person), ...drops(task, chosen)];
}

const lifts = (task: Task, person: Person): Change[] =>
  [lessWork(person), moreSkill(task, person), moreYears(task, person)].filter((change) => change.most > 0);

/** As far as what else the person has is still allowed: the skill may fade but not go. */
const drops = (task: Task, { person, load }: Seat): Change[] => {
  const level = levelOf(task, person) ?? 0;
  const most = person.limit - load + task.points;
  const skill = (seat: Seat, step: number) => withLevel(seat, task, level - step);
  const years = Math.floor(person.person.experienceYears);
  return [
    { fact: 'WORKLOAD', of: 'chosen', most, apply: withWork, show: workOf },
    { fact: 'SKILL_LEVEL', of: 'chosen', most: level - 1, apply: skill, show: (of) => levelOf(task, of) },
    {
      fact: 'EXPERIENCE',
      of: 'chosen',
      most: years,
      apply: (seat, step) => withYears(seat, years - step),
      show: yearsOf,
    },
  ];
};

function liftedBy(task: Task, person: Person): Partial<Record<PlanConstraint, Change>> {
  const flag = (
    fact: PlanFact,
    facts: Partial<Person>,
    away: Partial<Person['person']>,
    show: Change['show'],
  ): Change => ({
    fact,
    of: 'other',
    most: 1,
    apply: (seat) => ({ ...seat, person: { ...seat.person, ...facts, person: { ...seat.person.person, ...away } } }),
    show,
  });
  const { id, projectId } = task.ticket;
  const rejected = new Set([...person.rejected].filter((other) => other !== id));
  const projectIds = new Set([...person.projectIds, projectId]);
  return {
    CAPACITY: lessWork(person),
    SKILL: moreSkill(task, person),
    PRESENT: flag('ABSENCE', {}, { awayFrom: null, awayTo: null }, absenceOf),
    NOT_REJECTED: flag('REJECTION', { rejected }, {}, (of) => (of.rejected.has(id) ? 'rejected' : null)),
    MEMBER: flag('MEMBERSHIP', { projectIds }, {}, (of) => (of.projectIds.has(projectId) ? projectId : null)),
  };
}

const workOf = ({ person }: Person): number => person.workload;
const yearsOf = ({ person }: Person): number => person.experienceYears;
const levelOf = ({ ticket }: Task, { levels }: Person): number | null =>
  levels.get(ticket.requiredSkillId ?? '') ?? null;
const absenceOf = ({ person: { awayFrom, awayTo } }: Person): string | null =>
  awayFrom === null && awayTo === null ? null : `${awayFrom ?? ''}/${awayTo ?? ''}`;

const lessWork = (person: Person): Change => ({
  fact: 'WORKLOAD',
  of: 'other',
  most: person.person.workload,
  apply: (seat, step) => withWork(seat, -step),
  show: workOf,
});

const BEST_LEVEL = 5;
const moreSkill = (task: Task, person: Person): Change => ({
  fact: 'SKILL_LEVEL',
  of: 'other',
  most: task.ticket.requiredSkillId === null ? 0 : BEST_LEVEL - (levelOf(task, person) ?? 0),
  apply: (seat, step) => withLevel(seat, task, (levelOf(task, person) ?? 0) + step),
  show: (of) => levelOf(task, of),
});

/** More years than points count for nothing. */
const moreYears = ({ points }: Task, { person }: Person): Change => ({
  fact: 'EXPERIENCE',
  of: 'other',
  most: points - Math.floor(person.experienceYears),
  apply: (seat, step) => withYears(seat, Math.floor(person.experienceYears) + step),
  show: yearsOf,
});

const withWork = ({ person, load }: Seat, by: number): Seat => ({
  person: { ...person, person: { ...person.person, workload: person.person.workload + by } },
  load: load + by,
});

const withYears = ({ person, load }: Seat, experienceYears: number): Seat => ({
  person: { ...person, person: { ...person.person, experienceYears } },
  load,
});

const withLevel = ({ person, load }: Seat, { ticket }: Task, level: number): Seat => ({
  person: { ...person, levels: new Map([...person.levels, [ticket.requiredSkillId ?? '', level]]) },
  load,
});

/** What stands against the person having so many points more than `load`. */
function obstaclesOf(task: Task, { person, load }: Seat, points: number): PlanConstraint[] {
  const found = pairForbiddenBy(task, person);
  if (load + points > person.limit) found.push('CAPACITY');
  return found;
}

/** By how much the other one is the better choice once the fact has changed; null: the choice would not be allowed. */
function changeOf(rivalry: Rivalry, change: Change, step: number) {
  const { weights, task } = rivalry;
  const changed = (side: 'chosen' | 'other'): Seat =>
    change.of === side ? change.apply(rivalry[side], step) : rivalry[side];
  const [chosen, other] = [changed('chosen'), changed('other')];
  const isAllowed = obstaclesOf(task, chosen, 0).length === 0;
  const isOtherAllowed =
    obstaclesOf(task, other, task.points).length === 0 && chosen.load - task.points <= chosen.person.limit;
  const fit = scoreOf(moveTerms(weights, task, chosen, other));
  return { isAllowed, isOtherAllowed, objective: { placed: 0, fit, order: rivalry.other.at - rivalry.chosen.at } };
}

function isOverturned(rivalry: Rivalry, change: Change, step: number): boolean {
  const { isAllowed, isOtherAllowed, objective } = changeOf(rivalry, change, step);
  return isOtherAllowed && (!isAllowed || objective.fit > 0 || (objective.fit === 0 && objective.order < 0));
}

function asCounterfactual(rivalry: Rivalry, change: Change, step: number): Counterfactual {
  const { isAllowed, objective } = changeOf(rivalry, change, step);
  const seat = rivalry[change.of];
  const { id, name } = seat.person.person;
  const instead = rivalry.other.person.person;
  return {
    developerId: id,
    name,
    fact: change.fact,
    from: change.show(seat.person),
    to: change.show(change.apply(seat, step).person),
    instead: { developerId: instead.id, name: instead.name },
    change: isAllowed ? objective : null,
  };
}

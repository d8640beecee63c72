import { planConstraints } from '../../contract/enums.js';
import type {
  PlanAlternative,
  PlanCheck,
  PlanConstraint,
  PlanProposal,
  PlanReason,
  ProposalExplanation,
  UnplacedTicket,
} from '../../contract/plan.js';
import { counterfactualOf } from './counterfactual.js';
import { compareObjectives, loadsOf, moveTerms, sharesOf, type Seat, type Share } from './objective.js';
import type { Person } from './person.js';
import type { Choice, Problem } from './problem.js';
import { NOBODY, type Task } from './task.js';
import { sentenceOfProposal, sentenceOfUnplaced } from './sentences.js';
import { pairForbiddenBy, scoreOf } from './terms.js';

const ALTERNATIVES = 3;
const NAMED = 5;
const same = { placed: 0, fit: 0, order: 0 };

/** Every ticket that somebody has, the most important first, with why. */
export function proposalsOf(problem: Problem, choice: Choice): PlanProposal[] {
  const loads = loadsOf(problem, choice);
  return sharesOf(problem, choice).flatMap((share, at) => {
    const [task, person] = [problem.tasks[share.task], problem.people[share.person]];
    if (!task || !person) return [];
    const isPinned = task.pinnedTo !== NOBODY;
    const explanation = explain(problem, loads, share, task, person);
    const { ticket } = task;
    return [
      {
        ticketId: ticket.id,
        key: ticket.key,
        ...named(person),
        rank: at + 1,
        isPinned,
        score: scoreOf(share.terms),
        reason: sentenceOfProposal(task, person, isPinned, explanation),
        explanation,
      },
    ];
  });
}

const named = ({ person }: Person) => ({ developerId: person.id, name: person.name });

function explain(
  problem: Problem,
  loads: readonly number[],
  share: Share,
  task: Task,
  person: Person,
): ProposalExplanation {
  const chosen = { at: share.person, person, load: loads[share.person] ?? 0 };
  const others = othersOf(problem, loads, task, chosen);
  const rivalries = others.map(({ seat }) => ({ weights: problem.weights, task, chosen, other: seat }));
  return {
    weight: task.weight,
    points: task.points,
    isEstimated: task.ticket.storyPoints !== null,
    checks: checksOf(task, chosen),
    terms: share.terms,
    load: { limit: person.limit, before: share.before, after: share.after },
    alternatives: others.slice(0, ALTERNATIVES).map(({ alternative }) => alternative),
    notChosen: notChosen(others.slice(ALTERNATIVES)),
    // What a person chose does not turn on facts.
    counterfactual: task.pinnedTo === NOBODY ? counterfactualOf(rivalries) : null,
  };
}

interface Other {
  readonly seat: Seat & { readonly at: number };
  readonly alternative: PlanAlternative;
}

/** Everybody else: the less forbids them the earlier, then by what the plan would be with them. Whoever is not active is last. */
function othersOf(problem: Problem, loads: readonly number[], task: Task, chosen: Other['seat']): Other[] {
  const others = problem.people.flatMap((person, at): Other[] => {
    if (at === chosen.at) return [];
    const seat = { at, person, load: loads[at] ?? 0 };
    const terms = moveTerms(problem.weights, task, chosen, seat);
    const change = { placed: 0, fit: scoreOf(terms), order: at - chosen.at };
    return [{ seat, alternative: { ...named(person), terms, change, forbiddenBy: forbiddenBy(task, seat) } }];
  });
  return others.toSorted(
    ({ alternative: a }, { alternative: b }) => distanceOf(a) - distanceOf(b) || compareObjectives(b.change, a.change),
  );
}

const distanceOf = ({ forbiddenBy: found }: PlanAlternative): number =>
  found.length + (found.includes('ACTIVE') ? planConstraints.length : 0);

/** What forbids that the person has the task beside what they have. */
function forbiddenBy(task: Task, { person, load }: Seat): PlanConstraint[] {
  const found = pairForbiddenBy(task, person);
  return load + task.points > person.limit ? [...found, 'CAPACITY'] : found;
}

function notChosen(others: readonly Other[]): ProposalExplanation['notChosen'] {
  const reasons = others.map(({ alternative }) => ({ alternative, reason: reasonOf(alternative) }));
  return {
    people: reasons
      .slice(0, NAMED)
      .map(({ alternative: { developerId, name }, reason }) => ({ developerId, name, reason })),
    counts: countsOf(reasons.slice(NAMED).map(({ reason }) => reason)),
  };
}

function reasonOf({ forbiddenBy: [first], change }: PlanAlternative): PlanReason {
  if (first) return first;
  if (compareObjectives(change, same) > 0) return 'BETTER';
  return change.fit === 0 ? 'TIE' : 'LOWER_SCORE';
}

function countsOf<Word extends string>(words: readonly Word[]): Partial<Record<Word, number>> {
  const counts: Partial<Record<Word, number>> = {};
  for (const word of words.toSorted()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Each constraint, whether it holds for the person with all that they have, and what was compared. */
function checksOf(task: Task, { person, load }: Seat): PlanCheck[] {
  const broken = new Set(pairForbiddenBy(task, person));
  if (load > person.limit) broken.add('CAPACITY');
  const { ticket, day, points } = task;
  const { workload, awayFrom, awayTo, timezone } = person.person;
  const { requiredSkillId, requiredSkillName } = ticket;
  const level = requiredSkillId === null ? null : (person.levels.get(requiredSkillId) ?? null);
  const figures: Record<PlanConstraint, PlanCheck['figures']> = {
    ACTIVE: {},
    MEMBER: { projectId: ticket.projectId },
    SKILL: { skill: requiredSkillName, level, leastLevel: requiredSkillId !== null && ticket.isSkillStrict ? 1 : null },
    PRESENT: { day, awayFrom, awayTo, timezone },
    NOT_REJECTED: {},
    CAPACITY: { limit: person.limit, workload, load, points },
  };
  return planConstraints.map((constraint) => ({
    constraint,
    isMet: !broken.has(constraint),
    figures: figures[constraint],
  }));
}

/** Every ticket that nobody has, the most important first, with what ruled everybody out. */
export function unplacedOf(problem: Problem, choice: Choice): UnplacedTicket[] {
  const loads = loadsOf(problem, choice);
  return problem.ranking.flatMap((at) => {
    const task = problem.tasks[at];
    if (!task || choice[at] !== NOBODY) return [];
    const seats = problem.people.map((person, place) => ({ person, load: loads[place] ?? 0 }));
    const reasons = seats.map((seat) => ({ seat, first: forbiddenBy(task, seat)[0] }));
    const lacking = reasons.flatMap(({ seat, first }) =>
      first === 'CAPACITY' ? [seat.load + task.points - seat.person.limit] : [],
    );
    const facts = {
      weight: task.weight,
      points: task.points,
      ruledOut: countsOf(reasons.flatMap(({ first }) => (first ? [first] : []))),
      pointsLacking: lacking.length > 0 ? Math.min(...lacking) : null,
    };
    return [{ ticketId: task.ticket.id, key: task.ticket.key, ...facts, reason: sentenceOfUnplaced(task, facts) }];
  });
}

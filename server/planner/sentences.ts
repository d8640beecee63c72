import { planConstraints } from '../../contract/enums.js';
import type { PlanConstraint, ProposalExplanation, UnplacedTicket } from '../../contract/plan.js';
import { limits } from '../../contract/limits.js';
import { constraintWords } from '../../contract/planning.js';
import type { Person } from './person.js';
import type { Task } from './task.js';

/** One or two sentences that say of an explanation what matters most. */
export function sentenceOfProposal(
  task: Task,
  person: Person,
  isPinned: boolean,
  explanation: ProposalExplanation,
): string {
  const broken = explanation.checks.filter(({ isMet }) => !isMet).map(({ constraint }) => constraint);
  const against = broken.length > 0 ? `, although ${broken.map((word) => constraintWords[word]).join(' and ')}` : '';
  const { name } = person.person;
  const first = isPinned
    ? `${name} was chosen by a person and keeps it${against}.`
    : `${name} ${listOf(strengths(task, person, explanation))}.`;
  return within([first, ...(isPinned ? [] : [rival(explanation)])].filter((sentence) => sentence !== '').join(' '));
}

function strengths(
  { ticket }: Task,
  person: Person,
  { terms, load, points, isEstimated }: ProposalExplanation,
): string[] {
  const { requiredSkillId, requiredSkillName, reporterId, projectId } = ticket;
  const level = requiredSkillId === null ? null : (person.levels.get(requiredSkillId) ?? null);
  const skill = requiredSkillName ?? 'the required skill';
  const said: string[] = [];
  if (level !== null) said.push(`knows ${skill} at level ${level}`);
  if (requiredSkillId !== null && level === null) said.push(`lacks ${skill}, which is preferred and not required`);
  if (terms.experience < 0)
    said.push(`has ${counted(person.person.experienceYears, 'year')} of experience for ${counted(points, 'point')}`);
  if (terms.reporter > 0)
    said.push(`has handled ${counted(person.ofReporter.get(reporterId) ?? 0, 'ticket')} of this reporter`);
  if (terms.project > 0)
    said.push(`has handled ${counted(person.ofProject.get(projectId) ?? 0, 'ticket')} of this project`);
  const guess = isEstimated ? '' : `, counting a ticket without an estimate as ${counted(points, 'point')}`;
  said.push(`goes from ${load.before} to ${load.after} of ${counted(load.limit, 'point')}${guess}`);
  return said;
}

function rival({ alternatives: [next], counterfactual }: ProposalExplanation): string {
  const turn = counterfactual ? turnOf(counterfactual) : '';
  if (!next) return 'There is nobody else.';
  const why = next.forbiddenBy.map((word) => constraintWords[word]).join(' and ');
  if (why !== '') return `Nobody else may have it: next would be ${next.name}, but ${why}${turn}.`;
  const { fit } = next.change;
  const by = fit < 0 ? `${-fit} less` : fit > 0 ? `${fit} more` : 'the same, and comes later in order';
  return `${next.name} would score ${by}${turn}.`;
}

/** What would have to be different, behind a semicolon. */
function turnOf({
  developerId,
  name,
  fact,
  from,
  to,
  instead,
}: NonNullable<ProposalExplanation['counterfactual']>): string {
  const facts: Record<typeof fact, string> = {
    WORKLOAD: `a workload of ${to} instead of ${from}`,
    SKILL_LEVEL: `the skill at level ${to} instead of ${from ?? 'none'}`,
    EXPERIENCE: `${counted(Number(to), 'year')} of experience instead of ${from}`,
    ABSENCE: 'no absence then',
    REJECTION: 'no rejection of it before',
    MEMBERSHIP: 'a place in the project',
  };
  const then = developerId === instead.developerId ? 'be chosen' : `give way to ${instead.name}`;
  return `; with ${facts[fact]}, ${name} would ${then}`;
}

const ruledOutWords: Record<PlanConstraint, (people: string) => string> = {
  ACTIVE: (people) => `${people} not active`,
  MEMBER: (people) => `${people} not in the project`,
  SKILL: (people) => `${people} without the skill`,
  PRESENT: (people) => `${people} away`,
  NOT_REJECTED: (people) => `${people} rejected before`,
  CAPACITY: (people) => `${people} without room`,
};

export function sentenceOfUnplaced(
  { ticket }: Task,
  { points, ruledOut, pointsLacking }: Pick<UnplacedTicket, 'points' | 'ruledOut' | 'pointsLacking'>,
): string {
  const counts = planConstraints.flatMap((word) => {
    const count = ruledOut[word];
    return count === undefined ? [] : [ruledOutWords[word](String(count))];
  });
  const who = counts.length > 0 ? `Nobody can have ${ticket.key}: ${listOf(counts)}.` : `Nobody has ${ticket.key}.`;
  const room =
    pointsLacking === null
      ? ''
      : ` For its ${counted(points, 'point')} there ${pointsLacking === 1 ? 'is' : 'are'} ${pointsLacking} too few where there is most room.`;
  return within(`${who}${room}`);
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const listOf = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** Names and keys have bounds of their own, so this hardly ever cuts; never inside a character. */
const within = (text: string): string =>
  text.length <= limits.reasonLength
    ? text
    : `${text.slice(0, limits.reasonLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

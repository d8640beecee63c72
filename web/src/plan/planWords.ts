import {
  constraintWords,
  type AssignmentProposal,
  type AssignmentReply,
  type AssignmentRun,
  type AutoAssign,
  type AwayPolicy,
  type BatonError,
  type PlanConstraint,
  type PlanReason,
  type PlanStrategy,
  type PlanTerms,
  type ProposalExplanation,
} from '../sdk.js';

export const strategyNames: Readonly<Record<PlanStrategy, string>> = {
  OPTIMAL: 'Best plan',
  GREEDY: 'Most important first',
  ROUND_ROBIN: 'In turn',
  LEAST_LOADED: 'Least loaded first',
};
export const strategies = Object.keys(strategyNames) as readonly PlanStrategy[];

const checkNames: Readonly<Record<PlanConstraint, string>> = {
  ACTIVE: 'The account is active',
  MEMBER: 'Works in this project',
  SKILL: 'Has the skill',
  PRESENT: 'Is there when it is needed',
  NOT_REJECTED: 'Was not rejected for it before',
  CAPACITY: 'Has room for it',
};
export const termNames: Readonly<Record<keyof PlanTerms, string>> = {
  skill: 'Skill',
  experience: 'Experience',
  reporter: 'Knows the reporter',
  project: 'Knows the project',
  load: 'Workload',
};
export const terms = Object.keys(termNames) as readonly (keyof PlanTerms)[];

/** What becomes of what somebody holds who is away. */
export const awayPolicyNames: Readonly<Record<AwayPolicy, string>> = {
  KEEP: 'They keep their tickets',
  UNASSIGN: 'Nobody has them then',
  REPROPOSE: 'Others are proposed',
};
/** What becomes of a new ticket that nobody has. */
export const autoAssignNames: Readonly<Record<AutoAssign, string>> = {
  OFF: 'Nothing by itself',
  PROPOSE: 'Somebody is proposed',
  ASSIGN: 'Somebody is assigned',
};

/** How good the plan is, and how one knows. */
export function outcomeText({ outcome, gap }: Pick<AssignmentRun, 'outcome' | 'gap'>): string {
  if (outcome === 'OPTIMAL') return 'Proven: there is no better plan.';
  if (outcome === 'FEASIBLE' && gap !== null) return `At most ${percent(gap)} from the best plan there is.`;
  return 'A rule of thumb: there may be better plans.';
}

/** Rounded up, so that it promises no more than is known. */
const percent = (share: number): string => {
  const tenths = Math.ceil(Number((share * 1_000).toFixed(6)));
  return tenths === 0 ? '0 %' : `${tenths / 10} %`;
};

export const signed = (value: number): string => (value > 0 ? `+${value}` : value < 0 ? `−${-value}` : '0');
export const pointsText = (count: number): string => `${count} ${count === 1 ? 'point' : 'points'}`;
export const ticketsText = (count: number): string => `${count} ${count === 1 ? 'ticket' : 'tickets'}`;

type Check = ProposalExplanation['checks'][number];

export function checkText({ constraint, isMet, figures }: Check): string {
  if (constraint === 'SKILL' && figures['skill'] === null) return 'No skill is asked for';
  return isMet ? checkNames[constraint] : sentence(constraintWords[constraint]);
}

/** What was compared; empty where there is nothing to compare. */
export function checkFigures({ constraint, figures }: Check): string {
  const { skill, level, leastLevel, day, awayFrom, awayTo, limit, load } = figures;
  if (constraint === 'CAPACITY') return `${String(load)} of ${pointsText(Number(limit))} with all that is proposed`;
  if (constraint === 'PRESENT') {
    const away = (awayFrom ?? awayTo) ? `away ${dayOf(awayFrom)} to ${dayOf(awayTo)}` : 'no absence';
    return `needed on ${String(day)}; ${away}`;
  }
  if (constraint !== 'SKILL') return '';
  if (skill === null || skill === undefined) return '';
  const asked = leastLevel === null ? 'preferred' : `at least ${String(leastLevel)}`;
  return `${skill}: ${level === null ? 'none' : `level ${String(level)}`}, ${asked}`;
}

const dayOf = (at: string | number | null | undefined): string =>
  typeof at === 'string' ? at.slice(0, 10) : 'an open end';

type Alternative = ProposalExplanation['alternatives'][number];

/** What the plan would be with this person instead. */
export function alternativeText({ change, forbiddenBy }: Alternative): string {
  if (forbiddenBy.length > 0) return `not possible: ${forbiddenBy.map((word) => constraintWords[word]).join(', ')}`;
  if (change.placed !== 0) return change.placed > 0 ? 'more would be placed' : 'less would be placed';
  if (change.fit !== 0) return `the plan would score ${Math.abs(change.fit)} ${change.fit < 0 ? 'less' : 'more'}`;
  return 'as good, and later in order';
}

export const reasonText = (reason: PlanReason): string => {
  if (reason === 'LOWER_SCORE') return 'scores less';
  if (reason === 'TIE') return 'as good, and later in order';
  if (reason === 'BETTER') return 'would be better; this plan missed it';
  return constraintWords[reason];
};

type Counterfactual = NonNullable<ProposalExplanation['counterfactual']>;

/** "With a workload of 3 instead of 8, Bob would be chosen." */
export function counterfactualText({ developerId, name, fact, from, to, instead }: Counterfactual): string {
  const facts: Readonly<Record<typeof fact, string>> = {
    WORKLOAD: `a workload of ${String(to)} instead of ${String(from)}`,
    SKILL_LEVEL: `the skill at level ${String(to)} instead of ${from ?? 'none'}`,
    EXPERIENCE: `${String(to)} ${to === 1 ? 'year' : 'years'} of experience instead of ${String(from)}`,
    ABSENCE: 'no absence then',
    REJECTION: 'no earlier rejection',
    MEMBERSHIP: 'a place in the project',
  };
  const then = developerId === instead.developerId ? 'would be chosen' : `would give way to ${instead.name}`;
  return `With ${facts[fact]}, ${name} ${then}.`;
}

/** Why nothing was decided, for the person who chose; null where it is a failure like any other. */
export function refusalText({
  code,
  message,
  details,
}: Pick<BatonError, 'code' | 'message' | 'details'>): string | null {
  if (code === 'CAPACITY_EXCEEDED') {
    const [workload, limit, points] = [details['workload'], details['limit'], details['points']].map(Number);
    const room = `${workload} of ${pointsText(limit ?? 0)} would be taken, and it needs ${points}.`;
    return `${message} ${room} Nothing was approved. Choose fewer, or plan again.`;
  }
  if (code !== 'STALE_PROPOSAL') return null;
  const { proposalIds } = details;
  const others = Array.isArray(proposalIds) ? proposalIds.length - 1 : 0;
  const more = others > 0 ? ` So it is with ${others} more.` : '';
  return `${message}${more} Nothing was decided. The list is fresh now: choose again.`;
}

export const countText = (count: number): string =>
  count === 0 ? 'Nothing is proposed' : count === 1 ? '1 proposal' : `${count} proposals`;

export const decidedText = (
  verb: 'approved' | 'rejected',
  decided: readonly Pick<AssignmentProposal, 'ticketKey'>[],
) => (decided.length === 1 ? `${decided[0]?.ticketKey} was ${verb}.` : `${decided.length} proposals were ${verb}.`);

/** That it was done, and who has more than there is room for now. */
export function savedText(
  saved: readonly Pick<AssignmentProposal, 'ticketKey' | 'assigneeName'>[],
  replies: readonly Pick<AssignmentReply, 'assigneeName' | 'exceedsCapacity'>[],
): string {
  const [first] = saved;
  const done =
    saved.length === 1 && first
      ? `${first.ticketKey} is ${first.assigneeName}’s.`
      : `${ticketsText(saved.length)} assigned.`;
  const over = new Set(replies.flatMap(({ assigneeName, exceedsCapacity }) => (exceedsCapacity ? assigneeName : [])));
  return over.size === 0 ? done : `${done} More than there is room for: ${[...over].join(', ')}.`;
}

const NAMED_MAX = 5;

/** What is about to be rejected, the first by name, and what comes of it. */
export function rejectText(chosen: readonly Pick<AssignmentProposal, 'ticketKey' | 'assigneeName'>[]): string {
  const named = chosen.slice(0, NAMED_MAX).map(({ ticketKey, assigneeName }) => `${ticketKey} for ${assigneeName}`);
  const more = chosen.length > NAMED_MAX ? ` and ${chosen.length - NAMED_MAX} more` : '';
  return `${named.join(', ')}${more}. This will not be proposed again.`;
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

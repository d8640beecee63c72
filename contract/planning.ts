import type { planConstraints } from './enums.js';

/** What the planner and those who show its plans have to agree on. */

/** What a ticket without an estimate counts as. */
export const UNESTIMATED_POINTS = 1;

/** What forbids a ticket to somebody, in words. */
export const constraintWords: Readonly<Record<(typeof planConstraints)[number], string>> = {
  ACTIVE: 'the account is not active',
  MEMBER: 'this is not a project of theirs',
  SKILL: 'the skill is missing',
  PRESENT: 'they are away when it is needed',
  NOT_REJECTED: 'they had it rejected before',
  CAPACITY: 'there is no room',
};

const MILLION = 1_000_000;

/** The points that somebody may have. Availability counts in millionths: as floating point, 29 % of 100 points would be 28. */
export const limitOf = ({
  capacity,
  availability,
}: {
  readonly capacity: number;
  readonly availability: number;
}): number => Math.floor((capacity * Math.round(availability * MILLION)) / MILLION);

/** What of a ticket a proposal of who should have it rests on, beside that the work is not done. */
export const proposalRestsOn = [
  ...(['projectId', 'priority', 'storyPoints', 'requiredSkillId', 'dueDate', 'assigneeId'] as const),
] as const;

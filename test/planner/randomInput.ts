import { priorities } from '../../contract/enums.js';
import type { Random } from '../../seeders/support/random.js';
import {
  defaultWeights,
  type Continuity,
  type PlanInput,
  type PlanPerson,
  type PlanTicket,
} from '../../server/planner/planInput.js';

export const ASOF = '2026-11-27';
const days = ['2026-11-20', '2026-11-27', '2026-11-30', '2026-12-04', '2026-12-24'];
const zones = ['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Pacific/Auckland'];

/** An id of the form that rows have, the same for the same place. */
export const idOf = (kind: number, at: number): string =>
  `0190${kind.toString(16).padStart(4, '0')}-0000-7000-8000-${at.toString(16).padStart(12, '0')}`;
const [TICKET, PERSON, SKILL, PROJECT, USER, REPORTER] = [1, 2, 3, 4, 5, 6] as const;
export const ticketId = (at: number): string => idOf(TICKET, at);
export const personId = (at: number): string => idOf(PERSON, at);
export const skillId = (at: number): string => idOf(SKILL, at);
export const projectId = (at: number): string => idOf(PROJECT, at);

export const aTicket = (at: number, facts: Partial<PlanTicket> = {}): PlanTicket => ({
  id: ticketId(at),
  key: `SUP-${at + 1}`,
  title: `Ticket ${at + 1}`,
  projectId: projectId(0),
  storyPoints: 3,
  priority: 'MEDIUM',
  isOverdue: false,
  dueDate: null,
  requiredSkillId: null,
  requiredSkillName: null,
  isSkillStrict: true,
  reporterId: idOf(REPORTER, 0),
  pinnedTo: null,
  ...facts,
});

export const aPerson = (at: number, facts: Partial<PlanPerson> = {}): PlanPerson => ({
  id: personId(at),
  userId: idOf(USER, at),
  name: ['Ada', 'Bo', 'Cyd', 'Dan', 'Eve', 'Fay'][at] ?? `Person ${at + 1}`,
  title: null,
  isActive: true,
  capacity: 40,
  availability: 1,
  workload: 0,
  experienceYears: 10,
  skills: [],
  awayFrom: null,
  awayTo: null,
  timezone: 'UTC',
  projectIds: [projectId(0)],
  ...facts,
});

export const anInput = (facts: Partial<PlanInput>): PlanInput => ({
  asOf: ASOF,
  tickets: [],
  people: [],
  rejectedPairs: [],
  continuity: [],
  weights: defaultWeights,
  ...facts,
});

export interface Shape {
  readonly tickets: number;
  readonly people: number;
  readonly skills: number;
  readonly projects: number;
  /** Points asked for, as a share of those that people have room for. */
  readonly demand: number;
  /** How often something out of the ordinary is there: an absence, a rejected pair, a pinned ticket. */
  readonly oddities: number;
}

const some = (random: Random, count: number, share: number): number[] =>
  Array.from({ length: count }, (_, at) => at).filter(() => random.chance(share));

function randomTicket(random: Random, at: number, { skills, projects, people, oddities }: Shape): PlanTicket {
  const skill = random.chance(0.7) ? random.below(skills) : null;
  const dueDate = random.chance(0.6) ? random.pick(days) : null;
  return aTicket(at, {
    projectId: projectId(random.below(projects)),
    storyPoints: random.chance(0.15) ? null : random.pick([0, 1, 2, 3, 5, 8]),
    priority: random.pick(priorities),
    isOverdue: dueDate !== null && dueDate < ASOF,
    dueDate,
    requiredSkillId: skill === null ? null : skillId(skill),
    requiredSkillName: skill === null ? null : `Skill ${skill + 1}`,
    isSkillStrict: random.chance(0.5),
    reporterId: idOf(REPORTER, random.below(Math.max(3, Math.floor(people)))),
    pinnedTo: random.chance(oddities / 2) ? personId(random.below(people)) : null,
  });
}

function randomPerson(random: Random, at: number, { skills, projects, oddities }: Shape): PlanPerson {
  const isAway = random.chance(oddities);
  const day = random.pick(days);
  return aPerson(at, {
    availability: random.pick([1, 1, 0.9, 0.7, 0.29]),
    experienceYears: random.below(25) / 2,
    skills: some(random, skills, 0.5).map((skill) => ({ skillId: skillId(skill), level: 1 + random.below(5) })),
    awayFrom: isAway && random.chance(0.8) ? `${day}T${random.pick(['00', '11', '13', '20'])}:00:00.000Z` : null,
    awayTo: isAway && random.chance(0.8) ? `2026-12-0${1 + random.below(9)}T12:00:00.000Z` : null,
    timezone: random.pick(zones),
    projectIds: some(random, projects, 0.85).map(projectId),
  });
}

/** Inactive people hold nothing, and capacities follow from the demand. */
export function randomInput(random: Random, shape: Shape): PlanInput {
  const tickets = Array.from({ length: shape.tickets }, (_, at) => randomTicket(random, at, shape));
  const points = tickets.reduce((sum, { storyPoints }) => sum + (storyPoints ?? 1), 0);
  const each = Math.max(4, Math.round(points / shape.demand / shape.people));
  const pinned = new Set(tickets.map(({ pinnedTo }) => pinnedTo));
  const people = Array.from({ length: shape.people }, (_, at) => {
    const workload = random.below(Math.ceil(each / 2));
    const isActive = pinned.has(personId(at)) || !random.chance(shape.oddities / 2);
    const capacity = each + workload + random.below(Math.ceil(each / 2));
    return { ...randomPerson(random, at, shape), capacity, workload, isActive };
  });
  const rejectedPairs = tickets
    .filter(() => random.chance(shape.oddities))
    .map(({ id }) => ({ ticketId: id, developerId: personId(random.below(shape.people)) }));
  const continuity = people.flatMap(({ id }, at): Continuity[] => [
    ...some(random, 3, 0.3).map((reporter) => ({
      developerId: id,
      kind: 'REPORTER' as const,
      of: idOf(REPORTER, (reporter + at) % Math.max(3, shape.people)),
      tickets: 1 + random.below(4),
    })),
    ...some(random, shape.projects, 0.6).map((project) => ({
      developerId: id,
      kind: 'PROJECT' as const,
      of: projectId(project),
      tickets: 1 + random.below(7),
    })),
  ]);
  return anInput({ tickets, people, rejectedPairs, continuity });
}

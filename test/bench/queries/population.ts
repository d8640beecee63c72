import type { Ticket } from '../../../contract/ticket.js';
import { categories, priorities, ticketSorts, ticketStatuses, ticketTypes } from '../../../contract/enums.js';
import { idAt, weighted, type Random } from '../../../seeders/support/random.js';
import type { TicketFilter } from '../../../contract/ticketFilter.js';
import type { QueryRequest } from '../../../server/realtime/queries/querySpec.js';

/** A large project and what people ask of it. */
export const projectId = '00000002-0000-7000-8000-000000000001';
const FIRST_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 60_000;

export interface Population {
  readonly agents: readonly string[];
  readonly reporters: readonly string[];
  readonly departments: readonly string[];
  readonly skills: readonly string[];
}

const ids = (random: Random, count: number): string[] => Array.from({ length: count }, () => idAt(FIRST_MS, random));
export const aPopulation = (random: Random): Population => ({
  agents: ids(random, 200),
  reporters: ids(random, 2_000),
  departments: ids(random, 20),
  skills: ids(random, 60),
});

const words = [
  'printer',
  'login',
  'invoice',
  'café',
  'screen',
  'crash',
  'slow',
  'password',
  'network',
  'export',
  'mail',
];
const sentence = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.pick(words)).join(' ');
const maybe = <Value>(random: Random, value: Value): Value | null => (random.chance(0.6) ? value : null);
const day = (random: Random): string => new Date(FIRST_MS + 86_400_000 * random.below(400)).toISOString().slice(0, 10);

export function aTicket(random: Random, people: Population, number: number): Ticket {
  const at = new Date(FIRST_MS + number * STEP_MS).toISOString();
  return {
    id: idAt(FIRST_MS + number * STEP_MS, random),
    projectId,
    number,
    key: `BIG-${number}`,
    type: random.pick(ticketTypes),
    title: sentence(random, 6),
    description: sentence(random, 40),
    status: random.pick(ticketStatuses),
    priority: random.pick(priorities),
    category: random.pick(categories),
    departmentId: maybe(random, random.pick(people.departments)),
    conversationId: idAt(FIRST_MS, random),
    reporterId: random.pick(people.reporters),
    createdBy: random.pick(people.agents),
    assigneeId: maybe(random, random.pick(people.agents)),
    parentId: null,
    storyPoints: random.below(8),
    requiredSkillId: maybe(random, random.pick(people.skills)),
    estimatedHours: null,
    dueDate: maybe(random, day(random)),
    waitingOn: null,
    assignmentState: 'PENDING',
    aiAssisted: false,
    firstResponseAt: null,
    resolvedAt: null,
    completedAt: null,
    closedAt: null,
    externalSource: null,
    externalId: null,
    customFields: {},
    tags: [],
    mergedIntoId: null,
    sla: null,
    version: 1,
    lastSeq: number,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    deletedBy: null,
    deleteReason: null,
    assignees: [],
  };
}

const some = <Word>(random: Random, all: readonly Word[]): Word[] => {
  const chosen = all.filter(() => random.chance(0.5));
  return chosen.length > 0 ? chosen : [random.pick(all)];
};

type Ask = (random: Random, people: Population) => TicketFilter;
/** My tickets, the team's board, what nobody has taken yet, what is late, a customer's own, a search. */
const asks = {
  mine: (random, { agents }) => ({ assigneeId: random.pick(agents), status: some(random, ticketStatuses) }),
  team: (random, { departments }) => ({
    departmentId: random.pick(departments),
    status: some(random, ticketStatuses),
    priority: some(random, priorities),
  }),
  free: (random, { skills }) => ({
    unassigned: true,
    requiredSkill: random.pick(skills),
    category: some(random, categories),
  }),
  late: (random, { agents }) => ({ dueBefore: day(random), assigneeId: random.pick(agents) }),
  reported: (random, { reporters }) => ({ reporterId: random.pick(reporters) }),
  changed: (random, { departments }) => ({
    updatedAfter: new Date(FIRST_MS + STEP_MS * random.below(20_000)).toISOString(),
    departmentId: random.pick(departments),
  }),
  search: (random, { departments }) => ({ text: sentence(random, 2), departmentId: random.pick(departments) }),
  all: (random) => ({
    status: [random.pick(ticketStatuses)],
    priority: [random.pick(priorities)],
    type: [random.pick(ticketTypes)],
  }),
} satisfies Record<string, Ask>;
const kindOfAsk = weighted({ mine: 35, team: 20, free: 10, late: 10, reported: 10, changed: 5, search: 5, all: 5 });

export const anAsk = (random: Random, people: Population): QueryRequest => ({
  projectId,
  filter: asks[kindOfAsk(random)](random, people),
  sort: { by: random.pick(ticketSorts), dir: random.pick(['asc', 'desc']) },
  limit: 50,
});

/** One thing that people do to a ticket. */
export function changed(random: Random, people: Population, before: Ticket, seq: number): Ticket {
  const fields: readonly Partial<Ticket>[] = [
    { status: random.pick(ticketStatuses) },
    { assigneeId: random.pick(people.agents) },
    { priority: random.pick(priorities) },
    { title: sentence(random, 6) },
    { dueDate: day(random) },
  ];
  const at = new Date(FIRST_MS + (20_000 + seq) * STEP_MS).toISOString();
  return { ...before, ...random.pick(fields), version: before.version + 1, lastSeq: seq, updatedAt: at };
}

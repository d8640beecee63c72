import type { z } from 'zod';
import {
  categories,
  priorities,
  slaStates,
  ticketSorts,
  ticketStatuses,
  ticketTypes,
  waitingOns,
} from '../../../contract/enums.js';
import { limits } from '../../../contract/limits.js';
import type { TicketPatch } from '../../../contract/ticket.js';
import { CreateTicketInput, type TicketSort } from '../../../contract/ticketInputs.js';
import type { Random } from '../../../seeders/support/random.js';
import { createDepartment } from '../../../server/features/departments/commands/createDepartment.js';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import type { TicketFilter } from '../../../contract/ticketFilter.js';
import type { QueryRequest } from '../../../server/realtime/queries/querySpec.js';
import { defineFields } from '../../support/people.js';
import type { TicketWorld } from '../../support/ticketWorld.js';

/** What random tickets and filters are made of: few values of each, so that they meet. */
export interface Choices {
  readonly departments: readonly string[];
  readonly skills: readonly string[];
  readonly agents: readonly string[];
  readonly reporters: readonly string[];
}

export async function choicesOf(world: TicketWorld): Promise<Choices> {
  const { deps, admin, ann, bob, cyd, customer, otherCustomer } = world;
  await defineFields(world, world.project, { secret: 'TEXT', nth: 'NUMBER', ready: 'BOOLEAN' });
  const department = (name: string) => createDepartment(deps, admin, { name, description: '', active: true });
  const skill = (name: string) => createSkill(deps, admin, { name, aliases: [] });
  return {
    departments: [(await department('One')).id, (await department('Two')).id],
    skills: [(await skill('Plumbing')).id, (await skill('Glazing')).id],
    agents: [ann.userId, bob.userId, cyd.userId],
    reporters: [ann.userId, customer.userId, otherCustomer.userId],
  };
}

const tags = ['vip', 'Billing', 'ÜBER|groß', 'needs a call', 'vip 2'];
/** As people write them: case is of no matter. */
const tagAsWritten = (random: Random): string => {
  const tag = random.pick(tags);
  return random.pick([tag, tag.toUpperCase(), tag.toLowerCase()]);
};
export const randomTags = (random: Random): string[] =>
  Array.from({ length: 1 + random.below(2) }, () => tagAsWritten(random));

const days = ['2026-11-30', '2026-12-01', '2026-12-24', '2027-01-01'];
const texts = (
  'Printer|printers|Café|cafe|menu|日本語のタイトル|Straße|ÜBERSICHT|no5|№5|e-mail|' +
  "O'Reilly|ﬁnance|4711|47110|error|jane.doe@example.com|the quick|brown fox|ΚΕΊΜΕΝΑ"
).split('|');
const words = (random: Random, most: number): string =>
  Array.from({ length: random.below(most + 1) }, () => random.pick(texts)).join(random.pick([' ', ', ', ' – ']));
const maybe = <Value>(random: Random, make: () => Value): Value | null => (random.chance(0.5) ? make() : null);
const some = <Word>(random: Random, all: readonly Word[]): Word[] => {
  const chosen = all.filter(() => random.chance(0.4));
  return chosen.length > 0 ? chosen : [random.pick(all)];
};

export function randomDraft(random: Random, { agents, reporters, departments, skills }: Choices, projectId: string) {
  const status = random.pick(ticketStatuses);
  const draft: z.input<typeof CreateTicketInput> = {
    projectId,
    title: `T ${words(random, 4)}`,
    description: words(random, 8),
    type: random.pick(ticketTypes),
    status,
    priority: random.pick(priorities),
    category: random.pick(categories),
    reporterId: random.pick(reporters),
    departmentId: maybe(random, () => random.pick(departments)),
    requiredSkillId: maybe(random, () => random.pick(skills)),
    dueDate: maybe(random, () => random.pick(days)),
    storyPoints: maybe(random, () => random.below(8)),
    customFields: { secret: 'of staff only', nth: random.below(3), ready: random.chance(0.5) },
    ...(status !== 'CLOSED' && random.chance(0.5) ? { assigneeId: random.pick(agents) } : {}),
  };
  return CreateTicketInput.parse(draft);
}

/** One or two fields at a time, like people do. */
export function randomPatch(random: Random, { departments, skills }: Choices): TicketPatch {
  const fields: readonly (() => TicketPatch)[] = [
    () => ({ title: `T ${words(random, 4)}` }),
    () => ({ description: words(random, 8) }),
    () => ({ status: random.pick(ticketStatuses) }),
    () => ({ priority: random.pick(priorities) }),
    () => ({ category: random.pick(categories) }),
    () => ({ departmentId: maybe(random, () => random.pick(departments)) }),
    () => ({ requiredSkillId: maybe(random, () => random.pick(skills)) }),
    () => ({ dueDate: maybe(random, () => random.pick(days)) }),
    () => ({ waitingOn: maybe(random, () => random.pick(waitingOns)) }),
    () => ({ storyPoints: random.below(8), estimatedHours: 1 + random.below(8) }),
    () => ({ customFields: { secret: 'of staff only', nth: random.below(3) } }),
    () => ({ customFields: { ready: maybe(random, () => random.chance(0.5)) } }),
  ];
  return { ...random.pick(fields)(), ...(random.chance(0.3) ? random.pick(fields)() : {}) };
}

function randomText(random: Random): string {
  const forms = [
    () => random.pick(texts),
    () => `${random.pick(texts).slice(0, 3)}*`,
    () => `"${random.pick(texts)} ${random.pick(texts)}"`,
    () => `"the quick ${random.pick(texts).slice(0, 2)}"*`,
    () => `${random.pick(texts)} ${random.pick(texts)}`,
    () => random.pick(['t', 'T', '…', '"" *', '5']),
  ];
  return random.pick(forms)().slice(0, limits.searchLength);
}

export function randomFilter(random: Random, choices: Choices, moments: readonly string[]): TicketFilter {
  const { agents, reporters, departments, skills } = choices;
  const fields: { readonly [Field in keyof TicketFilter]-?: () => TicketFilter[Field] } = {
    type: () => some(random, ticketTypes),
    status: () => some(random, ticketStatuses),
    priority: () => some(random, priorities),
    category: () => some(random, categories),
    assigneeId: () => random.pick(agents),
    unassigned: () => random.chance(0.5),
    reporterId: () => random.pick(reporters),
    departmentId: () => random.pick(departments),
    requiredSkill: () => random.pick(skills),
    tag: () => tagAsWritten(random),
    dueBefore: () => random.pick([...days, '9999-12-31']),
    updatedAfter: () => random.pick(moments),
    customFields: () => ({
      nth: random.below(3),
      ...(random.chance(0.5) ? { ready: random.pick([true, false, 1, 'true']) } : {}),
    }),
    text: () => randomText(random),
    sla: () => some(random, slaStates),
  };
  const density = random.pick([0.08, 0.2]);
  const filter = Object.fromEntries(
    Object.entries(fields).flatMap(([field, make]) => (random.chance(density) ? [[field, make()]] : [])),
  ) as TicketFilter;
  return filter.assigneeId !== undefined && filter.unassigned ? { ...filter, unassigned: false } : filter;
}

export const randomSort = (random: Random): TicketSort => ({
  by: random.pick(ticketSorts),
  dir: random.pick(['asc', 'desc']),
});

export function randomQuery(
  random: Random,
  choices: Choices,
  moments: readonly string[],
  projectId: string | null,
): QueryRequest {
  const filter = randomFilter(random, choices, moments);
  return { projectId, filter, sort: randomSort(random), limit: 1 + random.below(random.pick([3, 10, 40])) };
}

import type { PlanObjective } from '../../contract/plan.js';
import type { PlanInput, PlanPerson, PlanTicket } from '../../server/planner/planInput.js';

/**
 * The rules once more, written as they are said and not as they are reckoned with, so that a mistake in the planner is not a
 * mistake here too. `holders`: for each ticket of the input, in its order, an index of people or null.
 */
export type Holders = readonly (number | null)[];

const pointsOf = ({ storyPoints }: PlanTicket, { weights }: PlanInput): number =>
  storyPoints ?? weights.unestimatedPoints;

export const limitOf = ({ capacity, availability }: PlanPerson): number =>
  // In decimal: what people mean by 0.29 is not the number that floating point keeps.
  Number((BigInt(capacity) * BigInt(Math.round(availability * 1_000_000))) / 1_000_000n);

const noons = new Map<string, number>();
/** The moment whose clock there shows noon of that day: looked for, not reckoned. */
function noonOf(day: string, timeZone: string): number {
  const known = noons.get(day + timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const around = Date.parse(`${day}T12:00:00Z`);
  const offsets = Array.from({ length: 4 * 28 }, (_, at) => (at - 4 * 14) * 900_000);
  const noon = offsets.map((offset) => around + offset).find((moment) => clock.format(moment) === `${day} 12:00`);
  if (noon === undefined) throw new Error(`no noon on ${day} in ${timeZone}`);
  noons.set(day + timeZone, noon);
  return noon;
}

function isAwayAtNoon({ awayFrom, awayTo, timezone }: PlanPerson, day: string): boolean {
  if (awayFrom === null && awayTo === null) return false;
  const noon = noonOf(day, timezone);
  return (awayFrom === null || Date.parse(awayFrom) <= noon) && (awayTo === null || noon < Date.parse(awayTo));
}

function mayHave(input: PlanInput, ticket: PlanTicket, person: PlanPerson): boolean {
  const day = ticket.dueDate !== null && ticket.dueDate > input.asOf ? ticket.dueDate : input.asOf;
  const knows = person.skills.some(({ skillId }) => skillId === ticket.requiredSkillId);
  return (
    person.isActive &&
    person.projectIds.includes(ticket.projectId) &&
    (ticket.requiredSkillId === null || !ticket.isSkillStrict || knows) &&
    !isAwayAtNoon(person, day) &&
    !input.rejectedPairs.some((pair) => pair.ticketId === ticket.id && pair.developerId === person.id)
  );
}

function fitOf(input: PlanInput, ticket: PlanTicket, person: PlanPerson): number {
  const { weights, continuity } = input;
  const handled = (kind: string, of: string) =>
    continuity.find((row) => row.developerId === person.id && row.kind === kind && row.of === of)?.tickets ?? 0;
  const level = person.skills.find(({ skillId }) => skillId === ticket.requiredSkillId)?.level;
  let fit = 0;
  if (ticket.requiredSkillId !== null) fit += level === undefined ? -weights.skillLacking : level * weights.skillLevel;
  for (
    let year = Math.floor(person.experienceYears);
    year < Math.min(pointsOf(ticket, input), weights.experiencePoints);
    year++
  )
    fit -= weights.experienceShort;
  fit += weights.reporter * Math.min(weights.reporterUpTo, handled('REPORTER', ticket.reporterId));
  return fit + weights.project * Math.min(weights.projectUpTo, handled('PROJECT', ticket.projectId));
}

/** Each further point by itself. */
function costOfLoad({ weights }: PlanInput, person: PlanPerson, from: number, to: number): number {
  let cost = 0;
  for (let point = from + 1; point <= to; point++) {
    const segment = weights.load.find(({ upTo }) => point <= Math.floor((limitOf(person) * upTo) / 100));
    cost += segment?.cost ?? weights.loadBeyond;
  }
  return cost;
}

const weightOf = ({ priority, isOverdue }: PlanTicket, { weights }: PlanInput): number =>
  weights.priority[priority] * (isOverdue ? weights.overdueFactor : 1);

/** What is the same for every choice. */
function tablesOf(input: PlanInput) {
  const each = <Value>(of: (ticket: PlanTicket, person: PlanPerson) => Value): Value[][] =>
    input.tickets.map((ticket) => input.people.map((person) => of(ticket, person)));
  return {
    may: each((ticket, person) => mayHave(input, ticket, person)),
    fit: each((ticket, person) => fitOf(input, ticket, person)),
    points: input.tickets.map((ticket) => pointsOf(ticket, input)),
    limits: input.people.map(limitOf),
    // Ids settle ties, so people have the ordinals of their ids.
    ordinals: input.people.map(({ id }) => input.people.filter((other) => other.id <= id).length),
  };
}
export type Tables = ReturnType<typeof tablesOf>;
export { tablesOf };

/** What the choice is worth; null: it breaks a constraint. */
export function worthOf(input: PlanInput, holders: Holders, tables: Tables = tablesOf(input)): PlanObjective | null {
  const { may, fit, points, limits, ordinals } = tables;
  const loads = input.people.map(({ workload }) => workload);
  const hasMore = input.people.map(() => false);
  const worth = { placed: 0, fit: 0, order: 0 };
  for (const [at, ticket] of input.tickets.entries()) {
    const holder = holders[at] ?? null;
    const isPinned = ticket.pinnedTo !== null;
    if (isPinned && (holder === null || input.people[holder]!.id !== ticket.pinnedTo)) return null;
    if (holder === null) continue;
    if (!isPinned && !may[at]![holder]) return null;
    if (!isPinned) hasMore[holder] = true;
    loads[holder]! += points[at]!;
    worth.placed += weightOf(ticket, input);
    worth.fit += fit[at]![holder]!;
    worth.order += ordinals[holder]!;
  }
  for (const [at, person] of input.people.entries()) {
    if (hasMore[at] && loads[at]! > limits[at]!) return null;
    worth.fit -= costOfLoad(input, person, person.workload, loads[at]!);
  }
  return worth;
}

export const isBetter = (a: PlanObjective, b: PlanObjective): boolean =>
  a.placed !== b.placed ? a.placed > b.placed : a.fit !== b.fit ? a.fit > b.fit : a.order < b.order;

/** The best of all choices that there are. */
export function bestOf(input: PlanInput): PlanObjective {
  const tables = tablesOf(input);
  const holders: (number | null)[] = input.tickets.map(() => null);
  let best: PlanObjective | null = null;
  const fill = (at: number): void => {
    const ticket = input.tickets[at];
    if (!ticket) {
      const worth = worthOf(input, holders, tables);
      if (worth && (!best || isBetter(worth, best))) best = worth;
      return;
    }
    for (const holder of [null, ...input.people.keys()]) {
      if (holder !== null && ticket.pinnedTo === null && !tables.may[at]![holder]) continue;
      if (ticket.pinnedTo !== null && (holder === null || input.people[holder]!.id !== ticket.pinnedTo)) continue;
      holders[at] = holder;
      fill(at + 1);
    }
    holders[at] = null;
  };
  fill(0);
  if (!best) throw new Error('not even leaving all as it is is allowed');
  return best;
}

/** A plan's proposals as holders. */
export const holdersOf = (
  input: PlanInput,
  proposals: readonly { readonly ticketId: string; readonly developerId: string }[],
): Holders =>
  input.tickets.map(({ id }) => {
    const proposal = proposals.find(({ ticketId }) => ticketId === id);
    return proposal ? input.people.findIndex((person) => person.id === proposal.developerId) : null;
  });

import { createHash } from 'node:crypto';
import type { PlanStrategy } from '../../contract/plan.js';
import { canonicalJson } from '../kernel/canonicalJson.js';
import { AppError } from '../kernel/errors.js';
import { byText } from './order.js';
import type { PlanInput, PlanWeights } from './planInput.js';
import { solverName } from './solverName.js';

/**
 * The same input in the one order that everything downstream goes by.
 * @throws BAD_INPUT an id comes twice, a ticket is pinned to nobody active, or a weight is no whole number in its range.
 */
export function canonicalInput({ asOf, tickets, people, rejectedPairs, continuity, weights }: PlanInput): PlanInput {
  const input: PlanInput = {
    asOf,
    tickets: tickets.toSorted(byText(({ id }) => id)),
    people: people
      .map((person) => ({
        ...person,
        skills: person.skills.toSorted(byText(({ skillId }) => skillId)),
        projectIds: person.projectIds.toSorted(),
      }))
      .toSorted(byText(({ id }) => id)),
    rejectedPairs: rejectedPairs.toSorted(byText(({ ticketId, developerId }) => `${ticketId} ${developerId}`)),
    continuity: continuity.toSorted(byText(({ developerId, kind, of }) => `${developerId} ${kind} ${of}`)),
    weights,
  };
  demandSense(input);
  return input;
}

/** SHA-256, hex, of all that the plan follows from. `input` is canonical. */
export const hashOf = (input: PlanInput, strategy: PlanStrategy): string =>
  createHash('sha256')
    .update(canonicalJson({ input, strategy, solver: solverName }))
    .digest('hex');

function demandSense({ tickets, people, weights }: PlanInput): void {
  demandOnce('ticket', tickets);
  demandOnce('developer', people);
  const active = new Set(people.filter(({ isActive }) => isActive).map(({ id }) => id));
  for (const { key, pinnedTo } of tickets)
    if (pinnedTo !== null && !active.has(pinnedTo)) refuse(`${key} is pinned to nobody active in the input.`);
  for (const { key, storyPoints } of tickets)
    if (!isCount(storyPoints ?? 0)) refuse(`The story points of ${key} are no count.`);
  for (const { name, capacity, workload, availability } of people) {
    if (!isCount(capacity) || !isCount(workload)) refuse(`Capacity or workload of ${name} is no count.`);
    if (!(availability >= 0 && availability <= 1)) refuse(`The availability of ${name} is no share.`);
  }
  demandWeights(weights);
}

function demandOnce(noun: string, sorted: readonly { readonly id: string }[]): void {
  const repeated = sorted.find(({ id }, at) => sorted[at - 1]?.id === id);
  if (repeated) refuse(`The ${noun} ${repeated.id} is in the input twice.`);
}

function demandWeights({ priority, load, loadBeyond, ...plain }: PlanWeights): void {
  for (const [name, value] of Object.entries(plain)) if (!isCount(value)) refuse(`The weight ${name} is no count.`);
  // Otherwise a ticket could as well stay where it is.
  for (const [name, value] of [...Object.entries(priority), ['overdueFactor', plain.overdueFactor] as const])
    if (!isCount(value) || value < 1) refuse(`The weight of ${name} is less than 1.`);
  const costs = [...load.map(({ cost }) => cost), loadBeyond];
  const shares = load.map(({ upTo }) => upTo);
  if (![...costs, ...shares].every(isCount) || !isRising(costs) || !isRising(shares))
    refuse('The costs of load do not rise with it.');
}

const LARGEST_COUNT = 1_000_000;
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT;

const isRising = (values: readonly number[]): boolean =>
  values.every((value, at) => value >= (values[at - 1] ?? Number.NEGATIVE_INFINITY));

function refuse(message: string): never {
  throw new AppError('BAD_INPUT', message);
}

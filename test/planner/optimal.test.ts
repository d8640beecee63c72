import { beforeAll, describe, expect, it } from 'vitest';
import { planStrategies } from '../../contract/enums.js';
import { Plan } from '../../contract/plan.js';
import { randomFrom, type Random } from '../../seeders/support/random.js';
import { judgeDrafts, makePlan } from '../../server/planner/makePlan.js';
import type { PlanInput } from '../../server/planner/planInput.js';
import { loadSolver, type Solver } from '../../server/planner/solver.js';
import { bestOf, holdersOf, isBetter, worthOf } from './bruteForce.js';
import { withChangedFact, withHolder } from './changedFact.js';
import { randomInput } from './randomInput.js';

const INSTANCES = 300;
const SLOW_MS = 600_000;

const smallInput = (random: Random): PlanInput =>
  randomInput(random, {
    tickets: 1 + random.below(6),
    people: 1 + random.below(4),
    skills: 3,
    projects: 2,
    demand: random.pick([0.5, 0.9, 1.4, 2.5]),
    oddities: random.pick([0, 0.2, 0.4]),
  });

const shuffled = <Item>(random: Random, items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

const reordered = (random: Random, input: PlanInput): PlanInput => ({
  ...input,
  tickets: shuffled(random, input.tickets),
  people: shuffled(random, input.people).map((person) => ({
    ...person,
    skills: shuffled(random, person.skills),
    projectIds: shuffled(random, person.projectIds),
  })),
  rejectedPairs: shuffled(random, input.rejectedPairs),
  continuity: shuffled(random, input.continuity),
});

const termsOf = (terms: Readonly<Record<string, number>>): number =>
  Object.values(terms).reduce((sum, term) => sum + term, 0);

describe('plans for small teams', () => {
  let solver: Solver;
  const made: { readonly input: PlanInput; readonly plan: Plan }[] = [];
  beforeAll(async () => {
    solver = await loadSolver();
    for (let at = 0; at < INSTANCES; at++) {
      const input = smallInput(randomFrom(20261127, at));
      made.push({ input, plan: makePlan(input, 'OPTIMAL', solver) });
    }
  }, SLOW_MS);

  it(
    'are as good as the best of all that there are, and proven so',
    () => {
      for (const { input, plan } of made) {
        expect(plan.objective).toEqual(bestOf(input));
        expect(plan).toMatchObject({ outcome: 'OPTIMAL', gap: 0 });
        expect(worthOf(input, holdersOf(input, plan.proposals))).toEqual(plan.objective);
      }
    },
    SLOW_MS,
  );

  it('are of all kinds', () => {
    const plans = made.map(({ plan }) => plan);
    const proposals = plans.flatMap((plan) => plan.proposals);

    expect(proposals.filter(({ isPinned }) => isPinned).length).toBeGreaterThan(20);
    const facts = new Set(proposals.map(({ explanation }) => explanation.counterfactual?.fact));
    expect([...facts].map(String).toSorted()).toEqual(
      ['ABSENCE', 'EXPERIENCE', 'MEMBERSHIP', 'REJECTION', 'SKILL_LEVEL', 'WORKLOAD', 'undefined'].toSorted(),
    );
    const ruledOut = new Set(plans.flatMap(({ unplaced }) => unplaced.flatMap((one) => Object.keys(one.ruledOut))));
    expect(ruledOut.size).toBe(6);
  });

  it(
    'are the same bytes in whatever order their input comes',
    () => {
      for (const [at, { input, plan }] of made.slice(0, 100).entries())
        expect(JSON.stringify(makePlan(reordered(randomFrom(7, at), input), 'OPTIMAL', solver))).toBe(
          JSON.stringify(plan),
        );
    },
    SLOW_MS,
  );

  it('have the shape that the contract says', () => {
    for (const { plan } of made) expect(Plan.parse(plan)).toEqual(plan);
  });

  it('have scores that their terms add up to, and that add up to the objective', () => {
    for (const { plan } of made) {
      for (const { score, explanation } of plan.proposals) expect(termsOf(explanation.terms)).toBe(score);
      expect(plan.proposals.reduce((sum, { score }) => sum + score, 0)).toBe(plan.objective.fit);
      expect(plan.proposals.reduce((sum, { explanation }) => sum + explanation.weight, 0)).toBe(plan.objective.placed);
    }
  });

  it('say of alternatives what the plan would be with them', () => {
    let counted = 0;
    for (const { input, plan } of made)
      for (const { ticketId, isPinned, explanation } of plan.proposals)
        for (const { developerId, change, terms, forbiddenBy } of explanation.alternatives) {
          const moved = worthOf(input, holdersOf(input, withHolder(plan.proposals, ticketId, developerId)));
          expect(termsOf(terms)).toBe(change.fit);
          // A pinned ticket cannot go elsewhere, and may be where there is no room.
          if (isPinned) continue;
          expect(moved !== null).toBe(forbiddenBy.length === 0);
          if (!moved) continue;
          counted += 1;
          expect(moved.fit - plan.objective.fit).toBe(change.fit);
          expect(isBetter(moved, plan.objective)).toBe(false);
        }
    expect(counted).toBeGreaterThan(200);
  });

  it('account for everybody who was not chosen', () => {
    for (const { input, plan } of made)
      for (const { explanation } of plan.proposals) {
        const { people, counts } = explanation.notChosen;
        const others = explanation.alternatives.length + people.length + termsOf(counts);
        expect(others).toBe(input.people.length - 1);
      }
  });

  it('name changed facts with which another choice would be better', () => {
    let counted = 0;
    for (const { input, plan } of made)
      for (const { ticketId, explanation } of plan.proposals) {
        const { counterfactual } = explanation;
        if (!counterfactual) continue;
        counted += 1;
        const changed = withChangedFact(input, ticketId, counterfactual);
        const before = worthOf(changed, holdersOf(changed, plan.proposals));
        const instead = withHolder(plan.proposals, ticketId, counterfactual.instead.developerId);
        const after = worthOf(changed, holdersOf(changed, instead));
        expect(after).not.toBeNull();
        expect(before === null).toBe(counterfactual.change === null);
        if (before) expect(isBetter(after!, before)).toBe(true);
        if (before) expect(after!.fit - before.fit).toBe(counterfactual.change!.fit);
      }
    expect(counted).toBeGreaterThan(200);
  });

  it('leave tickets out only where nobody could have them, and say what is lacking', () => {
    for (const { input, plan } of made)
      for (const { ticketId, ruledOut, pointsLacking } of plan.unplaced) {
        expect(termsOf(ruledOut)).toBe(input.people.length);
        expect(pointsLacking === null).toBe(ruledOut.CAPACITY === undefined);
        const more = input.people.map((person) => ({ ...person, capacity: person.capacity + 1_000, availability: 1 }));
        const withRoom = { ...input, people: more };
        const may = input.people.some((_, holder) =>
          worthOf(
            withRoom,
            holdersOf(withRoom, plan.proposals).map((other, at) =>
              input.tickets[at]!.id === ticketId ? holder : other,
            ),
          ),
        );
        expect(may).toBe(pointsLacking !== null);
      }
  });

  it.each(planStrategies)('by %s keep the constraints and are never better', (strategy) => {
    for (const { input, plan } of made.slice(0, strategy === 'OPTIMAL' ? 20 : INSTANCES)) {
      const other = strategy === 'OPTIMAL' ? plan : makePlan(input, strategy, solver);
      expect(worthOf(input, holdersOf(input, other.proposals))).toEqual(other.objective);
      expect(isBetter(other.objective, plan.objective)).toBe(false);
      expect(other.gap === null).toBe(strategy !== 'OPTIMAL');
    }
  });

  it(
    'are what drafts are measured by',
    () => {
      for (const [at, { input, plan }] of made.slice(0, 60).entries()) {
        const random = randomFrom(11, at);
        const drafts = input.tickets.map(({ id }) => ({ ticketId: id, developerId: random.pick(input.people).id }));

        const report = judgeDrafts(input, drafts, solver);

        const pinned = plan.proposals.filter(({ isPinned }) => isPinned);
        expect(worthOf(input, holdersOf(input, [...pinned, ...report.accepted]))).toEqual(report.objective);
        expect(isBetter(report.objective, report.optimum.objective)).toBe(false);
        expect(report.regret.placed).toBe(plan.objective.placed - report.objective.placed);
        expect(report.regret.fit).toBe(plan.objective.fit - report.objective.fit);
      }
    },
    SLOW_MS,
  );
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanConstraint } from '../../contract/plan.js';
import { orError } from '../../server/kernel/errors.js';
import { canonicalInput } from '../../server/planner/canonicalInput.js';
import { makePlan } from '../../server/planner/makePlan.js';
import { limitOf } from '../../contract/planning.js';
import { defaultWeights, type PlanInput } from '../../server/planner/planInput.js';
import { isAway } from '../../server/planner/presence.js';
import { loadSolver, type Solver } from '../../server/planner/solver.js';
import { solverName } from '../../server/planner/solverName.js';
import { aPerson, anInput, aTicket, personId, projectId, skillId, ticketId } from './randomInput.js';

describe('the limit of points', () => {
  it.each([
    [40, 0.7, 28],
    [100, 0.29, 29],
    [100, 0.57, 57],
    [3, 0.333333, 0],
    [7, 0.5, 3],
    [40, 1, 40],
    [40, 0, 0],
    [1_000_000, 0.999999, 999_999],
  ])('of %i at %d is %i', (capacity, availability, limit) => {
    expect(limitOf({ capacity, availability })).toBe(limit);
  });
});

describe('an absence', () => {
  const away = (awayFrom: string | null, awayTo: string | null, timezone: string) =>
    aPerson(0, { awayFrom, awayTo, timezone });

  it.each([
    ['before noon of the day', '2026-12-01T11:59:00.000Z', '2026-12-02T00:00:00.000Z', 'UTC', true],
    ['after noon of the day', '2026-12-01T12:01:00.000Z', '2026-12-02T00:00:00.000Z', 'UTC', false],
    ['that ends at noon', '2026-11-01T00:00:00.000Z', '2026-12-01T12:00:00.000Z', 'UTC', false],
    ['that ends after noon', '2026-11-01T00:00:00.000Z', '2026-12-01T12:01:00.000Z', 'UTC', true],
    ['without an end', '2026-11-01T00:00:00.000Z', null, 'UTC', true],
    ['without a beginning', null, '2026-12-24T00:00:00.000Z', 'UTC', true],
    ['of nobody', null, null, 'UTC', false],
    [
      'that is over by the clock there',
      '2026-11-30T00:00:00.000Z',
      '2026-11-30T22:59:00.000Z',
      'Pacific/Auckland',
      false,
    ],
    [
      'that is not over by the clock there',
      '2026-11-30T00:00:00.000Z',
      '2026-12-01T19:00:00.000Z',
      'America/Los_Angeles',
      false,
    ],
    [
      'that lasts by the clock there',
      '2026-11-30T00:00:00.000Z',
      '2026-12-01T21:00:00.000Z',
      'America/Los_Angeles',
      true,
    ],
  ])('%s', (_, from, to, timezone, expected) => {
    expect(isAway(away(from, to, timezone), '2026-12-01')).toBe(expected);
  });
});

describe('an input', () => {
  const valid = anInput({ tickets: [aTicket(0), aTicket(1)], people: [aPerson(0), aPerson(1)] });
  const codeOf = (input: PlanInput) => {
    const found = orError(() => canonicalInput(input));
    return 'code' in found ? found.code : null;
  };

  it('is put in one order', () => {
    const turned = { ...valid, tickets: valid.tickets.toReversed(), people: valid.people.toReversed() };

    expect(canonicalInput(turned)).toEqual(canonicalInput(valid));
  });

  it.each<[string, Partial<PlanInput>]>([
    ['a ticket twice', { tickets: [aTicket(0), aTicket(0)] }],
    ['a person twice', { people: [aPerson(0), aPerson(0)] }],
    ['a ticket pinned to nobody', { tickets: [aTicket(0, { pinnedTo: personId(9) })] }],
    [
      'a ticket pinned to somebody inactive',
      { tickets: [aTicket(0, { pinnedTo: personId(0) })], people: [aPerson(0, { isActive: false })] },
    ],
    ['half a point', { tickets: [aTicket(0, { storyPoints: 0.5 })] }],
    ['points below nothing', { tickets: [aTicket(0, { storyPoints: -1 })] }],
    ['more than all of somebody', { people: [aPerson(0, { availability: 1.1 })] }],
    ['no number', { people: [aPerson(0, { availability: Number.NaN })] }],
    ['a workload that is no count', { people: [aPerson(0, { workload: 1.5 })] }],
    ['a weight that is no count', { weights: { ...defaultWeights, reporter: 0.1 } }],
    [
      'a priority that is worth nothing',
      { weights: { ...defaultWeights, priority: { ...defaultWeights.priority, LOW: 0 } } },
    ],
    ['load that grows cheaper', { weights: { ...defaultWeights, loadBeyond: 1 } }],
  ])('with %s is refused', (_, facts) => {
    expect(codeOf({ ...valid, ...facts })).toBe('BAD_INPUT');
    expect(codeOf(valid)).toBeNull();
  });
});

describe('the solver', () => {
  it('is the version that plans name', () => {
    const main = createRequire(import.meta.url).resolve('highs');
    const { version } = JSON.parse(readFileSync(join(dirname(main), '../package.json'), 'utf8')) as { version: string };

    expect(solverName).toBe(`highs ${version}`);
  });
});

describe('a constraint', () => {
  let solver: Solver;
  beforeAll(async () => {
    solver = await loadSolver();
  });

  const skill = { requiredSkillId: skillId(0), requiredSkillName: 'Plumbing' };
  it.each<[PlanConstraint, Partial<PlanInput>]>([
    ['ACTIVE', { people: [aPerson(0, { isActive: false })] }],
    ['MEMBER', { people: [aPerson(0, { projectIds: [projectId(1)] })] }],
    ['SKILL', { tickets: [aTicket(0, skill)] }],
    ['PRESENT', { people: [aPerson(0, { awayFrom: '2026-11-01T00:00:00.000Z' })] }],
    ['NOT_REJECTED', { rejectedPairs: [{ ticketId: ticketId(0), developerId: personId(0) }] }],
    ['CAPACITY', { people: [aPerson(0, { workload: 38 })] }],
  ])('%s keeps a ticket from somebody, and is named', (constraint, facts) => {
    const plan = makePlan(anInput({ tickets: [aTicket(0)], people: [aPerson(0)], ...facts }), 'OPTIMAL', solver);

    expect(plan.proposals).toEqual([]);
    expect(plan.unplaced).toMatchObject([
      { ruledOut: { [constraint]: 1 }, pointsLacking: constraint === 'CAPACITY' ? 1 : null },
    ]);
  });

  it('of skill is a preference where it is not strict', () => {
    const tickets = [aTicket(0, { ...skill, isSkillStrict: false })];
    const { proposals } = makePlan(anInput({ tickets, people: [aPerson(0)] }), 'OPTIMAL', solver);

    expect(proposals).toMatchObject([{ explanation: { terms: { skill: -25 } } }]);
    expect(proposals[0]!.reason).toContain('lacks Plumbing, which is preferred and not required');
  });

  it('of presence asks for the day that a ticket is due, and for the day of the plan when it is overdue', () => {
    const people = [aPerson(0, { awayFrom: '2026-12-10T00:00:00.000Z', awayTo: '2026-12-20T00:00:00.000Z' })];
    const tickets = ['2026-12-09', '2026-12-15', '2026-12-20', '2026-11-01', null].map((dueDate, at) =>
      aTicket(at, { dueDate }),
    );
    const plan = makePlan(anInput({ tickets, people }), 'OPTIMAL', solver);

    expect(plan.unplaced.map(({ key }) => key)).toEqual(['SUP-2']);
  });

  it('gives way to what a person chose, which takes room even where there is none', () => {
    const people = [aPerson(0, { capacity: 4, projectIds: [] }), aPerson(1, { capacity: 4 })];
    const tickets = [aTicket(0, { storyPoints: 9, pinnedTo: personId(0) }), aTicket(1), aTicket(2)];
    const plan = makePlan(anInput({ tickets, people }), 'OPTIMAL', solver);

    expect(plan.proposals.map(({ key, name, isPinned }) => [key, name, isPinned])).toEqual([
      ['SUP-1', 'Ada', true],
      ['SUP-2', 'Bo', false],
    ]);
    const broken = plan.proposals[0]!.explanation.checks.filter(({ isMet }) => !isMet);
    expect(broken.map(({ constraint }) => constraint)).toEqual(['MEMBER', 'CAPACITY']);
    expect(plan.proposals[0]!.reason).toContain('was chosen by a person');
  });

  it('of load spreads tickets over people who fit alike, by the share of their limits', () => {
    const tickets = Array.from({ length: 12 }, (_, at) => aTicket(at, { storyPoints: 2 }));
    const people = [aPerson(0, { capacity: 32 }), aPerson(1, { capacity: 16 })];
    const { proposals } = makePlan(anInput({ tickets, people }), 'OPTIMAL', solver);

    expect(proposals.filter(({ name }) => name === 'Ada')).toHaveLength(8);
  });

  it('counts a ticket without an estimate as one point, and says so', () => {
    const { proposals } = makePlan(
      anInput({ tickets: [aTicket(0, { storyPoints: null })], people: [aPerson(0, { experienceYears: 0 })] }),
      'OPTIMAL',
      solver,
    );

    expect(proposals[0]!.explanation).toMatchObject({ points: 1, isEstimated: false, load: { before: 0, after: 1 } });
    expect(proposals[0]!.reason).toContain('counting a ticket without an estimate as 1 point');
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../contract/limits.js';
import { makePlan } from '../../server/planner/makePlan.js';
import { defaultWeights, type PlanInput } from '../../server/planner/planInput.js';
import { loadSolver, type Solver } from '../../server/planner/solver.js';
import { aPerson, anInput, aTicket, personId, projectId, skillId } from './randomInput.js';

const plumbing = { requiredSkillId: skillId(0), requiredSkillName: 'Plumbing' };
const glazing = { requiredSkillId: skillId(1), requiredSkillName: 'Glazing' };
const knows = (...levels: number[]) =>
  levels.flatMap((level, at) => (level > 0 ? [{ skillId: skillId(at), level }] : []));
const reporterId = aTicket(0).reporterId;

/** A small shop, with something of everything. */
const shop = anInput({
  tickets: [
    aTicket(0, { ...plumbing, priority: 'URGENT', isOverdue: true, dueDate: '2026-11-20', storyPoints: 5 }),
    aTicket(1, { ...glazing, priority: 'HIGH', dueDate: '2026-12-04', isSkillStrict: false }),
    aTicket(2, { storyPoints: null }),
    aTicket(3, { ...plumbing, storyPoints: 8, priority: 'LOW', projectId: projectId(1) }),
    aTicket(4, { pinnedTo: personId(3), storyPoints: 13 }),
    aTicket(5, { ...glazing, priority: 'HIGH', storyPoints: 20 }),
  ],
  people: [
    aPerson(0, { skills: knows(5, 2), capacity: 20, workload: 9, projectIds: [projectId(0), projectId(1)] }),
    aPerson(1, { skills: knows(3), capacity: 20, availability: 0.7, experienceYears: 2 }),
    aPerson(2, { skills: knows(0, 4), awayFrom: '2026-12-01T00:00:00.000Z', awayTo: '2026-12-10T00:00:00.000Z' }),
    aPerson(3, { skills: knows(1, 1), capacity: 10, workload: 4 }),
    aPerson(4, { isActive: false, skills: knows(5, 5) }),
  ],
  rejectedPairs: [{ ticketId: aTicket(5).id, developerId: personId(2) }],
  continuity: [
    { developerId: personId(1), kind: 'REPORTER', of: reporterId, tickets: 6 },
    { developerId: personId(0), kind: 'PROJECT', of: projectId(1), tickets: 2 },
  ],
});

describe('what a plan says of itself', () => {
  let solver: Solver;
  beforeAll(async () => {
    solver = await loadSolver();
  });
  const told = (input: PlanInput): string => `${JSON.stringify(makePlan(input, 'OPTIMAL', solver), null, 1)}\n`;

  it('is this, word for word', async () => {
    await expect(told(shop)).toMatchFileSnapshot('./explanations.golden.txt');
  });

  it.each([
    ['skillLevel', 12],
    ['experienceShort', 3],
    ['reporter', 9],
    ['project', 1],
    ['overdueFactor', 3],
    ['unestimatedPoints', 2],
    ['loadBeyond', 30],
  ] as const)('is something else when %s weighs %i', (weight, value) => {
    const changed = { ...shop, weights: { ...defaultWeights, [weight]: value } };
    const hashless = (text: string) => text.replace(/"inputHash": "[0-9a-f]+"/, '');

    expect(hashless(told(changed))).not.toBe(hashless(told(shop)));
  });

  it('fits where reasons are kept, also with the longest names', () => {
    const name = '😀'.repeat(limits.nameLength / 2);
    const people = shop.people.map((person) => ({ ...person, name }));
    const tickets = shop.tickets.map((ticket) => ({ ...ticket, requiredSkillName: ticket.requiredSkillName && name }));
    const { proposals, unplaced } = makePlan({ ...shop, people, tickets }, 'OPTIMAL', solver);

    for (const { reason } of [...proposals, ...unplaced]) {
      expect(reason.length).toBeLessThanOrEqual(limits.reasonLength);
      expect(reason).not.toMatch(/\p{Cs}/u);
    }
  });
});

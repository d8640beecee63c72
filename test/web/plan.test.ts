import { describe, expect, it } from 'vitest';
import { limitOf } from '../../contract/planning.js';
import { loadsOf } from '../../web/src/plan/planLoads.js';
import {
  alternativeText,
  checkFigures,
  counterfactualText,
  decidedText,
  outcomeText,
  refusalText,
  rejectText,
} from '../../web/src/plan/planWords.js';

const bob = { developerId: 'b', name: 'Bob' };
const terms = { skill: 0, experience: 0, reporter: 0, project: 0, load: 0 };

describe('a plan in words', () => {
  it('says how good it is, and promises no more than is known', () => {
    expect(outcomeText({ outcome: 'OPTIMAL', gap: 0 })).toBe('Proven: there is no better plan.');
    expect(outcomeText({ outcome: 'FEASIBLE', gap: 0.0301 })).toBe('At most 3.1 % from the best plan there is.');
    expect(outcomeText({ outcome: 'FEASIBLE', gap: 0.00001 })).toBe('At most 0.1 % from the best plan there is.');
    expect(outcomeText({ outcome: 'FEASIBLE', gap: 0.03 })).toBe('At most 3 % from the best plan there is.');
    expect(outcomeText({ outcome: 'HEURISTIC', gap: null })).toBe('A rule of thumb: there may be better plans.');
  });

  it('says what was compared, and what another choice would cost', () => {
    const capacity = { constraint: 'CAPACITY' as const, isMet: true };
    expect(checkFigures({ ...capacity, figures: { limit: 10, workload: 2, load: 7, points: 3 } })).toBe(
      '7 of 10 points with all that is proposed',
    );
    const change = { placed: 0, fit: -12, order: 1 };
    expect(alternativeText({ ...bob, terms, change, forbiddenBy: [] })).toBe('the plan would score 12 less');
    expect(alternativeText({ ...bob, terms, change, forbiddenBy: ['SKILL', 'CAPACITY'] })).toBe(
      'not possible: the skill is missing, there is no room',
    );
  });

  it('says what would turn it', () => {
    const workload = { fact: 'WORKLOAD' as const, from: 8, to: 3, change: null };
    expect(counterfactualText({ ...bob, ...workload, instead: bob })).toBe(
      'With a workload of 3 instead of 8, Bob would be chosen.',
    );
    expect(counterfactualText({ ...bob, ...workload, instead: { developerId: 'c', name: 'Cyd' } })).toBe(
      'With a workload of 3 instead of 8, Bob would give way to Cyd.',
    );
  });

  it('names the first of those that are rejected', () => {
    const chosen = [1, 2, 3, 4, 5, 6].map((at) => ({ ticketKey: `SUP-${at}`, assigneeName: 'Ann' }));
    expect(rejectText(chosen.slice(0, 1))).toBe('SUP-1 for Ann. This will not be proposed again.');
    expect(rejectText(chosen)).toContain('SUP-5 for Ann and 1 more.');
  });

  it('says why nothing was decided', () => {
    const room = { workload: 8, limit: 10, points: 5 };
    const message = 'Ann has no room for SUP-3.';
    expect(refusalText({ code: 'CAPACITY_EXCEEDED', message, details: room })).toBe(
      'Ann has no room for SUP-3. 8 of 10 points would be taken, and it needs 5. Nothing was approved. Choose fewer, or plan again.',
    );
    const stale = { proposalIds: ['a', 'b', 'c'] };
    expect(refusalText({ code: 'STALE_PROPOSAL', message: 'SUP-3 changed.', details: stale })).toBe(
      'SUP-3 changed. So it is with 2 more. Nothing was decided. The list is fresh now: choose again.',
    );
    expect(refusalText({ code: 'FORBIDDEN', message: 'No.', details: {} })).toBeNull();
    expect(decidedText('approved', [{ ticketKey: 'SUP-3' }])).toBe('SUP-3 was approved.');
  });
});

describe('workloads', () => {
  it('grow by one proposal after the other, up to what all of them come to', () => {
    const profiles = new Map([['ann', { capacity: 10, availability: 0.5, currentWorkload: 1 }]]);
    const tickets = new Map([
      ['t', { storyPoints: 2 }],
      ['u', { storyPoints: null }],
    ]);
    const of = (id: string, ticketId: string, assigneeId = 'ann') => ({ id, ticketId, assigneeId });

    const { byProposal, byPerson } = loadsOf(
      [of('1', 't'), of('2', 'u'), of('3', 'gone'), of('4', 't', 'bob')],
      profiles,
      tickets,
    );

    expect([...byProposal]).toEqual([
      ['1', { before: 1, after: 3, limit: 5 }],
      ['2', { before: 3, after: 4, limit: 5 }],
    ]);
    expect(byPerson.get('ann')).toEqual({ before: 1, after: 4, limit: 5 });
  });

  it('are limited as the server reckons, and not as floating point does', () => {
    expect(limitOf({ capacity: 100, availability: 0.29 })).toBe(29);
  });
});

import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../../contract/ticket.js';
import { latestFirst } from '../../../contract/ticketOrder.js';
import { randomFrom } from '../../../seeders/support/random.js';
import { PredicateIndex } from '../../../server/realtime/queries/predicateIndex.js';
import type { QueryScope } from '../../../server/realtime/queries/queryScope.js';
import { matcherOf, querySpec, viewerOf, type QuerySpec } from '../../../server/realtime/queries/querySpec.js';
import { randomDraft, randomPatch, randomQuery, type Choices } from './randomTickets.js';

const projectId = 'project';
const choices: Choices = {
  departments: ['d1', 'd2'],
  skills: ['s1', 's2'],
  agents: ['ann', 'bob'],
  reporters: ['ann', 'kim'],
};
const staff: QueryScope = { staffOf: [projectId], customerOf: [], customerId: null };
const kims: QueryScope = { staffOf: [], customerOf: [projectId], customerId: 'kim' };
const moment = '2026-11-26T10:00:00.000Z';

/** As the contract gives it, but for ids, which the choices above are not. */
const aTicket = (random = randomFrom(1)): Ticket => {
  const agent = random.chance(0.5) ? random.pick(choices.agents) : null;
  const uuid = '0198f0a0-0000-7000-8000-000000000000';
  const ids = { ...choices, departments: [uuid], skills: [uuid], agents: [uuid], reporters: [uuid] };
  const draft = randomDraft(random, ids, uuid);
  return {
    ...draft,
    id: `t${random.below(1_000_000)}`,
    projectId,
    reporterId: random.pick(choices.reporters),
    departmentId: random.chance(0.5) ? random.pick(choices.departments) : null,
    requiredSkillId: random.chance(0.5) ? random.pick(choices.skills) : null,
    assigneeId: agent,
    updatedAt: moment,
    deletedAt: null,
    assignees: [],
  } as unknown as Ticket;
};

describe('the index of live queries', () => {
  it('finds every query that matches what a ticket was or is, and asks few others', () => {
    const random = randomFrom(7);
    const index = new PredicateIndex<{ spec: QuerySpec; matches: (ticket: Ticket) => boolean }>();
    const queries = Array.from({ length: 600 }, (_, nth) => {
      const scope = nth % 4 ? staff : kims;
      const spec = querySpec(randomQuery(random, choices, ['2026-11-26T09:00:00.000Z', moment], projectId), scope);
      const query = { spec, matches: matcherOf(spec) };
      index.add(query, spec.filter, scope.customerId);
      return query;
    });
    let [asked, wanted] = [0, 0];

    for (let nth = 0; nth < 300; nth++) {
      const before = aTicket(random);
      const images = [before, { ...before, ...randomPatch(random, choices) } as Ticket];
      const found = index.candidates(images);
      const expected = queries.filter(({ matches }) => images.some(matches));
      expect(expected.filter((query) => !found.has(query)).map(({ spec }) => spec.filter)).toEqual([]);
      asked += found.size;
      wanted += expected.length;
    }

    expect(wanted).toBeGreaterThan(1_000);
    expect(asked).toBeLessThan(2 * wanted);
    for (const query of queries) index.remove(query);
    expect([index.size, index.candidates([aTicket()]).size]).toEqual([0, 0]);
  });

  it('knows a query by a word that must be there, whole or begun', () => {
    const index = new PredicateIndex<{ text: string }>();
    const ticket = { ...aTicket(), title: 'The quick brown fox', description: '' };
    for (const text of ['quick', 'quick*', '"brown fox"', 'slow', 'the slo*', '"quick br"*'])
      index.add({ text }, { text }, null);

    const found = [...index.candidates([ticket])].map(({ text }) => text);

    // What only begins a word is asked every time.
    expect(found.toSorted()).toEqual(['quick*', '"quick br"*', '"brown fox"', 'quick', 'the slo*'].toSorted());
  });
});

describe('what a query is of', () => {
  const specOf = (scope: QueryScope) => querySpec({ projectId, filter: {}, sort: latestFirst, limit: 10 }, scope);

  it('is decided for each image by who may see that', () => {
    const [kim, ann] = ['kim', 'ann'].map((reporterId) => ({ ...aTicket(), reporterId }));
    const foreign = { ...aTicket(), projectId: 'elsewhere', reporterId: 'kim' };
    const seenBy = (scope: QueryScope) => [kim!, ann!, foreign].map(matcherOf(specOf(scope)));

    expect(seenBy(staff)).toEqual([true, true, false]);
    expect(seenBy(kims)).toEqual([true, false, false]);
  });

  it('is shown to staff as it is, and to customers without what stays among staff, as one object for all', () => {
    const ticket = { ...aTicket(), storyPoints: 8 };

    expect(viewerOf(specOf(staff))(ticket)).toBe(ticket);
    expect(viewerOf(specOf(kims))(ticket)).toMatchObject({ id: ticket.id, storyPoints: null });
    expect(viewerOf(specOf(kims))(ticket)).toBe(viewerOf(specOf({ ...kims }))(ticket));
  });
});

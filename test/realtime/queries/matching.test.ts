import { describe, expect, it } from 'vitest';
import { tagKey } from '../../../contract/tagKey.js';
import type { Ticket } from '../../../contract/ticket.js';
import { latestFirst } from '../../../contract/ticketOrder.js';
import { randomFrom } from '../../../seeders/support/random.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import { PredicateIndex } from '../../../server/realtime/queries/predicateIndex.js';
import type { QueryScope } from '../../../server/realtime/queries/queryScope.js';
import { querySpec, viewerOf, type QuerySpec } from '../../../server/realtime/queries/querySpec.js';
import { matcherOf } from './matcher.js';
import { randomDraft, randomPatch, randomQuery, randomTags, type Choices } from './randomTickets.js';

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
    tags: random.chance(0.5) ? [...new Set(randomTags(random).map(tagKey))] : [],
    updatedAt: moment,
    deletedAt: null,
    assignees: [],
  } as unknown as Ticket;
};

describe('the index of live queries', () => {
  it('finds exactly the queries that a ticket matches, and asks few others', () => {
    const random = randomFrom(7);
    let asked = 0;
    const index = new PredicateIndex<{ spec: QuerySpec; matches: (ticket: Ticket) => boolean }>((filter) => {
      const matches = compileFilter(filter);
      return (ticket) => ++asked > 0 && matches(ticket);
    });
    const queries = Array.from({ length: 600 }, (_, nth) => {
      const scope = nth % 4 ? staff : kims;
      const spec = querySpec(randomQuery(random, choices, ['2026-11-26T09:00:00.000Z', moment], projectId), scope);
      const query = { spec, matches: matcherOf(spec) };
      index.add(query, { filter: spec.filter, customerId: scope.customerId });
      return query;
    });
    let wanted = 0;

    for (let nth = 0; nth < 300; nth++) {
      const deletedAt = random.chance(0.1) ? moment : null;
      const ticket = { ...aTicket(random), ...randomPatch(random, choices), deletedAt } as Ticket;
      const found = new Set(index.matching(ticket));
      const wrong = queries.filter((query) => query.matches(ticket) !== found.has(query));
      expect(wrong.map(({ spec }) => ({ ...spec.filter, ...spec.scope }))).toEqual([]);
      wanted += found.size;
    }

    expect(wanted).toBeGreaterThan(1_000);
    expect(asked).toBeLessThan(2 * wanted);
    for (const query of queries) index.remove(query);
    expect([index.size, index.matching(aTicket()).length]).toEqual([0, 0]);
  });

  it('knows a query by a word that must be there, whole or begun', () => {
    const index = new PredicateIndex<{ text: string }>();
    const ticket = { ...aTicket(), title: 'The quick brown fox', description: '' };
    for (const text of ['quick', 'quick*', '"brown fox"', 'slow', 'the slo*', 'the bro*', '"quick br"*'])
      index.add({ text }, { filter: { text }, customerId: null });

    const found = [...index.matching(ticket)].map(({ text }) => text);

    expect(found.toSorted()).toEqual(['quick*', '"quick br"*', '"brown fox"', 'quick', 'the bro*'].toSorted());
  });
});

describe('what a query is of', () => {
  const specOf = (scope: QueryScope) => querySpec({ projectId, filter: {}, sort: latestFirst, limit: 10 }, scope);

  it('is decided for each ticket by who may see that', () => {
    const index = new PredicateIndex<{ name: string }>();
    index.add({ name: 'staff' }, { filter: {}, customerId: null });
    index.add({ name: 'kim' }, { filter: {}, customerId: 'kim' });
    index.add({ name: 'kim, of ann' }, { filter: { reporterId: 'ann' }, customerId: 'kim' });
    const shownTo = (reporterId: string) =>
      [...index.matching({ ...aTicket(), reporterId })].map(({ name }) => name).toSorted();

    expect(shownTo('kim')).toEqual(['kim', 'staff']);
    expect(shownTo('ann')).toEqual(['staff']);
  });

  it('is shown to staff as it is, and to customers without what stays among staff, as one object for all', () => {
    const ticket = { ...aTicket(), storyPoints: 8 };

    expect(viewerOf(specOf(staff))(ticket)).toBe(ticket);
    expect(viewerOf(specOf(kims))(ticket)).toMatchObject({ id: ticket.id, storyPoints: null });
    expect(viewerOf(specOf(kims))(ticket)).toBe(viewerOf(specOf({ ...kims }))(ticket));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dues, noFilter, plainQuery, queryFrom, searchOf, type BoardQuery } from '../../web/src/filter/boardFilter.js';
import { serverFilter, ticketTest } from '../../web/src/filter/filterTests.js';
import { keepFilters, savedFilters, withFilter } from '../../web/src/filter/savedFilters.js';
import { queryOfView, viewFilter } from '../../web/src/filter/serverViews.js';
import { priorities, statuses } from '../../web/src/model.js';
import { categories, limits, slaStates } from '../../web/src/sdk.js';
import { aTicket } from './boardFixtures.js';

const reader = { userId: 'amir', today: '2026-12-31' };
/** In the order in which the address names them. */
const some = <Word>(words: readonly Word[]) => fc.subarray([...words]);
const queries: fc.Arbitrary<BoardQuery> = fc.record({
  filter: fc.record({
    text: fc.string({ unit: 'grapheme', maxLength: 30 }),
    status: some(statuses),
    priority: some(priorities),
    category: some(categories),
    sla: some(slaStates),
    assignee: fc.oneof(fc.constantFrom(null, 'me', 'nobody'), fc.uuid()),
    due: fc.option(fc.constantFrom(...dues)),
    tag: fc.option(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }).filter(({ length }) => length <= limits.tagLength),
    ),
  }),
  sort: fc.record({
    by: fc.constantFrom('updatedAt' as const, 'createdAt' as const, 'priority' as const, 'dueDate' as const),
    dir: fc.constantFrom('asc' as const, 'desc' as const),
  }),
  layout: fc.constantFrom('columns' as const, 'list' as const),
});

describe('a filter in the address', () => {
  it('comes back as it was, beside whatever else stands there', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const search = searchOf(query, '?theirs=kept&status=gone');

        expect(queryFrom(search)).toEqual(query);
        expect(new URLSearchParams(search).get('theirs')).toBe('kept');
        expect(searchOf(queryFrom(search))).toBe(searchOf(query));
      }),
    );
  });

  it('is nothing for a plain board', () => {
    expect(searchOf(plainQuery)).toBe('');
    expect(queryFrom('')).toEqual(plainQuery);
  });

  it('leaves out what it does not know, whatever is typed', () => {
    expect(queryFrom('?status=OPEN&status=LOST&due=yesterday&sort=colour&view=map&assignee=').filter).toEqual({
      ...noFilter,
      status: ['OPEN'],
    });
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (search) => void queryFrom(search)));
  });
});

describe('a filter for the server', () => {
  it('says the days of the reader’s calendar, over the end of a year', () => {
    const due = (word: (typeof dues)[number]) => serverFilter({ ...noFilter, due: word }, reader)?.dueBefore;

    expect(dues.map(due)).toEqual(['2026-12-31', '2027-01-01', '2027-01-07']);
  });

  it('is none when nothing can match', () => {
    const filter = { ...noFilter, status: ['CLOSED' as const], assignee: 'nobody' };

    expect(serverFilter(filter, reader)).toBeNull();
    expect(ticketTest(filter, reader)(aTicket('1', { status: 'CLOSED' }))).toBe(false);
  });

  it('never lets pass here what it keeps out there', () => {
    const ticket = aTicket('1', { status: 'REVIEW', priority: 'HIGH', assigneeId: 'amir', dueDate: '2026-12-30' });
    fc.assert(
      fc.property(queries, ({ filter }) => {
        const wanted = serverFilter(filter, reader);
        if (!ticketTest(filter, reader)(ticket)) return;

        expect(wanted).not.toBeNull();
        expect(wanted?.status ?? statuses).toContain('REVIEW');
        expect(wanted?.priority ?? priorities).toContain('HIGH');
        expect(wanted?.assigneeId ?? 'amir').toBe('amir');
        expect(wanted?.unassigned).toBeUndefined();
      }),
    );
  });
});

describe('a view that the server keeps', () => {
  it('shows what was filtered by, all but days counted from today', () => {
    fc.assert(
      fc.property(queries, ({ filter, sort }) => {
        const kept = viewFilter(filter, 'amir');
        const shown = kept && queryOfView({ filter: kept, sort }, 'amir');
        const whole = { ...plainQuery, filter: { ...filter, text: filter.text.trim() }, sort };

        expect(shown).toEqual(filter.due === null ? whole : null);
      }),
    );
  });
});

describe('saved filters', () => {
  const aBox = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
  };

  it('are each person’s own, in each project', () => {
    const box = aBox();
    const saved = [{ name: 'Fires', search: '?priority=URGENT' }];

    keepFilters(box, 'amir', 'p', saved);

    expect(savedFilters(box, 'amir', 'p')).toEqual(saved);
    expect(savedFilters(box, 'lena', 'p')).toEqual([]);
    expect(savedFilters(box, 'amir', 'q')).toEqual([]);
  });

  it('replace the one of the same name, and forget what is not one', () => {
    const box = aBox();
    box.setItem('baton.filters.amir.p', '[{"name":"Fires","search":"?q=1"},{"name":3},null]');
    box.setItem('baton.filters.amir.q', '{');

    const filters = savedFilters(box, 'amir', 'p');

    expect(filters).toEqual([{ name: 'Fires', search: '?q=1' }]);
    expect(withFilter(filters, { name: 'Fires', search: '?q=2' })).toEqual([{ name: 'Fires', search: '?q=2' }]);
    expect(savedFilters(box, 'amir', 'q')).toEqual([]);
  });
});

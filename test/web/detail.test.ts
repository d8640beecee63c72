import { describe, expect, it } from 'vitest';
import { holderSpans } from '../../web/src/detail/holderSpans.js';
import { presenceText } from '../../web/src/detail/presenceText.js';
import { asItem, entriesOf, withItems } from '../../web/src/detail/timelineEntries.js';
import type { AssignmentHistoryEntry, PresentPerson, TimelineItem } from '../../web/src/sdk.js';
import { aComment } from './boardFixtures.js';

const at = (minute: number) => `2026-03-01T09:${String(minute).padStart(2, '0')}:00.000Z`;

describe('who is at a ticket', () => {
  const person = (name: string, typing = false): PresentPerson => ({ id: name, name, typing });

  it('is told in one sentence, who types before who only looks', () => {
    expect(presenceText([])).toBeNull();
    expect(presenceText([person('Ann')])).toBe('Ann is viewing');
    expect(presenceText([person('Ann'), person('Bob', true)])).toBe('Bob is typing…');
    expect(presenceText([person('Ann', true), person('Bob', true)])).toBe('Ann and Bob are typing…');
    expect(presenceText(['Ann', 'Bob', 'Cyd', 'Dan'].map((name) => person(name)))).toBe(
      'Ann, Bob and 2 more are viewing',
    );
  });
});

describe('the timeline', () => {
  const change = (id: string, minute: number, changedByName = 'Amir') =>
    ({
      kind: 'history',
      at: at(minute),
      entry: {
        id,
        field: 'status',
        oldValue: 'OPEN',
        newValue: 'REVIEW',
        action: 'UPDATED',
        changedBy: 'x',
        changedByName,
      },
    }) as TimelineItem;
  const comment = (id: string, minute: number, rest = {}) =>
    asItem(aComment('1', { id, createdAt: at(minute), ...rest }));

  it('has each thing once, in order of time, whatever pages and events brought it, and a comment in its latest form', () => {
    const edited = comment('b', 2, { content: 'Edited', version: 2 });
    const items = withItems(withItems([change('c', 3), edited], [change('a', 1), comment('b', 2)]), [change('a', 1)]);

    expect(items).toEqual([change('a', 1), edited, change('c', 3)]);
  });

  it('tells together what one person changed at one time, and nothing of what was deleted', () => {
    const items = [
      change('a', 1),
      change('b', 2),
      change('c', 2, 'Bea'),
      comment('d', 3, { deletedAt: at(4) }),
      change('e', 9, 'Bea'),
    ];
    const told = entriesOf(items, () => undefined).map((entry) =>
      entry.kind === 'changes' ? entry.lines.map(({ id }) => id) : [],
    );

    expect(told).toEqual([['a', 'b'], ['c'], ['e']]);
  });
});

describe('who held a ticket', () => {
  const hand = (minute: number, action: string, from: string | null, to: string | null, reason: string | null = null) =>
    ({
      id: String(minute),
      action,
      changedAt: at(minute),
      previousDeveloper: from,
      previousDeveloperId: from,
      newDeveloper: to,
      newDeveloperId: to,
      reason,
    }) as AssignmentHistoryEntry;

  it('is told in spans, the latest first, also where two hold it and where somebody holds it twice', () => {
    const spans = holderSpans([
      hand(1, 'CREATED', null, 'Ann', 'first'),
      hand(2, 'CREATED', null, 'Bob'),
      hand(3, 'REASSIGNED', 'Ann', 'Cyd', 'on leave'),
      hand(4, 'REMOVED', 'Bob', null),
      hand(5, 'REASSIGNED', 'Cyd', 'Ann'),
    ]);

    expect(spans.map(({ name, from, to, reason }) => [name, from, to, reason])).toEqual([
      ['Ann', at(5), null, null],
      ['Cyd', at(3), at(5), 'on leave'],
      ['Bob', at(2), at(4), null],
      ['Ann', at(1), at(3), 'on leave'],
    ]);
  });
});

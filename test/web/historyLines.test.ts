import { describe, expect, it } from 'vitest';
import { historyLines } from '../../web/src/detail/historyLines.js';
import type { TimelineItem } from '../../web/src/sdk.js';
import { formatDay } from '../../web/src/ui/dates.js';

const at = '2026-03-01T09:00:00.000Z';
const change = (field: string | null, oldValue: string | null, newValue: string | null, action = 'UPDATED') =>
  ({
    kind: 'history',
    at,
    entry: { id: `${field}`, field, oldValue, newValue, action, changedBy: 'amir', changedByName: 'Amir' },
  }) as TimelineItem;
const hand = (action: string, from: string | null, to: string | null, changedBy: string | null = 'amir') =>
  ({
    kind: 'assignment',
    at,
    entry: {
      id: action,
      action,
      changedBy,
      previousDeveloper: from,
      previousDeveloperId: from?.toLowerCase() ?? null,
      newDeveloper: to,
      newDeveloperId: to?.toLowerCase() ?? null,
      reason: 'because',
    },
  }) as TimelineItem;
const lines = (...items: TimelineItem[]) =>
  historyLines(items, (id) => (id === 'amir' ? 'Amir' : undefined)).map(({ who, text }) => `${who} ${text}`);

describe('the history of a ticket', () => {
  it('says what was changed from what to what, in the words of the board', () => {
    expect(lines(change('status', 'OPEN', 'REVIEW'))).toEqual(['Amir changed the status from Open to Review']);
    expect(lines(change('dueDate', null, '2026-12-01'))).toEqual([
      `Amir set the due date to ${formatDay('2026-12-01')}`,
    ]);
    expect(lines(change('waitingOn', 'CUSTOMER', null))).toEqual(['Amir cleared the waiting']);
    expect(lines(change('description', 'a', 'b'))).toEqual(['Amir edited the description']);
    expect(lines(change(null, null, '{}', 'CREATED'))).toEqual(['Amir created the ticket']);
  });

  it('leaves out what only follows from something else', () => {
    expect(lines(change('resolvedAt', null, at), change('assignmentState', 'PENDING', 'ASSIGNED'))).toEqual([]);
  });

  it('puts the latest first, and says who gave it to whom', () => {
    expect(
      lines(hand('CREATED', null, 'Amir'), hand('REASSIGNED', 'Amir', 'Bea'), hand('REMOVED', 'Bea', null)),
    ).toEqual(['Amir took it from Bea', 'Amir passed it to Bea', 'Amir took it']);
    expect(lines(hand('CREATED', null, 'Bea', 'gone'))).toEqual(['Somebody gave it to Bea']);
    expect(historyLines([hand('CREATED', null, 'Bea')], () => undefined)[0]?.note).toBe('because');
  });
});

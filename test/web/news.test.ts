import { describe, expect, it } from 'vitest';
import { conflictOf, Conflicts } from '../../web/src/acts/conflicts.js';
import { changedBy, editText, patchBack } from '../../web/src/acts/takingBack.js';
import { concerns, newsText } from '../../web/src/news/newsText.js';
import { BatonError } from '../../web/src/sdk.js';
import { connectionText } from '../../web/src/ui/connectionText.js';
import { formatClock } from '../../web/src/ui/dates.js';
import { aTicket, ticketEvent } from './boardFixtures.js';

const names = { keyOf: (id: string) => `SUP-${id}`, viewerId: 'lena' };
const held = aTicket('1', { assignees: [{ assignmentId: 'x', userId: 'lena', name: 'Lena', isPrimary: true }] });
const moved = (ticket = held, seq = 11, actor?: { id: string; name: string }) =>
  ticketEvent('ticket.updated', seq, ticket, { status: 'REVIEW' }, actor);

describe('news', () => {
  const lena = { viewerId: 'lena', openKey: null };

  it('are what others did to a ticket that one holds or looks at', () => {
    const foreign = aTicket('2');

    expect(concerns(moved(), held, lena)).toBe(true);
    expect(concerns(moved(held, 11, { id: 'lena', name: 'Lena' }), held, lena)).toBe(false);
    expect(concerns(moved(foreign), foreign, lena)).toBe(false);
    expect(concerns(moved(foreign), foreign, { ...lena, openKey: 'SUP-2' })).toBe(true);
    const given = ticketEvent('ticket.assigned', 12, held, { handover: { assigneeId: 'lena' } });
    expect(concerns(given, held, lena)).toBe(false);
  });

  it('of one burst are told in few sentences', () => {
    const [second, third] = [aTicket('2'), aTicket('3')];

    expect(newsText([moved()], names)).toEqual(['Amir moved SUP-1 from Open to Review']);
    expect(newsText([moved(), moved(held, 12)], names)).toEqual(['Amir made 2 changes to SUP-1']);
    const many = [moved(), moved(second, 12), moved(third, 13), moved(held, 14, { id: 'bea', name: 'Bea' })];
    expect(newsText(many, names)).toEqual(['Amir changed 3 of your tickets', 'Bea moved SUP-1 from Open to Review']);
  });
});

describe('a conflict', () => {
  const error = (details: object) =>
    new BatonError('CONFLICT', 'Somebody else changed title meanwhile.', details as never);
  const lost = error({ currentVersion: 4, fields: { title: { yours: 'Mine', theirs: 'Theirs' } } });

  it('has both values, and is none where the server names none', () => {
    expect(conflictOf('1', lost)).toEqual({
      ticketId: '1',
      currentVersion: 4,
      clashes: [{ field: 'title', yours: 'Mine', theirs: 'Theirs' }],
    });
    expect(conflictOf('1', error({ holderName: 'Bea' }))).toBeNull();
    expect(conflictOf('1', new Error('no'))).toBeNull();
  });

  it('is shown only where its ticket is open, until it is settled', () => {
    const conflicts = new Conflicts();
    expect(conflicts.show(conflictOf('1', lost))).toBe(false);
    const end = conflicts.subscribe('1', () => {});
    expect(conflicts.show(conflictOf('1', lost))).toBe(true);
    expect(conflicts.get('1')?.currentVersion).toBe(4);
    conflicts.settle('1');
    expect(conflicts.get('1')).toBeNull();
    end();
    expect(conflicts.show(conflictOf('1', lost))).toBe(false);
  });
});

describe('an edit', () => {
  it('is told in the words of the board, and leads back to what was', () => {
    const ticket = aTicket('1', { dueDate: '2026-05-01' });
    const patch = changedBy({ status: 'REVIEW', priority: 'MEDIUM', dueDate: null }, ticket);

    expect(patch).toEqual({ status: 'REVIEW', dueDate: null });
    expect(patchBack(patch, ticket)).toEqual({ status: 'OPEN', dueDate: '2026-05-01' });
    expect(editText(ticket, patch)).toBe('SUP-1: status, due date changed');
    expect(editText(ticket, { status: 'REVIEW' })).toBe('SUP-1 moved to Review');
    expect(editText(ticket, { priority: 'HIGH' })).toBe('SUP-1: priority set to High');
    expect(editText(ticket, { dueDate: null })).toBe('SUP-1: due date cleared');
  });
});

describe('a connection', () => {
  const since = Date.parse('2026-03-01T09:00:00.000Z');

  it('is spoken of when it is gone for longer than a moment', () => {
    const told = (state: 'idle' | 'connecting' | 'online' | 'offline', ms: number, waiting = 0) =>
      connectionText({ state, since, closeCode: null }, since + ms, waiting);

    expect([told('online', 9_000), told('idle', 9_000), told('connecting', 2_000)]).toEqual([null, null, null]);
    expect(told('connecting', 3_000)).toContain(`since ${formatClock(since)}`);
    expect(told('offline', 0, 2)).toContain('2 changes wait to be sent.');
  });
});

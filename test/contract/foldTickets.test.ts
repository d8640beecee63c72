import { describe, expect, it } from 'vitest';
import { foldTickets, noTickets } from '../../contract/foldTickets.js';
import type { QueryCounts, TicketsItem } from '../../contract/liveTickets.js';
import type { Ticket } from '../../contract/ticket.js';
import type { TicketSort } from '../../contract/ticketInputs.js';
import { compareTickets } from '../../contract/ticketOrder.js';

const aTicket = (id: string, more: Partial<Ticket> = {}): Ticket =>
  ({ id, priority: 'LOW', dueDate: null, createdAt: '1', updatedAt: '1', ...more }) as Ticket;
const byPriority: TicketSort = { by: 'priority', dir: 'desc' };
const counts: QueryCounts = { ...noTickets.counts, total: 2, byAssignee: { ann: 1, bob: 1 } };
const fold = (...items: TicketsItem[]) => items.reduce((view, item) => foldTickets(view, item, byPriority), noTickets);
const part = (nth: number, isLast: boolean, ...items: Ticket[]): TicketsItem => ({
  kind: 'snapshot',
  part: nth,
  isLast,
  items,
  counts,
});
const delta = (change: Partial<Extract<TicketsItem, { kind: 'delta' }>>): TicketsItem => ({
  kind: 'delta',
  upserts: [],
  removes: [],
  counts: null,
  ...change,
});

describe('folding a live query', () => {
  it('is whole with the last part of a snapshot, and begins again with the first of another', () => {
    const half = fold(part(0, false, aTicket('b')));
    const whole = fold(part(0, false, aTicket('b')), part(1, true, aTicket('a')));
    const again = fold(part(0, false, aTicket('b')), part(1, true, aTicket('a')), part(0, true, aTicket('c')));

    expect([half.isWhole, whole.isWhole, again.isWhole]).toEqual([false, true, true]);
    expect(whole.items.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(again.items.map(({ id }) => id)).toEqual(['c']);
  });

  it('puts rows where they belong, moves them, and takes them out', () => {
    const begun = fold(part(0, true, aTicket('b'), aTicket('a')));
    const entered = foldTickets(begun, delta({ upserts: [aTicket('c', { priority: 'URGENT' })] }), byPriority);
    const moved = foldTickets(entered, delta({ upserts: [aTicket('a', { priority: 'HIGH' })] }), byPriority);
    const left = foldTickets(moved, delta({ removes: ['c', 'unknown'] }), byPriority);

    expect([entered, moved, left].map(({ items }) => items.map(({ id }) => id).join(''))).toEqual(['cba', 'cab', 'ab']);
    expect(begun.items).toHaveLength(2);
  });

  it('changes the counts that are told, and forgets who holds nothing any more', () => {
    const change = { total: 1, byStatus: { OPEN: 1 }, byAssignee: { ann: 0, cyd: 1 } };

    const view = fold(part(0, true), delta({ counts: change }), delta({}));

    expect(view.counts).toMatchObject({ total: 1, byStatus: { OPEN: 1, CLOSED: 0 }, byAssignee: { bob: 1, cyd: 1 } });
    expect(view.counts.byAssignee).not.toHaveProperty('ann');
  });
});

describe('the order of tickets', () => {
  const orderOf = (sort: TicketSort, ...tickets: Ticket[]) =>
    tickets
      .toSorted(compareTickets(sort))
      .map(({ id }) => id)
      .join('');

  it('goes by the rank of priorities, by days with none last, and by ids among equals', () => {
    const tickets = [
      aTicket('a', { priority: 'HIGH', dueDate: '2026-12-24' }),
      aTicket('b', { priority: 'MEDIUM' }),
      aTicket('c', { priority: 'HIGH', dueDate: '2026-12-01' }),
    ];

    expect(orderOf(byPriority, ...tickets)).toBe('cab');
    expect(orderOf({ by: 'priority', dir: 'asc' }, ...tickets)).toBe('bac');
    expect(orderOf({ by: 'dueDate', dir: 'asc' }, ...tickets)).toBe('cab');
    expect(orderOf({ by: 'createdAt', dir: 'desc' }, ...tickets)).toBe('cba');
  });
});

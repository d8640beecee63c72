import { describe, expect, it } from 'vitest';
import { columnsOf, noFilter, type BoardFilter, type Overlay } from '../../web/src/board/boardView.js';
import type { Ticket } from '../../web/src/sdk.js';
import { aBoard, aTicket } from './boardFixtures.js';

const amir = { assignmentId: 'a', userId: 'amir', name: 'Amir', isPrimary: true };
const columns = (tickets: Ticket[], filter: Partial<BoardFilter> = {}, overlays: Overlay[] = [], hits: string[] = []) =>
  columnsOf(aBoard(tickets), overlays, { ...noFilter, ...filter }, 'amir', new Set(hits));
const keys = (tickets: readonly Ticket[]) => tickets.map((ticket) => ticket.id);

describe('the columns of a board', () => {
  it('put the latest change first, and of two at the same moment the later id', () => {
    const tickets = [
      aTicket('1', { updatedAt: '2026-03-01T00:00:00.000Z' }),
      aTicket('2', { updatedAt: '2026-03-02T00:00:00.000Z' }),
      aTicket('3', { updatedAt: '2026-03-01T00:00:00.000Z' }),
    ];

    expect(keys(columns(tickets).OPEN)).toEqual(['2', '3', '1']);
  });

  it('sort by priority and by due date, those without one last', () => {
    const tickets = [
      aTicket('1', { priority: 'LOW', dueDate: '2026-03-09' }),
      aTicket('2', { priority: 'URGENT' }),
      aTicket('3', { priority: 'HIGH', dueDate: '2026-03-05' }),
    ];

    expect(keys(columns(tickets, { sortBy: 'priority' }).OPEN)).toEqual(['2', '3', '1']);
    expect(keys(columns(tickets, { sortBy: 'dueDate' }).OPEN)).toEqual(['3', '1', '2']);
  });

  it('find by every word in key, title or holder, whatever its case and accents', () => {
    const tickets = [aTicket('1', { title: 'Drucker für Zoë', assignees: [amir] }), aTicket('2')];

    expect(keys(columns(tickets, { text: 'ZOE amir' }).OPEN)).toEqual(['1']);
    expect(keys(columns(tickets, { text: 'sup-2' }).OPEN)).toEqual(['2']);
    expect(keys(columns(tickets, { text: 'printer' }).OPEN)).toEqual([]);
  });

  it('show what the server found in a description too', () => {
    expect(keys(columns([aTicket('1')], { text: 'printer' }, [], ['1']).OPEN)).toEqual(['1']);
  });

  it('narrow to my tickets and to those nobody holds', () => {
    const tickets = [aTicket('1', { assignees: [amir] }), aTicket('2'), aTicket('3', { status: 'CLOSED' })];

    expect(keys(columns(tickets, { holder: 'nobody' }).CLOSED)).toEqual([]);
    expect(keys(columns(tickets, { holder: 'me' }).OPEN)).toEqual(['1']);
    expect(keys(columns(tickets, { holder: 'nobody' }).OPEN)).toEqual(['2']);
  });

  it('show what a person did as done before the server has told it', () => {
    const overlay: Overlay = { id: 1, ticketId: '1', patch: { status: 'REVIEW' }, seq: null };
    const shown = columns([aTicket('1')], {}, [overlay]);

    expect(keys(shown.OPEN)).toEqual([]);
    expect(keys(shown.REVIEW)).toEqual(['1']);
  });
});

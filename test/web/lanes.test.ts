import { describe, expect, it } from 'vitest';
import type { LanePages } from '../../web/src/board/laneReader.js';
import { laneQueries, lanesOf, neighbour, type Lane } from '../../web/src/board/lanes.js';
import type { Overlay } from '../../web/src/board/boardView.js';
import { noFilter, plainQuery, type BoardFilter, type BoardQuery } from '../../web/src/filter/boardFilter.js';
import type { Ticket, TicketStatus } from '../../web/src/sdk.js';
import { aBoard, aTicket } from './boardFixtures.js';

const amir = { assignmentId: 'a', userId: 'amir', name: 'Amir', isPrimary: true };
const reader = { userId: 'amir', today: '2026-03-10' };
const at = (updatedAt: string, rest: Partial<Ticket> = {}) => ({ ...rest, updatedAt: `2026-03-${updatedAt}` });

interface Look {
  readonly filter?: Partial<BoardFilter>;
  readonly query?: Partial<BoardQuery>;
  readonly overlays?: readonly Overlay[];
  readonly pages?: Readonly<Record<string, Partial<LanePages>>>;
}
const read: LanePages = { next: null, edge: null, hits: new Set(), isReading: false, error: null };

function look(tickets: Ticket[], { filter, query, overlays = [], pages = {} }: Look = {}) {
  const asked = { ...plainQuery, filter: { ...noFilter, ...filter }, ...query };
  const view = { state: null, overlays, loadingMore: null, error: null, epoch: 1 };
  const known = new Map(Object.entries(pages).map(([id, page]) => [id, { ...read, ...page }]));
  return lanesOf(view, aBoard(tickets), asked, reader, known);
}
const ids = (lanes: readonly Lane[], id: TicketStatus | 'list') =>
  lanes.find((lane) => lane.id === id)?.tickets.map((ticket) => ticket.id);

describe('the lanes of a board', () => {
  it('put the latest change first, and of two at the same moment the later id', () => {
    const tickets = [aTicket('1', at('01')), aTicket('2', at('02')), aTicket('3', at('01'))];

    expect(ids(look(tickets), 'OPEN')).toEqual(['2', '3', '1']);
  });

  it('sort by priority and by due date, those without one last', () => {
    const tickets = [
      aTicket('1', { priority: 'LOW', dueDate: '2026-03-09' }),
      aTicket('2', { priority: 'URGENT' }),
      aTicket('3', { priority: 'HIGH', dueDate: '2026-03-05' }),
    ];

    expect(ids(look(tickets, { query: { sort: { by: 'priority', dir: 'desc' } } }), 'OPEN')).toEqual(['2', '3', '1']);
    expect(ids(look(tickets, { query: { sort: { by: 'dueDate', dir: 'asc' } } }), 'OPEN')).toEqual(['3', '1', '2']);
  });

  it('are one in the list, with tickets of every status', () => {
    const tickets = [aTicket('1', at('01')), aTicket('2', at('02', { status: 'CLOSED' }))];

    expect(ids(look(tickets, { query: { layout: 'list' } }), 'list')).toEqual(['2', '1']);
  });

  it('find by every word in key, title or holder, whatever its case and accents', () => {
    const tickets = [aTicket('1', { title: 'Drucker für Zoë', assignees: [amir] }), aTicket('2')];

    expect(ids(look(tickets, { filter: { text: 'ZOE amir' } }), 'OPEN')).toEqual(['1']);
    expect(ids(look(tickets, { filter: { text: 'sup-2' } }), 'OPEN')).toEqual(['2']);
    expect(ids(look(tickets, { filter: { text: 'printer' } }), 'OPEN')).toEqual([]);
  });

  it('show what the server found in a description too, wherever it has been moved since', () => {
    const moved = aTicket('1', { status: 'REVIEW' });
    const pages = { OPEN: { hits: new Set(['1']) }, REVIEW: {} };

    expect(ids(look([moved], { filter: { text: 'printer' }, pages }), 'REVIEW')).toEqual(['1']);
  });

  it('narrow to my tickets, to those nobody holds, and to what is due and not done', () => {
    const tickets = [
      aTicket('1', { assigneeId: 'amir', assignees: [amir], dueDate: '2026-03-09' }),
      aTicket('2', { dueDate: '2026-03-10' }),
      aTicket('3', { status: 'CLOSED', dueDate: '2026-03-01' }),
    ];

    expect(ids(look(tickets, { filter: { assignee: 'me' } }), 'OPEN')).toEqual(['1']);
    expect(ids(look(tickets, { filter: { assignee: 'nobody' } }), 'OPEN')).toEqual(['2']);
    expect(ids(look(tickets, { filter: { assignee: 'nobody' } }), 'CLOSED')).toEqual([]);
    expect(ids(look(tickets, { filter: { due: 'overdue' } }), 'OPEN')).toEqual(['1']);
    expect(ids(look(tickets, { filter: { due: 'today' } }), 'OPEN')).toEqual(['2', '1']);
    expect(ids(look(tickets, { filter: { due: 'today' } }), 'CLOSED')).toEqual([]);
  });

  it('show what a person did as done before the server has told it', () => {
    const overlay: Overlay = { id: 1, ticketId: '1', patch: { status: 'REVIEW' }, seq: null };
    const shown = look([aTicket('1')], { overlays: [overlay] });

    expect(ids(shown, 'OPEN')).toEqual([]);
    expect(ids(shown, 'REVIEW')).toEqual(['1']);
  });

  it('end where the last page ended, since others may be missing behind it', () => {
    const tickets = [aTicket('1', at('05')), aTicket('2', at('03')), aTicket('3', at('01'))];
    const edge = tickets[1]!;
    const list = { layout: 'list' } as const;

    const more = look(tickets, { query: list, pages: { list: { next: 'page-2', edge } } });
    const all = look(tickets, { query: list, pages: { list: { next: null, edge } } });

    expect(ids(more, 'list')).toEqual(['1', '2']);
    expect(more[0]?.hasMore).toBe(true);
    expect(ids(all, 'list')).toEqual(['1', '2', '3']);
  });

  it('count what matches, and say when there is more', () => {
    const edge = aTicket('9', at('01'));
    const filter = { priority: ['HIGH'] } as const;
    const tickets = [aTicket('1', { priority: 'HIGH', ...at('02') }), aTicket('2')];

    expect(look(tickets, { filter, pages: { OPEN: { next: 'page-2', edge } } })[0]?.count).toBe('1+');
    expect(look(tickets, { filter })[0]?.count).toBe('1');
    expect(look(tickets)[0]?.count).toBe('2');
  });
});

describe('what the server is asked', () => {
  const query = (change: Partial<BoardQuery>) => ({ ...plainQuery, ...change });
  const asked = (nextPages: Parameters<typeof aBoard>[1], change: Partial<BoardQuery>) =>
    laneQueries(aBoard([], nextPages), query(change), reader);

  it('is nothing while all tickets are here, or the columns stand as they came', () => {
    expect(asked({}, { layout: 'list', filter: { ...noFilter, priority: ['HIGH'] } }).size).toBe(0);
    expect(asked({ OPEN: 'page-2' }, {}).size).toBe(0);
  });

  it('is one list, or one for each column that can hold a match', () => {
    const filter: BoardFilter = { ...noFilter, status: ['OPEN', 'CLOSED'], assignee: 'nobody' };

    const list = asked({ OPEN: 'page-2' }, { layout: 'list', filter });
    const columns = asked({ OPEN: 'page-2' }, { filter });

    expect([...list.values()]).toMatchObject([{ status: ['OPEN'], unassigned: true, projectId: 'p' }]);
    expect([...columns]).toMatchObject([['OPEN', { status: ['OPEN'], unassigned: true }]]);
  });

  it('are words in any case, for they may stand in a description', () => {
    const found = asked({}, { layout: 'list', filter: { ...noFilter, text: ' printer ' } });

    expect([...found.values()]).toMatchObject([{ text: 'printer' }]);
  });
});

describe('an arrow', () => {
  const lanes = look([
    aTicket('1', at('03')),
    aTicket('2', at('02')),
    aTicket('3', at('01', { status: 'RESOLVED' })),
    aTicket('4', at('04', { status: 'RESOLVED' })),
  ]);

  it('goes along a lane, and over empty ones to the same height, or to the end of a shorter one', () => {
    expect(neighbour(lanes, '1', 'ArrowDown')?.id).toBe('2');
    expect(neighbour(lanes, '1', 'ArrowUp')).toBeUndefined();
    expect(neighbour(lanes, '2', 'ArrowRight')?.id).toBe('3');
    expect(neighbour(lanes, '4', 'ArrowLeft')?.id).toBe('1');
  });

  it('begins with the first ticket when none has the focus', () => {
    expect(neighbour(lanes, null, 'ArrowDown')?.id).toBe('1');
  });
});

import { describe, expect, it } from 'vitest';
import { reduceBoard } from '../../web/src/board/boardReducer.js';
import { columnCount, FEED_LENGTH, withTickets, type BoardState } from '../../web/src/board/boardState.js';
import type { ProjectEvent } from '../../web/src/sdk.js';
import {
  aBoard,
  aComment,
  aMember,
  aTicket,
  commentEvent,
  memberEvent,
  projectEvent,
  proposalEvent,
  ticketEvent,
  titlesIn,
} from './boardFixtures.js';

const apply = (state: BoardState, ...events: ProjectEvent[]) => events.reduce(reduceBoard, state);

describe('applying events to a board', () => {
  const ticket = aTicket('1');

  it('moves a ticket to the column of its new status and counts both columns anew', () => {
    const state = apply(aBoard([ticket]), ticketEvent('ticket.updated', 11, ticket, { status: 'REVIEW' }));

    expect(titlesIn(state, 'OPEN')).toEqual([]);
    expect(titlesIn(state, 'REVIEW')).toEqual(['Ticket 1']);
    expect(state.counts).toMatchObject({ OPEN: 0, REVIEW: 1 });
    expect(state.seq).toBe(11);
  });

  it('changes nothing when an event comes a second time', () => {
    const event = ticketEvent('ticket.created', 11, aTicket('2'));
    const once = apply(aBoard([ticket]), event);

    expect(apply(once, event)).toBe(once);
  });

  it('changes nothing for an event from before the snapshot', () => {
    const state = aBoard([ticket]);

    expect(apply(state, ticketEvent('ticket.updated', 10, ticket, { status: 'CLOSED' }))).toBe(state);
  });

  it('keeps a ticket that a list brought in a later form than the event has', () => {
    const later = aTicket('1', { title: 'Renamed', status: 'REVIEW', lastSeq: 12 });
    const state = apply(aBoard([later]), ticketEvent('ticket.updated', 11, ticket, { status: 'IN_PROGRESS' }));

    expect(state.tickets.get('1')).toEqual(later);
    expect(apply(state, ticketEvent('ticket.updated', 12, ticket, { title: 'Renamed' })).tickets.get('1')).toEqual(
      later,
    );
  });

  it('knows who is proposed until it is decided, or the ticket changes in what the proposal rests on', () => {
    const proposed = apply(aBoard([ticket]), proposalEvent('assignment.proposed', 11, ticket, 'PROPOSED'));
    const nameIn = (state: BoardState) => state.proposed.get('1')?.assigneeName;
    const after = (event: ProjectEvent) => nameIn(apply(proposed, event));

    expect(nameIn(proposed)).toBe('Bob');
    expect(after(ticketEvent('ticket.updated', 12, ticket, { title: 'Other words', status: 'REVIEW' }))).toBe('Bob');
    expect(after(proposalEvent('assignment.withdrawn', 12, ticket, 'STALE', 'an earlier one'))).toBe('Bob');
    expect(after(proposalEvent('assignment.rejected', 12, ticket, 'REJECTED'))).toBeUndefined();
    expect(after(ticketEvent('ticket.updated', 12, ticket, { storyPoints: 8 }))).toBeUndefined();
    expect(after(ticketEvent('ticket.updated', 12, ticket, { status: 'RESOLVED' }))).toBeUndefined();
    expect(after(ticketEvent('ticket.deleted', 12, ticket))).toBeUndefined();
  });

  it('takes in a ticket it had never heard of', () => {
    const foreign = aTicket('9', { status: 'IN_PROGRESS' });
    const state = apply(aBoard(), ticketEvent('ticket.updated', 11, foreign, { status: 'RESOLVED' }));

    expect(titlesIn(state, 'RESOLVED')).toEqual(['Ticket 9']);
  });

  it('drops a deleted ticket, also when a page that was read earlier still holds it, and shows it again when restored', () => {
    const gone = apply(aBoard([ticket]), ticketEvent('ticket.deleted', 11, ticket, { deletedAt: 'now' }));
    const afterPage = withTickets(gone, [ticket]);
    const restored = apply(afterPage, ticketEvent('ticket.restored', 12, ticket));

    expect(afterPage.tickets.size).toBe(0);
    expect(gone.counts.OPEN).toBe(0);
    expect(titlesIn(restored, 'OPEN')).toEqual(['Ticket 1']);
    expect(restored.counts.OPEN).toBe(1);
  });

  it('drops a ticket that moved to another project, and takes it in again when it comes back', () => {
    const left = { ...ticketEvent('ticket.deleted', 11, ticket), type: 'ticket.moved' } as ProjectEvent;
    const gone = apply(aBoard([ticket]), {
      ...left,
      payload: { ticket: { id: ticket.id, key: ticket.key }, status: ticket.status },
    } as ProjectEvent);
    const back = apply(withTickets(gone, [ticket]), ticketEvent('ticket.arrived', 12, ticket, { key: 'SUP-9' }));

    expect([gone.tickets.size, gone.counts.OPEN]).toEqual([0, 0]);
    expect(titlesIn(back, 'OPEN')).toEqual(['Ticket 1']);
    expect(back.counts.OPEN).toBe(1);
  });

  it('does not count a change of hands as a move', () => {
    const held = { assigneeId: 'amir', handover: { type: 'CLAIMED' } };
    const state = apply(aBoard([ticket]), ticketEvent('ticket.assigned', 11, ticket, held));

    expect(state.counts.OPEN).toBe(1);
    expect(state.tickets.get('1')?.assigneeId).toBe('amir');
  });

  it('passes over numbers that this person may not see', () => {
    expect(apply(aBoard(), ticketEvent('ticket.created', 15, ticket)).seq).toBe(15);
  });

  it('leaves the state it was given as it was', () => {
    const state = aBoard([ticket]);
    const copy = structuredClone(state);

    apply(state, ticketEvent('ticket.deleted', 11, ticket), memberEvent('member.added', 12, aMember('bea', 'Bea')));

    expect(state).toEqual(copy);
  });

  it('keeps members and project up to date', () => {
    const bea = aMember('bea', 'Bea');
    const added = apply(aBoard(), memberEvent('member.added', 11, bea), projectEvent(12, { name: 'Help desk' }));
    const changed = apply(added, memberEvent('member.updated', 13, { ...bea, role: 'LEAD' }));

    expect(added.project).toMatchObject({ name: 'Help desk', myRole: 'MEMBER' });
    expect(changed.members).toEqual([{ ...bea, role: 'LEAD' }]);
    expect(apply(changed, memberEvent('member.removed', 14, bea)).members).toEqual([]);
  });

  it('goes on past an event of a type it does not know', () => {
    const unknown = {
      ...ticketEvent('ticket.updated', 11, ticket),
      type: 'ticket.polished',
    } as unknown as ProjectEvent;

    expect(apply(aBoard([ticket]), unknown)).toMatchObject({ seq: 11, counts: { OPEN: 1 } });
  });
});

describe('the feed of a board', () => {
  const ticket = aTicket('1');

  it('holds the newest events first and lets go of the oldest', () => {
    const events = Array.from({ length: FEED_LENGTH + 5 }, (_, i) =>
      ticketEvent('ticket.updated', 11 + i, ticket, { title: `${i}` }),
    );
    const { feed } = apply(aBoard([ticket]), ...events);

    expect(feed).toHaveLength(FEED_LENGTH);
    expect(feed[0]?.seq).toBe(10 + events.length);
  });

  it('tells a first answer once: the comment, and not the note of its time', () => {
    const { feed } = apply(
      aBoard([ticket]),
      commentEvent('comment.created', 11, aComment('1')),
      ticketEvent('ticket.updated', 12, ticket, { firstResponseAt: 'now' }),
    );

    expect(feed.map((event) => event.type)).toEqual(['comment.created']);
  });
});

describe('the size of a column', () => {
  const ticket = aTicket('1');

  it('is what is shown when all of the column is here', () => {
    expect(columnCount({ ...aBoard([ticket]), counts: { ...aBoard().counts, OPEN: 7 } }, 'OPEN', 1)).toBe(1);
  });

  it('is what the server counted, moved by events, while pages are missing', () => {
    const state = { ...aBoard([ticket], { OPEN: 'next' }), counts: { ...aBoard().counts, OPEN: 250 } };
    const unloaded = ticketEvent('ticket.updated', 11, aTicket('8'), { status: 'CLOSED' });

    expect(columnCount(apply(state, unloaded), 'OPEN', 1)).toBe(249);
  });
});

import { describe, expect, it } from 'vitest';
import { sentenceOf, textOf } from '../../web/src/board/sentences.js';
import type { ProjectEvent } from '../../web/src/sdk.js';
import { formatDay } from '../../web/src/ui/dates.js';
import { aComment, aMember, aTicket, commentEvent, memberEvent, ticketEvent } from './boardFixtures.js';

const ticket = aTicket('1');
const tell = (event: ProjectEvent, viewerId = 'nobody') =>
  textOf(sentenceOf(event, { viewerId, keyOf: (id) => (id === '1' ? 'SUP-1' : undefined) }));
const changed = (patch: Parameters<typeof ticketEvent>[3]) => tell(ticketEvent('ticket.updated', 11, ticket, patch));
const handed = (type: string, from: string | null, to: string | null, event: 'assigned' | 'unassigned' = 'assigned') =>
  ticketEvent(`ticket.${event}`, 11, ticket, {
    handover: {
      assignmentId: 'a',
      previousAssignmentId: null,
      type,
      reason: null,
      assigneeId: to?.toLowerCase() ?? null,
      assigneeName: to,
      previousAssigneeId: from?.toLowerCase() ?? null,
      previousAssigneeName: from,
    },
  });

describe('telling who did what', () => {
  it('names the change that matters most', () => {
    expect(changed({ status: 'IN_PROGRESS', priority: 'URGENT' })).toBe('Amir moved SUP-1 from Open to In progress');
    expect(changed({ priority: 'URGENT' })).toBe('Amir raised SUP-1 to urgent priority');
    expect(changed({ priority: 'LOW' })).toBe('Amir lowered SUP-1 to low priority');
    expect(changed({ dueDate: '2026-12-01' })).toBe(`Amir set SUP-1 due on ${formatDay('2026-12-01')}`);
    expect(changed({ dueDate: null })).toBe('Amir cleared the due date of SUP-1');
    expect(changed({ waitingOn: 'CUSTOMER' })).toBe('Amir marked SUP-1 as waiting on customer');
    expect(changed({ title: 'New' })).toBe('Amir renamed SUP-1 to “New”');
    expect(changed({ storyPoints: 3 })).toBe('Amir edited SUP-1');
  });

  it('tells how a ticket changed hands', () => {
    expect(tell(handed('CLAIMED', null, 'Amir'))).toBe('Amir claimed SUP-1');
    expect(tell(handed('MANUAL', null, 'Bea'))).toBe('Amir gave SUP-1 to Bea');
    expect(tell(handed('MANUAL', null, 'Amir'))).toBe('Amir took SUP-1');
    expect(tell(handed('REASSIGNED', 'Bea', 'Cleo'))).toBe('Amir passed SUP-1 from Bea to Cleo');
    expect(tell(handed('REASSIGNED', 'Amir', 'Cleo'))).toBe('Amir passed SUP-1 to Cleo');
    expect(tell(handed('MANUAL', 'Bea', null, 'unassigned'))).toBe('Amir took SUP-1 from Bea');
    expect(tell(handed('MANUAL', 'Amir', null, 'unassigned'))).toBe('Amir let go of SUP-1');
  });

  it('speaks to the person who reads it', () => {
    expect(tell(handed('CLAIMED', null, 'Amir'), 'amir')).toBe('You claimed SUP-1');
    expect(tell(handed('MANUAL', null, 'Bea'), 'bea')).toBe('Amir gave SUP-1 to you');
  });

  it('quotes comments, long ones not in full, and does not invent the key of a ticket it does not know', () => {
    const long = aComment('1', { content: 'word '.repeat(50), visibility: 'INTERNAL' });

    expect(tell(commentEvent('comment.created', 11, aComment('1')))).toBe(
      'Carl commented on SUP-1: “It still happens.”',
    );
    expect(tell(commentEvent('comment.created', 11, long))).toMatch(
      /^Carl left an internal note on SUP-1: “word .{80,90}…”$/,
    );
    expect(tell(commentEvent('comment.deleted', 11, aComment('2')))).toBe('Carl deleted a comment on a ticket');
  });

  it('tells where a ticket came from and went, as far as the project may know', () => {
    const moved = { type: 'ticket.moved', payload: { ticket: { id: '1', key: 'SUP-1' }, status: 'OPEN' } };

    expect(tell(ticketEvent('ticket.arrived', 11, ticket))).toBe(
      `Amir brought SUP-1 “${ticket.title}” here from another project`,
    );
    expect(tell({ ...ticketEvent('ticket.deleted', 11, ticket), ...moved } as ProjectEvent)).toBe(
      'Amir moved SUP-1 to another project',
    );
  });

  it('tells what became of a proposal', () => {
    const proposal = { ticketId: '1', ticketKey: 'SUP-1', assigneeId: 'bea', assigneeName: 'Bea' };
    const told = (verb: string, viewer?: string) => {
      const event = { ...ticketEvent('ticket.updated', 11, ticket), type: `assignment.${verb}`, payload: { proposal } };
      return tell(event as unknown as ProjectEvent, viewer);
    };

    expect(told('proposed')).toBe('Amir proposed to give SUP-1 to Bea');
    expect(told('approved', 'bea')).toBe('Amir approved giving SUP-1 to you');
    expect(told('rejected')).toBe('Amir rejected giving SUP-1 to Bea');
    expect(told('withdrawn')).toBe('Amir took back a proposal to give SUP-1 to Bea');
  });

  it('tells of people and of what nobody in person did', () => {
    expect(tell(memberEvent('member.added', 11, aMember('bea', 'Bea')))).toBe('Lena added Bea to the project');
    expect(tell({ ...ticketEvent('ticket.deleted', 11, ticket), actor: null })).toBe('Baton deleted SUP-1');
    expect(
      tell({ ...ticketEvent('ticket.deleted', 11, ticket), type: 'ticket.polished' } as unknown as ProjectEvent),
    ).toBe('Amir did something new');
  });
});

import { describe, expect, it } from 'vitest';
import type { Audience, ProjectEvent } from '../../contract/event.js';
import type { ProjectRole } from '../../contract/project.js';
import type { UserRole } from '../../contract/user.js';
import type { AccessFacts } from '../../server/features/auth/accessFacts.js';
import { maySeeTicket, viewOfFeedEvent, viewOfProjectEvent } from '../../server/realtime/audience.js';
import type { FeedEntry, ProjectEntry } from '../../server/realtime/eventLog.js';

const PROJECT = 'project-1';
const facts = (role: UserRole, projectRole: ProjectRole | null, userId = 'me'): AccessFacts => ({
  userId,
  role,
  active: true,
  projects: new Map(projectRole ? [[PROJECT, projectRole]] : []),
  channels: new Map(),
  liveSessions: new Set(),
});

const ticket = {
  title: 'Printer on fire',
  storyPoints: 5,
  requiredSkillId: 'skill',
  estimatedHours: 2,
  aiAssisted: true,
  customFields: { margin: 0.4 },
  tags: ['vip'],
  mergedIntoId: 'another',
  deleteReason: 'a secret',
};
const changes = {
  title: { before: 'a', after: 'b' },
  storyPoints: { before: 3, after: 5 },
  customFields: { before: {}, after: { margin: 0.4 } },
};
const previous = { version: 1, lastSeq: 4, updatedAt: '2026-11-22T09:00:00.000Z', assignees: [] };
const entry = (audience: Audience, overrides: Partial<ProjectEvent> = {}, reporterId: string | null = 'me') => {
  const base = { kind: 'event', seq: 1, id: 'e', projectId: PROJECT, ticketId: 't', actor: null, at: '' };
  const event = {
    ...base,
    type: 'ticket.updated',
    payload: { ticket, changes, previous },
    ...overrides,
  } as ProjectEvent;
  return { seq: 1, bytes: 1, event, audience, reporterId, membersOf: null } as ProjectEntry;
};

describe('who is told of a project event', () => {
  it('staff alone of a proposal, whatever audience it was written with', () => {
    const type = 'assignment.proposed' as const;
    const told = { type, payload: { proposal: { ticketKey: 'SUP-1' } } } as unknown as Partial<ProjectEvent>;
    const seenBy = (viewer: AccessFacts) =>
      (['TEAM', 'REPORTER', 'PROJECT'] as const).filter((each) => viewOfProjectEvent(entry(each, told), viewer));

    expect(seenBy(facts('AGENT', 'MEMBER'))).toHaveLength(3);
    expect(seenBy(facts('CUSTOMER', 'CUSTOMER'))).toEqual([]);
  });

  it.each<[string, AccessFacts, Audience[]]>([
    ['an administrator', facts('ADMIN', null), ['TEAM', 'REPORTER', 'PROJECT']],
    ['a lead', facts('AGENT', 'LEAD'), ['TEAM', 'REPORTER', 'PROJECT']],
    ['a member', facts('AGENT', 'MEMBER'), ['TEAM', 'REPORTER', 'PROJECT']],
    ['the customer who reported the ticket', facts('CUSTOMER', 'CUSTOMER'), ['REPORTER', 'PROJECT']],
    ['another customer', facts('CUSTOMER', 'CUSTOMER', 'somebody'), ['PROJECT']],
    ['an agent of other projects', facts('AGENT', null), []],
    ['a customer of other projects', facts('CUSTOMER', null), []],
  ])('%s', (_, viewer, expected) => {
    const seen = (['TEAM', 'REPORTER', 'PROJECT'] as const).filter((each) => viewOfProjectEvent(entry(each), viewer));

    expect(seen).toEqual(expected);
  });

  it('leaves out a customer when the event names no reporter', () => {
    expect(viewOfProjectEvent(entry('REPORTER', {}, null), facts('CUSTOMER', 'CUSTOMER'))).toBeNull();
  });

  it('leaves out everybody when what it tells of has left the project', () => {
    const gone = { ...entry('PROJECT'), isWithdrawn: true };

    const views = [facts('ADMIN', null), facts('AGENT', 'LEAD'), facts('CUSTOMER', 'CUSTOMER')].map((viewer) =>
      viewOfProjectEvent(gone, viewer),
    );

    expect(views).toEqual([null, null, null]);
  });

  it('never tells a customer of an internal comment, whatever audience it was written with', () => {
    const comment = { type: 'comment.created', payload: { comment: { visibility: 'INTERNAL' } } } as never;

    const views = (['REPORTER', 'PROJECT'] as const).map((audience) =>
      viewOfProjectEvent(entry(audience, comment), facts('CUSTOMER', 'CUSTOMER')),
    );

    expect(views).toEqual([null, null]);
  });
});

describe('what a customer is told', () => {
  const customer = facts('CUSTOMER', 'CUSTOMER');

  it('is the ticket without what stays among staff, in the row and in its changes', () => {
    const view = viewOfProjectEvent(entry('REPORTER'), customer);

    expect(view?.payload).toEqual({
      ticket: {
        title: 'Printer on fire',
        storyPoints: null,
        requiredSkillId: null,
        estimatedHours: null,
        aiAssisted: false,
        customFields: {},
        tags: [],
        mergedIntoId: null,
        sla: null,
        deleteReason: null,
      },
      changes: { title: { before: 'a', after: 'b' } },
    });
  });

  it.each(['slaWarned', 'slaBreached'])('%s is a new version, and no word of what was promised', (verb) => {
    const told = { type: `ticket.${verb}`, payload: { ticket, changes, clock: 'RESOLVE' } } as never;

    const view = viewOfProjectEvent(entry('REPORTER', told), customer);

    expect(view).toMatchObject({ type: 'ticket.updated', payload: { ticket: { sla: null } } });
    expect(JSON.stringify(view)).not.toMatch(/RESOLVE|slaWarned|slaBreached/);
  });

  it.each(['linked', 'unlinked', 'merged', 'unmerged'])(
    '%s is a new version, and no word of the other ticket',
    (verb) => {
      const link = { type: 'BLOCKS', ticketId: 'another', key: 'SUP-99' };
      const told = { type: `ticket.${verb}`, payload: { ticket, changes, link, reason: 'SUP-99 says so' } } as never;

      const view = viewOfProjectEvent(entry('REPORTER', told), customer);

      expect(view).toMatchObject({
        type: 'ticket.updated',
        payload: { changes: { title: { before: 'a', after: 'b' } } },
      });
      expect(JSON.stringify(view)).not.toMatch(/SUP-99|another/);
    },
  );

  it('is a change of hands without the reason', () => {
    const handover = { assigneeName: 'Ann', reason: 'he is overloaded' };
    const assigned = { type: 'ticket.assigned', payload: { ticket, changes, handover } } as never;

    const view = viewOfProjectEvent(entry('REPORTER', assigned), customer);

    expect(view?.payload).toMatchObject({ handover: { assigneeName: 'Ann', reason: null } });
    expect(JSON.stringify(view)).not.toContain('overloaded');
  });

  it('is made once for all customers, and staff get the event itself', () => {
    const shared = entry('PROJECT');

    const [one, two] = ['one', 'two'].map((id) => viewOfProjectEvent(shared, facts('CUSTOMER', 'CUSTOMER', id)));

    expect(one).toBe(two);
    expect(viewOfProjectEvent(shared, facts('AGENT', 'MEMBER'))).toBe(shared.event);
  });

  it('is the deletion of a comment that was made internal, without its words', () => {
    const hidden = {
      type: 'comment.updated',
      at: 'now',
      payload: {
        comment: { id: 'c', ticketId: 't', visibility: 'INTERNAL', content: 'CANARY', version: 2 },
        changes: {
          visibility: { before: 'PUBLIC', after: 'INTERNAL' },
          content: { before: 'CANARY', after: 'CANARY' },
        },
      },
    } as never;

    const view = viewOfProjectEvent(entry('REPORTER', hidden), customer);

    expect(view).toMatchObject({
      type: 'comment.deleted',
      payload: { comment: { id: 'c', content: '', version: 2, deletedAt: 'now' } },
    });
    expect(JSON.stringify(view)).not.toContain('CANARY');
    expect(viewOfProjectEvent(entry('REPORTER', hidden), facts('CUSTOMER', 'CUSTOMER', 'somebody'))).toBeNull();
  });

  it('does not hold the words that a comment had while it was internal', () => {
    const opened = {
      type: 'comment.updated',
      payload: {
        comment: { visibility: 'PUBLIC', content: 'ok' },
        changes: { visibility: { before: 'INTERNAL', after: 'PUBLIC' }, content: { before: 'idiots', after: 'ok' } },
      },
    } as never;

    const view = viewOfProjectEvent(entry('REPORTER', opened), customer);

    expect(JSON.stringify(view)).not.toContain('idiots');
  });
});

describe('a ticket of its own', () => {
  it.each([
    ['staff of the project', facts('AGENT', 'MEMBER'), true],
    ['the customer who reported it', facts('CUSTOMER', 'CUSTOMER', 'kim'), true],
    ['another customer', facts('CUSTOMER', 'CUSTOMER', 'ole'), false],
    ['the reporter after leaving the project', facts('CUSTOMER', null, 'kim'), false],
  ])('may be followed by %s: %#', (_, viewer, expected) => {
    expect(maySeeTicket(viewer, { projectId: PROJECT, reporterId: 'kim' })).toBe(expected);
  });
});

describe("a person's own feed", () => {
  const feed = (event: object) => ({ seq: 1, bytes: 1, event }) as unknown as FeedEntry;

  it('names tickets only while their project may be entered', () => {
    const assigned = feed({ type: 'ticket.assigned', ticketId: 't', projectId: PROJECT });

    expect(viewOfFeedEvent(assigned, facts('AGENT', 'MEMBER'))).toBe(assigned.event);
    expect(viewOfFeedEvent(assigned, facts('AGENT', null))).toBeNull();
  });

  it('tells a customer of no notification that is among staff', () => {
    const told = (isAmongStaff: boolean) =>
      feed({ type: 'notification.added', ticketId: 't', projectId: PROJECT, payload: { isAmongStaff } });
    const seen = (isAmongStaff: boolean, role: 'MEMBER' | 'CUSTOMER' | null) =>
      viewOfFeedEvent(told(isAmongStaff), facts(role === 'CUSTOMER' ? 'CUSTOMER' : 'AGENT', role)) !== null;

    expect([seen(true, 'MEMBER'), seen(true, 'CUSTOMER'), seen(true, null)]).toEqual([true, false, false]);
    expect([seen(false, 'MEMBER'), seen(false, 'CUSTOMER'), seen(false, null)]).toEqual([true, true, false]);
  });

  it('tells of what was said in a channel only while that is seen, and of what was said directly', () => {
    const told = (projectId: string | null, isPrivate: boolean) =>
      feed({
        type: 'notification.added',
        ticketId: null,
        projectId,
        payload: { isAmongStaff: projectId !== null, conversation: { id: 'c', name: 'C', isPrivate } },
      });
    const member = { ...facts('AGENT', 'MEMBER'), channels: new Map([[PROJECT, ['c']]]) };
    const seen = (isPrivate: boolean, viewer: AccessFacts) =>
      viewOfFeedEvent(told(PROJECT, isPrivate), viewer) !== null;

    const viewers = [
      facts('AGENT', 'MEMBER'),
      facts('CUSTOMER', 'CUSTOMER'),
      facts('AGENT', null),
      facts('ADMIN', null),
    ];
    expect(viewers.map((viewer) => seen(false, viewer))).toEqual([true, false, false, true]);
    expect(viewers.map((viewer) => seen(true, viewer))).toEqual([false, false, false, false]);
    expect(seen(true, member)).toBe(true);
    expect(viewOfFeedEvent(told(null, false), facts('CUSTOMER', null))).not.toBeNull();
  });

  it('tells of a webhook only who leads its project', () => {
    const payload = { isAmongStaff: true, webhook: { id: 'w', host: 'hooks.example.com' } };
    const told = feed({ type: 'notification.added', ticketId: null, projectId: PROJECT, payload });
    const viewers = [
      facts('AGENT', 'LEAD'),
      facts('ADMIN', null),
      facts('AGENT', 'MEMBER'),
      facts('CUSTOMER', 'CUSTOMER'),
      facts('AGENT', null),
    ];

    expect(viewers.map((viewer) => viewOfFeedEvent(told, viewer) !== null)).toEqual([true, true, false, false, false]);
  });

  it('tells that a project was left', () => {
    const removed = feed({ type: 'member.removed', ticketId: null, projectId: PROJECT });

    expect(viewOfFeedEvent(removed, facts('AGENT', null))).toBe(removed.event);
  });
});

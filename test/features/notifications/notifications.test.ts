import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateCommentInput, UpdateCommentInput } from '../../../contract/comment.js';
import type { FeedEventPayloads } from '../../../contract/event.js';
import { ListNotificationsInput, notificationKinds, type Notification } from '../../../contract/notification.js';
import { assignTicket } from '../../../server/features/assignments/commands/assignTicket.js';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { deleteComment } from '../../../server/features/comments/commands/deleteComment.js';
import { updateComment } from '../../../server/features/comments/commands/updateComment.js';
import { markRead } from '../../../server/features/notifications/commands/markRead.js';
import { updatePreference } from '../../../server/features/notifications/commands/updatePreference.js';
import { listNotifications, preferencesOf } from '../../../server/features/notifications/notifications.queries.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { anAgent, join } from '../../support/people.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, parsed, type TicketWorld } from '../../support/ticketWorld.js';
import { findViolations } from '../../support/invariants.js';
import type { Person } from '../../support/world.js';

const named = ({ name, userId }: Person) => `@[${name}](${userId})`;

describeEachDialect('notifications', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());

  const list = (person: Person, input: object = {}) =>
    listNotifications(world.db, person, ListNotificationsInput.parse(input));
  /** What this person is told of a ticket, oldest first. */
  const told = async (person: Person, ticketId: string): Promise<Notification[]> =>
    (await list(person)).items.filter(({ ticket }) => ticket?.id === ticketId).toReversed();
  const kinds = async (person: Person, ticketId: string) => (await told(person, ticketId)).map(({ kind }) => kind);
  const events = async (person: Person, ticketId: string) =>
    (await feedOf(world, person.userId))
      .filter(({ type }) => type === 'notification.added')
      .map(({ payload }) => payload as FeedEventPayloads['notification.added'])
      .filter(({ ticket }) => ticket?.id === ticketId);
  const say = (actor: Actor, ticketId: string, content: string, more: object = {}) =>
    createComment(world.deps, actor, parsed(CreateCommentInput, { ticketId, content, ...more }));
  const edit = (actor: Actor, commentId: string, patch: object) =>
    updateComment(world.deps, actor, parsed(UpdateCommentInput, { commentId, patch }));
  const held = async (by: Person) => {
    const ticket = await aTicket(world, { reporterId: world.customer.userId });
    await assignTicket(world.deps, world.lead, { ticketId: ticket.id, assigneeId: by.userId });
    return ticket;
  };

  it('tell who is given a ticket by somebody else, in the list and in their own stream', async () => {
    const ticket = await held(world.bob);
    const claimed = await aTicket(world);
    await claimTicket(world.deps, world.bob, { ticketId: claimed.id });

    const [notification, ...more] = await told(world.bob, ticket.id);
    expect(more).toEqual([]);
    expect(notification).toMatchObject({
      kind: 'ASSIGNED',
      readAt: null,
      userId: world.bob.userId,
      projectId: world.project.id,
      ticketId: ticket.id,
      ticket: { id: ticket.id, key: ticket.key, title: ticket.title },
      actor: { id: world.lead.userId, name: world.lead.name },
      seq: expect.any(Number),
      commentId: null,
      excerpt: null,
    });
    expect(await events(world.bob, ticket.id)).toMatchObject([
      { notificationId: notification?.id, kind: 'ASSIGNED', ticket: { key: ticket.key } },
    ]);
    expect(await told(world.bob, claimed.id)).toEqual([]);
  });

  it('tell of a reply those who hold the ticket, reported it, or are answered; not who wrote it', async () => {
    const ticket = await held(world.bob);
    const first = await say(world.cyd, ticket.id, 'Have you tried it?');
    await say(world.bob, ticket.id, 'Yes', { parentId: first.id });

    expect(await kinds(world.bob, ticket.id)).toEqual(['ASSIGNED', 'REPLY']);
    expect(await kinds(world.customer, ticket.id)).toEqual(['REPLY', 'REPLY']);
    expect(await told(world.cyd, ticket.id)).toMatchObject([
      { kind: 'REPLY', excerpt: 'Yes', actor: { name: world.bob.name } },
    ]);
    expect(await kinds(world.ann, ticket.id)).toEqual([]);
  });

  it('tell of an internal comment nobody but the team', async () => {
    const ticket = await held(world.bob);
    const words = `${named(world.customer)} ${named(world.otherCustomer)} ${named(world.ann)} pays late`;
    await say(world.cyd, ticket.id, words, { visibility: 'INTERNAL' });

    expect(await kinds(world.bob, ticket.id)).toEqual(['ASSIGNED', 'REPLY']);
    expect(await kinds(world.ann, ticket.id)).toEqual(['MENTION']);
    for (const customer of [world.customer, world.otherCustomer]) {
      expect(await told(customer, ticket.id)).toEqual([]);
      expect(await events(customer, ticket.id)).toEqual([]);
    }
  });

  it('tell who is named in a comment once, by the id and by nothing else', async () => {
    const ticket = await held(world.bob);
    const id = world.ann.userId;
    await say(world.cyd, ticket.id, `@Ann @ann @[Ann Agent] (${id}) [Ann](${id}) @[Ann\n](${id}) @[Ann](not-an-id)`);
    expect(await kinds(world.ann, ticket.id)).toEqual([]);

    await say(
      world.cyd,
      ticket.id,
      `@[Whoever](${id.toUpperCase()}) and ${named(world.ann)} and ${named(world.bob)} ${named(world.cyd)}`,
    );

    expect(await kinds(world.ann, ticket.id)).toEqual(['MENTION']);
    expect(await kinds(world.bob, ticket.id)).toEqual(['ASSIGNED', 'REPLY', 'MENTION']);
    expect(await kinds(world.cyd, ticket.id)).toEqual([]);
  });

  it('tell of an edit those who are named in it and were not, or may only now see it', async () => {
    const ticket = await held(world.bob);
    const { id } = await say(world.cyd, ticket.id, `${named(world.ann)} ${named(world.customer)}`, {
      visibility: 'INTERNAL',
    });
    await edit(world.cyd, id, { content: `${named(world.ann)} ${named(world.customer)} ${named(world.lead)}` });
    expect([await kinds(world.ann, ticket.id), await kinds(world.lead, ticket.id)]).toEqual([['MENTION'], ['MENTION']]);
    expect(await kinds(world.customer, ticket.id)).toEqual([]);

    await edit(world.cyd, id, { visibility: 'PUBLIC' });

    expect(await kinds(world.customer, ticket.id)).toEqual(['MENTION']);
    expect([await kinds(world.ann, ticket.id), await kinds(world.lead, ticket.id)]).toEqual([['MENTION'], ['MENTION']]);
  });

  it('show nothing of what may not be seen any more: a comment that is gone, a project that was left, a role that was lost', async () => {
    const dan = await anAgent(world, 'Dan Agent');
    await join(world, world.project, dan, 'MEMBER');
    const ticket = await held(world.bob);
    const said = await say(world.cyd, ticket.id, 'public words');
    const hidden = await say(world.cyd, ticket.id, `for ${named(dan)}`, { visibility: 'INTERNAL' });
    const member = { projectId: world.project.id, userId: dan.userId };
    const unread = async (person: Person) => (await list(person, { unreadOnly: true })).unreadCount;
    const before = await unread(world.customer);

    await edit(world.cyd, said.id, { visibility: 'INTERNAL' });
    expect(await kinds(world.customer, ticket.id)).toEqual([]);
    expect(await unread(world.customer)).toBe(before - 1);
    await deleteComment(world.deps, world.cyd, { commentId: said.id });
    expect(await kinds(world.bob, ticket.id)).toEqual(['ASSIGNED', 'REPLY']);
    expect((await told(dan, ticket.id)).map(({ commentId }) => commentId)).toEqual([hidden.id]);
    await setMemberRole(world.deps, world.admin, { ...member, role: 'CUSTOMER' });
    expect(await told(dan, ticket.id)).toEqual([]);
    await removeMember(world.deps, world.admin, member);
    expect(await list(dan)).toMatchObject({ items: [], unreadCount: 0 });
  });

  it('are read by id, or all up to one, by nobody but whose they are; other windows are told', async () => {
    for (let nth = 0; nth < 4; nth++) await held(world.cyd);
    const [newest, second, ...older] = (await list(world.cyd)).items;
    const foreign = (await list(world.bob)).items[0]!;

    expect(await markRead(world.deps, world.cyd, { ids: [second!.id, foreign.id] })).toMatchObject({ read: 1 });
    expect(await markRead(world.deps, world.cyd, { ids: [second!.id] })).toMatchObject({ read: 0 });
    expect((await feedOf(world, world.cyd.userId)).at(-1)).toMatchObject({
      type: 'notification.read',
      payload: { ids: [second!.id], until: null },
    });
    const { unreadCount } = await markRead(world.deps, world.cyd, { until: older[0]!.id });
    const unread = await list(world.cyd, { unreadOnly: true });

    expect(unread.items.map(({ id }) => id)).toEqual([newest!.id]);
    expect([unreadCount, unread.unreadCount]).toEqual([1, 1]);
    expect((await list(world.bob)).items.find(({ id }) => id === foreign.id)?.readAt).toBeNull();
    expect((await feedOf(world, world.cyd.userId)).at(-1)).toMatchObject({
      type: 'notification.read',
      payload: { ids: null, until: older[0]!.id },
    });
  });

  it('come page by page, newest first', async () => {
    const all = (await list(world.cyd, { limit: 200 })).items;
    const walked: Notification[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(world.cyd, { limit: 2, ...(cursor === '' ? {} : { cursor }) });
      walked.push(...page.items);
      cursor = page.nextCursor;
    }

    expect(walked).toEqual(all);
    expect(all.length).toBeGreaterThan(4);
    await expect(list(world.cyd, { cursor: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('come of each kind as the person wants', async () => {
    expect(await preferencesOf(world.db.all, world.bob.userId)).toEqual(
      notificationKinds.map((kind) => ({ kind, inApp: true, email: true })),
    );
    await updatePreference(world.deps, world.bob, { kind: 'ASSIGNED', patch: { inApp: false } });
    const quiet = await held(world.bob);
    await say(world.cyd, quiet.id, 'words');
    await updatePreference(world.deps, world.bob, { kind: 'ASSIGNED', patch: { inApp: true } });
    const loud = await held(world.bob);

    expect(await kinds(world.bob, quiet.id)).toEqual(['REPLY']);
    expect((await events(world.bob, quiet.id)).map(({ kind }) => kind)).toEqual(['REPLY']);
    expect(await kinds(world.bob, loud.id)).toEqual(['ASSIGNED']);
  });

  it('leave the database without a contradiction', async () => {
    expect(await findViolations(world.db)).toEqual([]);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FeedEventPayloads } from '../../../contract/event.js';
import { ListNotificationsInput, type Notification } from '../../../contract/notification.js';
import { addConversationMember } from '../../../server/features/conversations/commands/addConversationMember.js';
import { removeConversationMember } from '../../../server/features/conversations/commands/removeConversationMember.js';
import { deleteMessage } from '../../../server/features/messages/commands/deleteMessage.js';
import { editMessage } from '../../../server/features/messages/commands/editMessage.js';
import { updatePreference } from '../../../server/features/notifications/commands/updatePreference.js';
import { listNotifications } from '../../../server/features/notifications/notifications.queries.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { findViolations } from '../../support/invariants.js';
import { anAgent, join } from '../../support/people.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aChannel, aPrivateChannel, directly, say } from '../../support/talk.js';
import { aTicket, aTicketWorld, type TicketWorld } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';

const named = (...people: readonly Person[]) => people.map(({ name, userId }) => `@[${name}](${userId})`).join(' ');

describeEachDialect('news of messages', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  interface It {
    readonly id: string;
  }
  /** What this person is told of a conversation, oldest first. */
  const told = async (person: Person, { id }: It): Promise<Notification[]> =>
    (await listNotifications(world.db, person, ListNotificationsInput.parse({ limit: 200 }))).items
      .filter(({ conversation }) => conversation?.id === id)
      .toReversed();
  const kinds = async (person: Person, conversation: It) => (await told(person, conversation)).map(({ kind }) => kind);
  const events = async (person: Person, conversation: It) =>
    (await feedOf(world, person.userId))
      .filter(({ type }) => type === 'notification.added')
      .map(({ payload }) => payload as FeedEventPayloads['notification.added'])
      .filter((payload) => payload.conversation?.id === conversation.id);
  const all = () => {
    const { admin, lead, ann, bob, cyd, customer, otherCustomer } = world;
    return [admin, lead, ann, bob, cyd, customer, otherCustomer];
  };
  const toldOnes = async (conversation: It) => {
    const names: string[] = [];
    for (const person of all()) {
      const list = await kinds(person, conversation);
      expect((await events(person, conversation)).map(({ kind }) => kind)).toEqual(list);
      if (list.length > 0) names.push(person.name);
    }
    return names;
  };

  it('tell who is named at a ticket, as far as they see it', async () => {
    const ticket = await aTicket(world, {}, world.customer);
    const conversation = { id: ticket.conversationId };
    const { id, seq } = await say(world, world.ann, conversation, `${named(...all())} look`);

    expect(await toldOnes(conversation)).toEqual(
      [world.admin, world.lead, world.bob, world.cyd, world.customer].map(({ name }) => name),
    );
    expect(await told(world.customer, conversation)).toMatchObject([
      {
        kind: 'MENTION',
        projectId: world.project.id,
        ticket: { id: ticket.id, key: ticket.key },
        conversation: { id: conversation.id, kind: 'TICKET', name: null },
        messageId: id,
        commentId: null,
        actor: { name: 'Ann Agent' },
        seq,
      },
    ]);
  });

  it('tell who is named in a channel, of a private one only its members', async () => {
    const open = await aChannel(world, { name: 'Open' });
    const hidden = await aPrivateChannel(world, [world.bob], { name: 'Hidden' });
    for (const channel of [open, hidden]) await say(world, world.ann, channel, named(...all()));

    expect(await toldOnes(open)).toEqual([world.admin, world.lead, world.bob, world.cyd].map(({ name }) => name));
    expect(await toldOnes(hidden)).toEqual([world.bob.name]);
    expect(await told(world.bob, hidden)).toMatchObject([
      { kind: 'MENTION', ticket: null, conversation: { kind: 'CHANNEL', name: 'Hidden' }, projectId: world.project.id },
    ]);
    expect(await events(world.bob, hidden)).toMatchObject([
      { ticket: null, conversation: { name: 'Hidden', isPrivate: true }, isAmongStaff: true },
    ]);
  });

  it('tell who begins a thread of answers, and nobody of their own', async () => {
    const channel = await aChannel(world);
    const root = await say(world, world.bob, channel, 'What now?');
    await say(world, world.ann, channel, 'This', { parentId: root.id });
    await say(world, world.bob, channel, 'That', { parentId: root.id });
    await say(world, world.cyd, channel, `${named(world.bob, world.bob)} what?`, { parentId: root.id });

    expect(await told(world.bob, channel)).toMatchObject([
      { kind: 'REPLY', excerpt: 'This' },
      { kind: 'MENTION', actor: { name: 'Cyd Agent' } },
    ]);
    expect(await toldOnes(channel)).toEqual([world.bob.name]);
  });

  it('tell those who talk directly of each message, and nobody else', async () => {
    const direct = await directly(world, world.ann, world.bob, world.customer);
    const root = await say(world, world.ann, direct, `Hello ${named(world.bob, world.cyd)}`);
    await say(world, world.customer, direct, 'Hello', { parentId: root.id });

    expect(await kinds(world.ann, direct)).toEqual(['REPLY']);
    expect(await kinds(world.bob, direct)).toEqual(['MENTION', 'MESSAGE']);
    expect(await told(world.customer, direct)).toMatchObject([
      { kind: 'MESSAGE', projectId: null, ticket: null, seq: null, conversation: { kind: 'DIRECT', name: null } },
    ]);
    expect(await toldOnes(direct)).toEqual([world.ann.name, world.bob.name, world.customer.name]);
    expect(await events(world.bob, direct)).toMatchObject([{ isAmongStaff: false }, { isAmongStaff: false }]);
  });

  it('tell of an edit those who are named in it and were not', async () => {
    const channel = await aChannel(world);
    const { id: messageId } = await say(world, world.ann, channel, named(world.bob));

    await editMessage(world.deps, world.ann, { messageId, content: named(world.bob, world.cyd, world.customer) });
    expect(await toldOnes(channel)).toEqual([world.bob.name, world.cyd.name]);
    expect(await kinds(world.bob, channel)).toEqual(['MENTION']);
  });

  it('show nothing of what may not be seen any more', async () => {
    const dan = await anAgent(world, 'Dan Agent');
    const member = { projectId: world.project.id, userId: dan.userId };
    await join(world, world.project, dan, 'MEMBER');
    const open = await aChannel(world);
    const hidden = await aPrivateChannel(world, [dan]);
    const ticket = await aTicket(world);
    const atTicket = { id: ticket.conversationId };
    const deleted = await say(world, world.ann, open, named(dan));
    for (const place of [open, hidden, atTicket]) await say(world, world.ann, place, named(dan));
    const counts = async () => [
      (await told(dan, open)).length,
      (await told(dan, hidden)).length,
      (await told(dan, atTicket)).length,
    ];
    expect(await counts()).toEqual([2, 1, 1]);

    await deleteMessage(world.deps, world.ann, { messageId: deleted.id });
    expect(await counts()).toEqual([1, 1, 1]);
    const membership = { conversationId: hidden.id, userId: dan.userId };
    await removeConversationMember(world.deps, world.ann, membership);
    expect(await counts()).toEqual([1, 0, 1]);
    await addConversationMember(world.deps, world.ann, membership);
    expect(await counts()).toEqual([1, 1, 1]);
    await setMemberRole(world.deps, world.admin, { ...member, role: 'CUSTOMER' });
    expect(await counts()).toEqual([0, 0, 0]);
    await setMemberRole(world.deps, world.admin, { ...member, role: 'MEMBER' });
    expect(await counts()).toEqual([1, 0, 1]);
    await moveTicket(world.deps, world.admin, { ticketId: ticket.id, projectId: world.foreign.id });
    expect(await counts()).toEqual([1, 0, 0]);
    await removeMember(world.deps, world.admin, member);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('are for those who are there, and as they want them', async () => {
    const dan = await anAgent(world, 'Dan Agent');
    await join(world, world.project, dan, 'MEMBER');
    const direct = await directly(world, world.ann, dan);
    await updatePreference(world.deps, dan, { kind: 'MESSAGE', patch: { inApp: false } });
    await say(world, world.ann, direct, 'Quiet');
    await say(world, world.ann, direct, `Loud ${named(dan)}`);
    expect(await kinds(dan, direct)).toEqual(['MENTION']);
    expect(await events(dan, direct)).toHaveLength(1);

    await deactivateUser(world.deps, world.admin, { userId: dan.userId });
    await say(world, world.ann, direct, named(dan));
    expect(await events(dan, direct)).toHaveLength(1);
  });
});

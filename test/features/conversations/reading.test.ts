import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListConversationsInput } from '../../../contract/conversation.js';
import { limits } from '../../../contract/limits.js';
import { archiveConversation } from '../../../server/features/conversations/commands/archiveConversation.js';
import { markConversationRead } from '../../../server/features/conversations/commands/markConversationRead.js';
import { listConversations } from '../../../server/features/conversations/conversations.queries.js';
import { getConversation } from '../../../server/features/conversations/oneConversation.queries.js';
import { deleteMessage } from '../../../server/features/messages/commands/deleteMessage.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aChannel, aPrivateChannel, directly, say } from '../../support/talk.js';
import { aTicket, aTicketWorld, parsed, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('how far one has read', (dialect) => {
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
  const get = (actor: Actor, { id }: It) => getConversation(world.db, actor, { conversationId: id });
  const unread = async (actor: Actor, conversation: It) => (await get(actor, conversation)).unreadCount;
  const read = (actor: Actor, conversation: It, until: It) =>
    markConversationRead(world.deps, actor, { conversationId: conversation.id, until: until.id });
  const told = async (actor: Actor) =>
    (await feedOf(world, actor.userId))
      .filter(({ type }) => type === 'conversation.read')
      .map(({ payload }) => payload);

  it('is what others wrote since, each for themselves', async () => {
    const channel = await aChannel(world);
    expect(await get(world.bob, channel)).toMatchObject({
      lastMessageAt: null,
      lastReadMessageId: null,
      unreadCount: 0,
    });
    const first = await say(world, world.ann, channel);
    await say(world, world.bob, channel);
    const last = await say(world, world.ann, channel);

    expect([await unread(world.bob, channel), await unread(world.ann, channel)]).toEqual([2, 1]);
    const mark = await read(world.bob, channel, first);
    expect(mark).toEqual({
      conversationId: channel.id,
      lastReadMessageId: first.id,
      lastMessageAt: last.createdAt,
      unreadCount: 1,
    });
    await deleteMessage(world.deps, world.ann, { messageId: last.id });
    expect([await unread(world.bob, channel), await unread(world.cyd, channel)]).toEqual([0, 2]);
  });

  it('goes forward only, and tells one’s own windows when it does', async () => {
    const channel = await aChannel(world);
    const first = await say(world, world.ann, channel);
    const last = await say(world, world.ann, channel);
    const before = await told(world.bob);

    await read(world.bob, channel, last);
    expect(await read(world.bob, channel, last)).toMatchObject({ unreadCount: 0 });
    expect(await read(world.bob, channel, first)).toMatchObject({ lastReadMessageId: last.id, unreadCount: 0 });
    expect(await told(world.bob)).toEqual([...before, { conversationId: channel.id, until: last.id }]);
    expect(await told(world.cyd)).toEqual([]);
  });

  it('stands in the list of conversations, direct ones too', async () => {
    const direct = await directly(world, world.ann, world.customer);
    const said = await say(world, world.ann, direct);
    const list = async (actor: Actor) =>
      (await listConversations(world.db, actor, parsed(ListConversationsInput, { limit: 200 }))).items.find(
        ({ id }) => id === direct.id,
      );

    expect(await list(world.customer)).toMatchObject({ unreadCount: 1, lastMessageAt: said.createdAt });
    expect(await list(world.ann)).toMatchObject({ unreadCount: 0, lastReadMessageId: null });
    await read(world.customer, direct, said);
    expect(await list(world.customer)).toMatchObject({ unreadCount: 0, lastReadMessageId: said.id });
  });

  it('is counted no further than a bound', async () => {
    const channel = await aChannel(world);
    const first = await say(world, world.ann, channel);
    for (let n = 0; n < limits.unreadCountMax + 5; n++) await say(world, world.ann, channel);

    expect(await unread(world.bob, channel)).toBe(limits.unreadCountMax);
    expect(await read(world.bob, channel, first)).toMatchObject({ unreadCount: limits.unreadCountMax });
  });

  it('costs a message nothing, however many are in the channel', async () => {
    const marks = async () => (await rows<{ n: number }>(world, 'SELECT count(*) AS n FROM conversation_reads'))[0];
    const before = await marks();
    await say(world, world.ann, await aPrivateChannel(world, [world.bob, world.cyd, world.lead]));

    expect(await marks()).toEqual(before);
  });

  it('is for conversations that one sees, archived ones too, and up to a message of them', async () => {
    const hidden = await aPrivateChannel(world, [world.bob]);
    const ticket = await aTicket(world, {}, world.customer);
    const atTicket = { id: ticket.conversationId };
    const [secret, open] = [await say(world, world.ann, hidden), await say(world, world.ann, atTicket)];

    const missing = await refusal(world, 'NOT_FOUND', () => read(world.admin, { id: newId() }, secret));
    expect(await refusal(world, 'NOT_FOUND', () => read(world.admin, hidden, secret))).toEqual(missing);
    expect(await refusal(world, 'NOT_FOUND', () => read(world.otherCustomer, atTicket, open))).toEqual(missing);
    const nowhere = await refusal(world, 'BAD_INPUT', () => read(world.admin, atTicket, { id: newId() }));
    expect(await refusal(world, 'BAD_INPUT', () => read(world.admin, atTicket, secret))).toEqual(nowhere);
    expect(await read(world.customer, atTicket, open)).toMatchObject({ unreadCount: 0 });
    await archiveConversation(world.deps, world.ann, { conversationId: hidden.id, archived: true });
    expect(await read(world.bob, hidden, secret)).toMatchObject({ unreadCount: 0 });
  });
});

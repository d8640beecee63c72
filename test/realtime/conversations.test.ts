import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addConversationMember } from '../../server/features/conversations/commands/addConversationMember.js';
import { removeConversationMember } from '../../server/features/conversations/commands/removeConversationMember.js';
import { followConversation } from '../../server/features/live/followConversation.js';
import { deleteMessage } from '../../server/features/messages/commands/deleteMessage.js';
import { editMessage } from '../../server/features/messages/commands/editMessage.js';
import { setPresence } from '../../server/features/presence/setPresence.js';
import { removeMember } from '../../server/features/projects/commands/removeMember.js';
import { moveTicket } from '../../server/features/tickets/commands/moveTicket.js';
import type { Actor } from '../../server/kernel/actor.js';
import { newId } from '../../server/kernel/ids.js';
import { formatCursor } from '../../server/realtime/cursor.js';
import { EventLog } from '../../server/realtime/eventLog.js';
import type { Hub } from '../../server/realtime/hub.js';
import { findViolations } from '../support/invariants.js';
import { aProject } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { aChannel, aPrivateChannel, directly, say } from '../support/talk.js';
import { aTicket, aTicketWorld, refusal, type TicketWorld } from '../support/ticketWorld.js';
import { aHub, append, followFeed, followProject, Tap, until } from './liveWorld.js';

/** A permission is a deadline of a second; who is not told of its end stays for ever, so a busy machine gets more. */
const DEADLINE_MS = 3_000;

describeEachDialect('what is said in conversations', (dialect) => {
  let world: TicketWorld;
  let start: string;
  const taps: Tap[] = [];
  beforeEach(async () => {
    world = await aTicketWorld(dialect, { hub: (parts) => aHub(parts) });
    start = formatCursor(await new EventLog(world.db).epoch(), 0);
  });
  afterEach(async () => {
    await Promise.all(taps.splice(0).map((tap) => tap.stop()));
    world.deps.hub.close();
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  interface It {
    readonly id: string;
  }
  const follow = async (actor: Actor, conversation: It, lastEventId?: string, hub: Hub = world.deps.hub) => {
    const request = { viewer: actor, lastEventId };
    const ask = () => followConversation({ ...world.deps, hub }, actor, conversation.id, request, true);
    const stream = await ask();
    const tap = new Tap(actor, () => stream, lastEventId);
    taps.push(tap);
    await ready(tap);
    return tap;
  };
  const followAll = async (actor: Actor, lastEventId?: string, hub: Hub = world.deps.hub) => {
    const tap = followProject(hub, actor, world.project.id, lastEventId, true);
    taps.push(tap);
    await ready(tap);
    return tap;
  };
  const ready = (tap: Tap) =>
    until(
      () => tap.items.some(({ kind }) => kind === 'ready'),
      5_000,
      () => tap.error,
    );
  const typesOf = (tap: Tap) => tap.items.flatMap((item) => (item.kind === 'event' ? [item.type] : []));
  const wordsOf = (tap: Tap) =>
    tap.items.flatMap((item) =>
      item.kind === 'event' && 'message' in item.payload ? [item.payload.message.content] : [],
    );
  const holds = (tap: Tap, words: string) =>
    until(
      () => wordsOf(tap).includes(words),
      5_000,
      () => tap.items,
    );
  const caughtUp = async (tap: Tap) => {
    const last = await append(world, world.project.id);
    await until(() => (tap.seqs.at(-1) ?? 0) >= last);
  };
  const leave = (actor: Actor, conversation: It, who: Actor = actor) =>
    removeConversationMember(world.deps, actor, { conversationId: conversation.id, userId: who.userId });

  it('is told in a channel’s own stream and in its project’s, and nothing else in the former', async () => {
    const [channel, other] = [await aChannel(world), await aChannel(world)];
    const [own, whole] = [await follow(world.bob, channel), await followAll(world.cyd)];
    await aTicket(world);
    await say(world, world.ann, other, 'Elsewhere');
    const { id: messageId } = await say(world, world.ann, channel, 'Here');
    await editMessage(world.deps, world.ann, { messageId, content: 'Right here' });
    await deleteMessage(world.deps, world.ann, { messageId });
    await until(() => typesOf(own).includes('message.deleted'));

    expect(typesOf(own)).toEqual(['message.posted', 'message.updated', 'message.deleted']);
    expect(wordsOf(own)).toEqual(['Here', 'Right here', '']);
    await until(() => typesOf(whole).includes('message.deleted'));
    expect(wordsOf(whole)).toEqual(['Elsewhere', 'Here', 'Right here', '']);
  });

  it('goes on at a cursor where it stopped, also on another node', async () => {
    const channel = await aChannel(world);
    const first = await follow(world.bob, channel);
    await say(world, world.ann, channel, 'One');
    await holds(first, 'One');
    await first.stop();
    await say(world, world.ann, channel, 'Two');
    await say(world, world.ann, channel, 'Three');
    const other = aHub(world.deps);
    const [same, elsewhere] = [
      await follow(world.bob, channel, first.cursor),
      await follow(world.bob, channel, first.cursor, other),
    ];

    for (const tap of [same, elsewhere]) expect(wordsOf(tap)).toEqual(['Two', 'Three']);
    await elsewhere.stop();
    other.close();
  });

  it('is not for who has no access, in the words in which it is missing', async () => {
    const [secret, direct] = [await aPrivateChannel(world, [world.bob]), await directly(world, world.ann, world.bob)];
    const { conversationId } = await aTicket(world, {}, world.customer);
    const missing = await refusal(world, 'NOT_FOUND', () => follow(world.cyd, { id: newId() }));

    for (const actor of [world.cyd, world.admin, world.customer])
      for (const conversation of [secret, direct])
        expect(await refusal(world, 'NOT_FOUND', () => follow(actor, conversation))).toEqual(missing);
    const foreign = () => follow(world.otherCustomer, { id: conversationId });
    expect(await refusal(world, 'NOT_FOUND', foreign)).toEqual(missing);
  });

  describe('in a private channel', () => {
    it('comes to its members alone, live and in replays of the project', async () => {
      const secret = await aPrivateChannel(world, [world.bob], { name: 'CANARY' });
      const others = [world.cyd, world.lead, world.admin, world.customer];
      const member = await followAll(world.bob);
      const outside = await Promise.all(others.map((actor) => followAll(actor)));
      await say(world, world.ann, secret, 'CANARY words');
      await holds(member, 'CANARY words');
      for (const tap of outside) await caughtUp(tap);
      const fresh = aHub(world.deps);
      for (const actor of others)
        for (const hub of [world.deps.hub, fresh]) outside.push(await followAll(actor, start, hub));

      for (const tap of outside) expect(JSON.stringify(tap.items)).not.toContain('CANARY');
      expect(JSON.stringify((await followAll(world.bob, start, fresh)).items)).toContain('CANARY words');
      await Promise.all(taps.splice(0).map((tap) => tap.stop()));
      fresh.close();
    });

    it('ends for who is taken out of it: its stream soon, its words in the project’s at once', async () => {
      const secret = await aPrivateChannel(world, [world.bob, world.cyd]);
      const [own, whole, stays] = [
        await follow(world.bob, secret),
        await followAll(world.bob),
        await followAll(world.cyd),
      ];
      await say(world, world.ann, secret, 'Before');
      for (const tap of [own, whole, stays]) await holds(tap, 'Before');

      const removedAt = performance.now();
      await leave(world.ann, secret, world.bob);
      await say(world, world.ann, secret, 'CANARY');
      await own.ended();
      const took = performance.now() - removedAt;
      await holds(stays, 'CANARY');
      await caughtUp(whole);

      expect(own.error).toMatchObject({ code: 'FORBIDDEN', details: { reason: 'ACCESS_LOST' } });
      expect(took).toBeLessThan(DEADLINE_MS);
      for (const tap of [own, whole]) expect(JSON.stringify(tap.items)).not.toContain('CANARY');
      expect(JSON.stringify((await followAll(world.bob, start)).items)).not.toContain('Before');
    });

    it('ends on a node that no wake-up reaches too', async () => {
      const secret = await aPrivateChannel(world, [world.bob]);
      const deaf = aHub(world.deps);
      const [own, whole] = [
        await follow(world.bob, secret, undefined, deaf),
        await followAll(world.bob, undefined, deaf),
      ];
      const removedAt = performance.now();
      await leave(world.bob, secret);
      await say(world, world.ann, secret, 'CANARY');
      await own.ended();
      const took = performance.now() - removedAt;
      await caughtUp(whole);

      expect(own.error).toMatchObject({ code: 'FORBIDDEN' });
      expect(took).toBeLessThan(DEADLINE_MS);
      expect(JSON.stringify([own.items, whole.items])).not.toContain('CANARY');
      await Promise.all([own, whole].map((tap) => tap.stop()));
      deaf.close();
    });

    it('ends for who leaves the project, and begins for who is taken in', async () => {
      const secret = await aPrivateChannel(world, [world.bob]);
      const [own, joins] = [await follow(world.bob, secret), await followAll(world.cyd)];
      await say(world, world.ann, secret, 'Said before');
      await addConversationMember(world.deps, world.ann, { conversationId: secret.id, userId: world.cyd.userId });
      await removeMember(world.deps, world.lead, { projectId: world.project.id, userId: world.bob.userId });
      await say(world, world.ann, secret, 'Said after');
      await own.ended();
      await holds(joins, 'Said after');

      expect(own.error).toMatchObject({ code: 'FORBIDDEN' });
      expect(wordsOf(own)).not.toContain('Said after');
      expect(wordsOf(await follow(world.cyd, secret, start))).toEqual(['Said before', 'Said after']);
    });
  });

  it('at a ticket comes to its reporter as to the team, and goes with it to another project', async () => {
    const target = await aProject(world, { lead: world.lead, members: [world.ann], customers: [world.customer] });
    const ticket = await aTicket(world, {}, world.customer);
    const conversation = { id: ticket.conversationId };
    const [team, reporter, loser] = [
      await follow(world.ann, conversation),
      await follow(world.customer, conversation),
      await follow(world.bob, conversation),
    ];
    const other = await followAll(world.otherCustomer);
    await say(world, world.customer, conversation, 'Hello');
    for (const tap of [team, reporter, loser]) await holds(tap, 'Hello');
    await moveTicket(world.deps, world.ann, { ticketId: ticket.id, projectId: target.id });
    // What is said before they are told to read anew is in what they read then.
    for (const tap of [team, reporter])
      await until(() => tap.items.filter(({ kind }) => kind === 'ready').length === 2);
    await say(world, world.ann, conversation, 'CANARY');
    for (const tap of [team, reporter]) await holds(tap, 'CANARY');
    await loser.ended();
    await caughtUp(other);

    expect(typesOf(team)).toEqual(['message.posted', 'message.posted']);
    expect(loser.error).toMatchObject({ code: 'FORBIDDEN' });
    expect(JSON.stringify(loser.items)).not.toContain('CANARY');
    expect(typesOf(other)).toEqual(['project.updated']);
    expect(JSON.stringify((await followAll(world.bob, start)).items)).not.toContain('Hello');
  });

  it('among people comes to each of them by their own stream, and goes on at a cursor', async () => {
    const direct = await directly(world, world.ann, world.customer);
    const [one, two] = [await follow(world.ann, direct), await follow(world.customer, direct)];
    const [mine, others] = [followFeed(world.deps.hub, world.customer), followFeed(world.deps.hub, world.bob)];
    taps.push(mine, others);
    for (const tap of [mine, others]) await ready(tap);
    await say(world, world.customer, direct, 'Just us');
    for (const tap of [one, two, mine]) await holds(tap, 'Just us');
    await two.stop();
    await say(world, world.ann, direct, 'Two');
    await say(world, world.ann, direct, 'Three');
    const resumed = await follow(world.customer, direct, two.cursor);

    expect(wordsOf(resumed)).toEqual(['Two', 'Three']);
    expect(typesOf(others)).toEqual([]);
  });

  it.each(['channel', 'direct'] as const)('and deleted is in no replay any more: %s', async (kind) => {
    const conversation = kind === 'channel' ? await aChannel(world) : await directly(world, world.ann, world.bob);
    const live = await follow(world.bob, conversation);
    const { id: messageId } = await say(world, world.ann, conversation, 'CANARY');
    await editMessage(world.deps, world.ann, { messageId, content: 'CANARY, again' });
    await holds(live, 'CANARY, again');
    expect(wordsOf(await follow(world.bob, conversation, start))).toEqual(['CANARY', 'CANARY, again']);
    await deleteMessage(world.deps, world.ann, { messageId });
    await until(() => typesOf(live).includes('message.deleted'));
    const other = aHub(world.deps);

    for (const hub of [world.deps.hub, other]) {
      const replay = await follow(world.bob, conversation, start, hub);
      expect(JSON.stringify(replay.items)).not.toContain('CANARY');
      expect(typesOf(replay)).toContain('message.deleted');
      await replay.stop();
    }
    other.close();
  });

  it('tells who has it open and who types, of a ticket among staff only', async () => {
    const [channel, direct] = [await aChannel(world), await directly(world, world.ann, world.customer)];
    const { conversationId } = await aTicket(world, {}, world.customer);
    const ticket = { id: conversationId };
    const seen = (tap: Tap) =>
      JSON.stringify(
        tap.items.flatMap((item) =>
          (item.kind as string) === 'presence'
            ? (item as unknown as { people: { name: string; typing: boolean }[] }).people.map(
                ({ name, typing }) => `${name}${typing ? ' types' : ''}`,
              )
            : [],
        ),
      );
    const [inChannel, inDirect, atTicket, reporter] = [
      await follow(world.bob, channel),
      await follow(world.customer, direct),
      await follow(world.bob, ticket),
      await follow(world.customer, ticket),
    ];
    await Promise.all([follow(world.ann, channel), follow(world.ann, direct)]);
    for (const { id } of [channel, direct])
      await setPresence(world.deps, world.ann, { conversationId: id, typing: true });
    await setPresence(world.deps, world.customer, { conversationId, typing: true });
    for (const tap of [inChannel, inDirect]) await until(() => seen(tap).includes('Ann Agent types'));
    await until(() => seen(atTicket).includes('Kim Customer types'));

    expect(seen(reporter)).toBe('[]');
    const secret = await aPrivateChannel(world, []);
    const type = () => setPresence(world.deps, world.bob, { conversationId: secret.id, typing: true });
    await refusal(world, 'NOT_FOUND', type);
  });
});

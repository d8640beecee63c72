import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GetThreadInput, ListMessagesInput } from '../../../contract/message.js';
import { TicketTimelineInput } from '../../../contract/ticketInputs.js';
import { deleteMessage } from '../../../server/features/messages/commands/deleteMessage.js';
import { editMessage } from '../../../server/features/messages/commands/editMessage.js';
import { postMessage } from '../../../server/features/messages/commands/postMessage.js';
import { getThread, listMessages } from '../../../server/features/messages/messages.queries.js';
import { archiveProject } from '../../../server/features/projects/commands/archiveProject.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { ticketTimeline } from '../../../server/features/tickets/ticketHistory.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aChannel, aPrivateChannel, directly, say } from '../../support/talk.js';
import { aTicket, aTicketWorld, eventsOf, parsed, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('messages', (dialect) => {
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
  const edit = (actor: Actor, message: It, content: string) =>
    editMessage(world.deps, actor, { messageId: message.id, content });
  const remove = (actor: Actor, message: It) => deleteMessage(world.deps, actor, { messageId: message.id });
  const list = async (actor: Actor, conversation: It, more: object = {}) =>
    (await listMessages(world.db, actor, parsed(ListMessagesInput, { conversationId: conversation.id, ...more })))
      .items;
  const thread = (actor: Actor, message: It, more: object = {}) =>
    getThread(world.db, actor, parsed(GetThreadInput, { messageId: message.id, ...more }));
  const logOf = (conversation: It) =>
    rows<{ type: string; withdrawn: boolean | number }>(
      world,
      'SELECT seq, type, audience, reporter_id, members_of, withdrawn FROM events WHERE conversation_id = $1 ORDER BY seq',
      conversation.id,
    );
  const reported = async () => {
    const ticket = await aTicket(world, { title: 'Reported' }, world.customer);
    return { ticket, conversation: { id: ticket.conversationId } };
  };
  const timeline = async (actor: Actor, ticket: It) =>
    (await ticketTimeline(world.db, actor, parsed(TicketTimelineInput, { ticketId: ticket.id }))).items;

  describe('at a ticket', () => {
    it('are public: told to the team and to the reporter, and to no other customer', async () => {
      const { ticket, conversation } = await reported();
      const asked = await say(world, world.customer, conversation, 'Any news?');

      expect(asked).toMatchObject({ authorName: 'Kim Customer', isEdited: false, parentId: null, deletedAt: null });
      const [, event] = await eventsOf(world, ticket);
      expect(event).toMatchObject({ seq: asked.seq, type: 'message.posted', audience: 'REPORTER' });
      expect(event).toMatchObject({ reporterId: world.customer.userId });
      const missing = await refusal(world, 'NOT_FOUND', () => say(world, world.otherCustomer, { id: newId() }));
      expect(await refusal(world, 'NOT_FOUND', () => say(world, world.otherCustomer, conversation))).toEqual(missing);
      await refusal(world, 'NOT_FOUND', () => list(world.otherCustomer, conversation));
    });

    it('set the time of the first response, once, by staff other than the reporter', async () => {
      const { ticket, conversation } = await reported();
      const respondedAt = async () => (await getTicket(world.db, world.ann, { ticketId: ticket.id })).firstResponseAt;
      await say(world, world.customer, conversation, 'Hello?');
      expect(await respondedAt()).toBeNull();

      const answer = await say(world, world.ann, conversation, 'Hello!');
      world.clock.advance(1_000);
      await say(world, world.bob, conversation, 'Me too');

      expect(await respondedAt()).toBe(answer.createdAt);
      const own = await aTicket(world, {}, world.ann);
      await say(world, world.ann, { id: own.conversationId });
      expect((await getTicket(world.db, world.ann, { ticketId: own.id })).firstResponseAt).toBeNull();
    });

    it('stand in its timeline among what else happened', async () => {
      const { ticket, conversation } = await reported();
      world.clock.advance(10);
      const said = await say(world, world.customer, conversation, 'Any news?');

      for (const actor of [world.ann, world.customer])
        expect((await timeline(actor, ticket)).at(-1)).toMatchObject({ kind: 'message', entry: { id: said.id } });
    });

    it('stand in the timeline of a ticket that was opened elsewhere only for those who see that conversation', async () => {
      const secret = await aPrivateChannel(world, [world.bob]);
      const ticket = await aTicket(world, { conversationId: secret.id, reporterId: world.customer.userId });
      await say(world, world.ann, secret, 'CANARY');

      expect(JSON.stringify(await timeline(world.bob, ticket))).toContain('CANARY');
      for (const actor of [world.cyd, world.admin, world.customer])
        expect(JSON.stringify(await timeline(actor, ticket))).not.toContain('CANARY');
    });

    it('are not said once it is deleted, and are still read with it', async () => {
      const { ticket, conversation } = await reported();
      const said = await say(world, world.ann, conversation);
      await deleteTicket(world.deps, world.lead, { ticketId: ticket.id });

      await refusal(world, 'NOT_FOUND', () => say(world, world.ann, conversation));
      await refusal(world, 'NOT_FOUND', () => edit(world.ann, said, 'x'));
      expect(await list(world.ann, conversation)).toHaveLength(1);
    });
  });

  it('in a private channel are for its members, and name them in their events', async () => {
    const secret = await aPrivateChannel(world, [world.bob]);
    const said = await say(world, world.bob, secret, 'CANARY');

    expect(await logOf(secret)).toMatchObject([
      { type: 'conversation.created', members_of: secret.id },
      { seq: said.seq, type: 'message.posted', audience: 'TEAM', members_of: secret.id },
    ]);
    for (const actor of [world.cyd, world.admin, world.lead, world.customer]) {
      await refusal(world, 'NOT_FOUND', () => list(actor, secret));
      await refusal(world, 'NOT_FOUND', () => thread(actor, said));
      await refusal(world, 'NOT_FOUND', () => remove(actor, said));
    }
  });

  it('among people are in the own stream of each of them, and in no log', async () => {
    const direct = await directly(world, world.ann, world.bob, world.customer);
    const said = await say(world, world.ann, direct, 'Just us');

    expect(said.seq).toBeNull();
    expect(await logOf(direct)).toEqual([]);
    const told = await rows<{ user_id: string }>(
      world,
      "SELECT user_id FROM feed_events WHERE message_id = $1 AND type = 'message.posted'",
      said.id,
    );
    const circle = [world.ann, world.bob, world.customer].map(({ userId }) => userId);
    expect(told.map(({ user_id }) => user_id).toSorted()).toEqual(circle.toSorted());
    await refusal(world, 'NOT_FOUND', () => list(world.admin, direct));
    await refusal(world, 'FORBIDDEN', () => remove(world.bob, said));
  });

  it('make threads of one level', async () => {
    const channel = await aChannel(world);
    const elsewhere = await say(world, world.ann, await aChannel(world));
    const root = await say(world, world.ann, channel, 'What now?');
    const first = await say(world, world.bob, channel, 'This', { parentId: root.id });
    const second = await say(world, world.cyd, channel, 'That', { parentId: root.id });

    await refusal(world, 'BAD_INPUT', () => say(world, world.ann, channel, 'x', { parentId: first.id }));
    const missing = await refusal(world, 'BAD_INPUT', () => say(world, world.ann, channel, 'x', { parentId: newId() }));
    const foreign = () => say(world, world.ann, channel, 'x', { parentId: elsewhere.id });
    expect(await refusal(world, 'BAD_INPUT', foreign)).toEqual(missing);
    for (const message of [root, first]) {
      const page = await thread(world.bob, message, { limit: 1 });
      expect(page).toMatchObject({ root: { id: root.id }, items: [{ id: first.id }] });
      const { items } = await thread(world.bob, message, { cursor: page.nextCursor });
      expect(items).toMatchObject([{ id: second.id, parentId: root.id }]);
    }
  });

  it('are edited by their author alone, and say so', async () => {
    const channel = await aChannel(world);
    const said = await say(world, world.bob, channel, 'Teh');

    for (const actor of [world.ann, world.lead, world.admin])
      await refusal(world, 'FORBIDDEN', () => edit(actor, said, 'x'));
    const edited = await edit(world.bob, said, 'The');
    expect(edited).toMatchObject({ content: 'The', isEdited: true, editedAt: expect.any(String) });
    expect(await edit(world.bob, said, 'The')).toMatchObject({ seq: null, editedAt: edited.editedAt });
    expect((await logOf(channel)).map(({ type }) => type)).toEqual([
      'conversation.created',
      'message.posted',
      'message.updated',
    ]);
  });

  it('that are deleted keep their place without their words, and their earlier events are told no more', async () => {
    const channel = await aChannel(world);
    const root = await say(world, world.bob, channel, 'CANARY');
    await edit(world.bob, root, 'CANARY, again');
    await say(world, world.ann, channel, 'Answer', { parentId: root.id });
    await refusal(world, 'FORBIDDEN', () => remove(world.ann, root));
    await remove(world.lead, root);

    expect(await list(world.ann, channel)).toMatchObject([
      { id: root.id, content: '', deletedAt: expect.any(String) },
      { content: 'Answer', parentId: root.id },
    ]);
    expect(JSON.stringify(await thread(world.ann, root))).not.toContain('CANARY');
    const told = (await logOf(channel)).map((row) => [row.type, Boolean(row.withdrawn)]);
    expect(told).toEqual([
      ['conversation.created', false],
      ['message.posted', true],
      ['message.updated', true],
      ['message.posted', false],
      ['message.deleted', false],
    ]);
    await refusal(world, 'NOT_FOUND', () => remove(world.lead, root));
    await refusal(world, 'NOT_FOUND', () => edit(world.bob, root, 'x'));
  });

  it('come in pages, in both directions', async () => {
    const channel = await aChannel(world);
    const said: string[] = [];
    for (let n = 0; n < 5; n++) said.push((await say(world, world.ann, channel, `No ${n}`)).id);
    for (const dir of ['asc', 'desc'] as const) {
      const ids: string[] = [];
      for (let cursor: string | undefined; ;) {
        const input = parsed(ListMessagesInput, {
          conversationId: channel.id,
          sort: { by: 'createdAt', dir },
          limit: 2,
          cursor,
        });
        const page = await listMessages(world.db, world.bob, input);
        ids.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(ids).toEqual(dir === 'asc' ? said : said.toReversed());
    }
  });

  it('are not said in an archived project', async () => {
    const project = await aProject(world, { lead: world.lead });
    const channel = await aChannel(world, { projectId: project.id }, world.lead);
    const said = await say(world, world.lead, channel);
    await archiveProject(world.deps, world.lead, { projectId: project.id, archived: true });

    await refusal(world, 'CONFLICT', () => say(world, world.lead, channel));
    await refusal(world, 'CONFLICT', () => remove(world.lead, said));
    await refusal(world, 'CONFLICT', () => aChannel(world, { projectId: project.id }, world.lead));
  });

  it('said twice under one key are said once', async () => {
    const channel = await aChannel(world);
    const input = { conversationId: channel.id, content: 'Once', idempotencyKey: 'k' };
    const [first, second] = [
      await postMessage(world.deps, world.ann, input),
      await postMessage(world.deps, world.ann, input),
    ];

    expect(second).toEqual(first);
    expect(await list(world.ann, channel)).toHaveLength(1);
  });
});

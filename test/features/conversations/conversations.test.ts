import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreateConversationInput, ListConversationsInput } from '../../../contract/conversation.js';
import { loadAccessFacts } from '../../../server/features/auth/accessFacts.js';
import { addConversationMember } from '../../../server/features/conversations/commands/addConversationMember.js';
import { archiveConversation } from '../../../server/features/conversations/commands/archiveConversation.js';
import { createConversation } from '../../../server/features/conversations/commands/createConversation.js';
import { removeConversationMember } from '../../../server/features/conversations/commands/removeConversationMember.js';
import { updateConversation } from '../../../server/features/conversations/commands/updateConversation.js';
import { listConversations } from '../../../server/features/conversations/conversations.queries.js';
import { getConversation } from '../../../server/features/conversations/oneConversation.queries.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { setUserRole } from '../../../server/features/users/commands/setUserRole.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { anAdmin, anAgent, aProject, join } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aChannel, aPrivateChannel, directly, say } from '../../support/talk.js';
import { aTicket, aTicketWorld, parsed, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('conversations', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const see = (actor: Actor, conversation: { id: string }) =>
    getConversation(world.db, actor, { conversationId: conversation.id });
  const listOf = async (actor: Actor, input: object = {}) =>
    (await listConversations(world.db, actor, parsed(ListConversationsInput, input))).items.map(({ id }) => id);
  const feedOf = (actor: Actor) =>
    rows<{ type: string; payload: unknown }>(
      world,
      "SELECT type, conversation_id FROM feed_events WHERE user_id = $1 AND type LIKE 'conversation.%' ORDER BY seq",
      actor.userId,
    );
  const membersOf = async (conversation: { id: string }) =>
    (
      await rows<{ user_id: string }>(
        world,
        'SELECT user_id FROM conversation_members WHERE conversation_id = $1',
        conversation.id,
      )
    ).map(({ user_id }) => user_id);
  const add = (actor: Actor, conversation: { id: string }, who: Actor) =>
    addConversationMember(world.deps, actor, { conversationId: conversation.id, userId: who.userId });
  const remove = (actor: Actor, conversation: { id: string }, who: Actor) =>
    removeConversationMember(world.deps, actor, { conversationId: conversation.id, userId: who.userId });
  const aNewcomer = async () => {
    const person = await anAgent(world);
    await join(world, world.project, person, 'MEMBER');
    return person;
  };

  describe('of a ticket', () => {
    it('is made with it, and is for those who see it', async () => {
      const ticket = await aTicket(world, {}, world.customer);
      const conversation = { id: ticket.conversationId };

      for (const actor of [world.ann, world.admin, world.customer])
        expect(await see(actor, conversation)).toMatchObject({ kind: 'TICKET', ticketId: ticket.id, name: null });
      const missing = await refusal(world, 'NOT_FOUND', () => see(world.ann, { id: newId() }));
      expect(await refusal(world, 'NOT_FOUND', () => see(world.otherCustomer, conversation))).toEqual(missing);
    });

    it('has no name and no members of its own', async () => {
      const { conversationId } = await aTicket(world, {}, world.customer);

      const patch = { name: 'Ours' };
      await refusal(world, 'FORBIDDEN', () => updateConversation(world.deps, world.lead, { conversationId, patch }));
      await refusal(world, 'FORBIDDEN', () => add(world.lead, { id: conversationId }, world.bob));
      await refusal(world, 'FORBIDDEN', () => remove(world.ann, { id: conversationId }, world.ann));
    });

    it('goes with it into another project', async () => {
      const target = await aProject(world, { lead: world.lead, members: [world.ann] });
      const ticket = await aTicket(world, {}, world.ann);
      await say(world, world.ann, { id: ticket.conversationId }, 'Before');
      await moveTicket(world.deps, world.ann, { ticketId: ticket.id, projectId: target.id });

      expect(await see(world.ann, { id: ticket.conversationId })).toMatchObject({ projectId: target.id });
      await refusal(world, 'NOT_FOUND', () => see(world.bob, { id: ticket.conversationId }));
    });

    it('that was opened from a channel or from among people is that one, and stays it when the ticket moves', async () => {
      const target = await aProject(world, { lead: world.lead, members: [world.ann] });
      const channel = await aChannel(world);
      const direct = await directly(world, world.customer, world.ann);
      const ticket = await aTicket(world, { conversationId: channel.id });
      const reported = await aTicket(world, { conversationId: direct.id }, world.customer);

      expect([ticket.conversationId, reported.conversationId]).toEqual([channel.id, direct.id]);
      await moveTicket(world.deps, world.ann, { ticketId: ticket.id, projectId: target.id });
      expect(await see(world.bob, channel)).toMatchObject({ projectId: world.project.id });
    });

    it('is no other ticket’s, and no conversation that the maker does not see', async () => {
      const { conversationId } = await aTicket(world);
      const secret = await aPrivateChannel(world, []);
      const target = await aProject(world, { lead: world.lead, members: [world.ann] });
      const elsewhere = await aChannel(world, { projectId: target.id });

      const missing = await refusal(world, 'BAD_INPUT', () => aTicket(world, { conversationId: newId() }));
      for (const id of [conversationId, elsewhere.id])
        expect(await refusal(world, 'BAD_INPUT', () => aTicket(world, { conversationId: id }))).toEqual(missing);
      const foreign = () => aTicket(world, { conversationId: secret.id }, world.bob);
      expect(await refusal(world, 'BAD_INPUT', foreign)).toEqual(missing);
    });
  });

  describe('that are channels', () => {
    it('are for the staff of their project, and told to it', async () => {
      const channel = await aChannel(world, { description: 'All about it' });

      expect(channel).toMatchObject({ kind: 'CHANNEL', isPrivate: false, createdBy: world.ann.userId, version: 1 });
      for (const actor of [world.bob, world.lead, world.admin]) {
        expect(await listOf(actor, { projectId: world.project.id })).toContain(channel.id);
        expect(await see(actor, channel)).toMatchObject({ memberCount: 1, isMember: false });
      }
      expect(await listOf(world.customer, { projectId: world.project.id })).toEqual([]);
      await refusal(world, 'NOT_FOUND', () => see(world.customer, channel));
      const [event] = await rows(world, 'SELECT * FROM events WHERE conversation_id = $1', channel.id);
      expect(event).toMatchObject({
        seq: channel.seq,
        type: 'conversation.created',
        audience: 'TEAM',
        members_of: null,
      });
    });

    it('and private are for their members alone, administrators too', async () => {
      const channel = await aPrivateChannel(world, [world.bob], { name: 'CANARY' });

      for (const actor of [world.cyd, world.lead, world.admin]) {
        await refusal(world, 'NOT_FOUND', () => see(actor, channel));
        await refusal(world, 'NOT_FOUND', () => say(world, actor, channel));
        await refusal(world, 'NOT_FOUND', () => add(actor, channel, actor));
        expect(await listOf(actor, { projectId: world.project.id })).not.toContain(channel.id);
      }
      expect(await listOf(world.bob)).toContain(channel.id);
      const facts = await loadAccessFacts(world.db, [world.bob.userId, world.cyd.userId]);
      expect(facts.get(world.bob.userId)?.channels.get(world.project.id)).toContain(channel.id);
      expect(facts.get(world.cyd.userId)?.channels.get(world.project.id) ?? []).not.toContain(channel.id);
      const [event] = await rows(world, 'SELECT * FROM events WHERE conversation_id = $1', channel.id);
      expect(event).toMatchObject({ type: 'conversation.created', members_of: channel.id });
    });

    it('take in and let go of staff, and each change is in that person’s own stream', async () => {
      const person = await aNewcomer();
      const channel = await aPrivateChannel(world, []);
      const added = await add(world.ann, channel, person);
      expect(await add(world.ann, channel, person)).toEqual(added);
      await refusal(world, 'FORBIDDEN', () => remove(person, channel, world.ann));
      await remove(person, channel, person);

      const told = { conversation_id: channel.id };
      expect(await feedOf(person)).toEqual([
        { type: 'conversation.joined', ...told },
        { type: 'conversation.left', ...told },
      ]);
      await refusal(world, 'NOT_FOUND', () => see(person, channel));
      await refusal(world, 'NOT_FOUND', () => remove(world.ann, channel, person));
    });

    it('have no customers, strangers or people who left in them', async () => {
      const channel = await aChannel(world);
      const missing = await refusal(world, 'BAD_INPUT', () =>
        add(world.ann, channel, { ...world.bob, userId: newId() }),
      );

      for (const person of [world.customer, await anAgent(world)]) {
        expect(await refusal(world, 'BAD_INPUT', () => add(world.ann, channel, person))).toEqual(missing);
        await refusal(world, 'BAD_INPUT', () => aPrivateChannel(world, [person]));
      }
      await refusal(world, 'FORBIDDEN', () => aChannel(world, {}, world.customer));
      await refusal(world, 'NOT_FOUND', () => aChannel(world, { projectId: world.foreign.id }));
      await refusal(world, 'NOT_FOUND', () => aChannel(world, { projectId: newId() }));
    });

    it('lose whoever leaves the project, becomes its customer, or is an administrator no longer', async () => {
      const [leaver, turncoat, boss] = [await aNewcomer(), await aNewcomer(), await anAdmin(world)];
      const channel = await aPrivateChannel(world, [leaver, turncoat, boss]);
      const open = await aChannel(world, { memberIds: [leaver.userId] });
      const projectId = world.project.id;
      await removeMember(world.deps, world.lead, { projectId, userId: leaver.userId });
      await setMemberRole(world.deps, world.lead, { projectId, userId: turncoat.userId, role: 'CUSTOMER' });
      await setUserRole(world.deps, world.admin, { userId: boss.userId, role: 'AGENT' });

      expect(await membersOf(channel)).toEqual([world.ann.userId]);
      expect(await membersOf(open)).toEqual([world.ann.userId]);
      await join(world, world.project, leaver, 'MEMBER');
      await refusal(world, 'NOT_FOUND', () => see(leaver, channel));
    });

    it('change by their maker or a lead, with a version', async () => {
      const channel = await aChannel(world);
      const edit = (actor: Actor, patch: object, expectedVersion?: number) =>
        updateConversation(world.deps, actor, { conversationId: channel.id, patch, expectedVersion });

      await refusal(world, 'FORBIDDEN', () => edit(world.bob, { name: 'x' }));
      expect(await edit(world.ann, { name: 'Renamed' }, 1)).toMatchObject({ name: 'Renamed', version: 2 });
      expect(await edit(world.lead, { name: 'Renamed' })).toMatchObject({ version: 2, seq: null });
      await refusal(world, 'CONFLICT', () => edit(world.lead, { description: 'x' }, 1));
    });

    it('put away are read and not written in, until they are taken out again', async () => {
      const channel = await aChannel(world);
      const { id: said } = await say(world, world.bob, channel);
      const archive = (archived: boolean) =>
        archiveConversation(world.deps, world.lead, { conversationId: channel.id, archived });
      expect(await archive(true)).toMatchObject({ archivedAt: expect.any(String), version: 2 });
      expect(await archive(true)).toMatchObject({ version: 2, seq: null });

      await refusal(world, 'CONFLICT', () => say(world, world.bob, channel));
      await refusal(world, 'CONFLICT', () => say(world, world.bob, channel, 'x', { parentId: said }));
      expect(await listOf(world.bob, { projectId: world.project.id, archived: true })).toContain(channel.id);
      expect(await listOf(world.bob, { projectId: world.project.id, archived: false })).not.toContain(channel.id);
      expect(await archive(false)).toMatchObject({ archivedAt: null });
      await say(world, world.bob, channel);
    });

    it('come in pages', async () => {
      const { lead } = world;
      const project = await aProject(world, { lead });
      const made: string[] = [];
      for (let n = 0; n < 5; n++)
        made.push((await aChannel(world, { projectId: project.id, name: `No ${n}` }, lead)).id);
      const ids: string[] = [];
      for (let cursor: string | undefined; ;) {
        const input = parsed(ListConversationsInput, { projectId: project.id, limit: 2, cursor });
        const page = await listConversations(world.db, lead, input);
        ids.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }

      expect(ids).toEqual(made);
    });
  });

  describe('among people', () => {
    it('are one of each set of them, whoever asks for it', async () => {
      const first = await directly(world, world.ann, world.bob, world.cyd);
      const again = await directly(world, world.cyd, world.bob, world.ann, world.bob);
      const fewer = await directly(world, world.ann, world.bob);

      expect(again).toEqual(first);
      expect(fewer.id).not.toBe(first.id);
      expect(first.participants.map(({ name }) => name)).toEqual(['Ann Agent', 'Bob Agent', 'Cyd Agent']);
      const made = (await feedOf(world.cyd)).filter(({ type }) => type === 'conversation.created');
      expect(made).toHaveLength(1);
    });

    it('that are asked for at the same time are one', async () => {
      const [one, two] = [await anAgent(world), await anAgent(world)];
      const both = await Promise.all([directly(world, one, two), directly(world, two, one)]);

      expect(both[0].id).toBe(both[1].id);
      expect(await membersOf(both[0])).toHaveLength(2);
      expect(await feedOf(one)).toHaveLength(1);
    });

    it('are seen by nobody else, and their circle stays as it is', async () => {
      const direct = await directly(world, world.ann, world.bob);

      await refusal(world, 'NOT_FOUND', () => see(world.admin, direct));
      expect(await listOf(world.cyd)).not.toContain(direct.id);
      expect(await listOf(world.bob)).toContain(direct.id);
      await refusal(world, 'FORBIDDEN', () => add(world.ann, direct, world.cyd));
      await refusal(world, 'FORBIDDEN', () => remove(world.ann, direct, world.ann));
      const patch = { name: 'Us' };
      const rename = () => updateConversation(world.deps, world.ann, { conversationId: direct.id, patch });
      await refusal(world, 'FORBIDDEN', rename);
    });

    it('let a customer talk with the team of their projects, and with nobody else', async () => {
      const stranger = await anAgent(world);
      const missing = await refusal(world, 'NOT_FOUND', () =>
        directly(world, world.customer, { ...stranger, userId: newId() }),
      );

      expect(await directly(world, world.customer, world.ann)).toMatchObject({ kind: 'DIRECT' });
      for (const person of [stranger, world.otherCustomer, world.admin])
        expect(await refusal(world, 'NOT_FOUND', () => directly(world, world.customer, person))).toEqual(missing);
    });
  });

  it.each([
    ['a channel nowhere', { kind: 'CHANNEL', name: 'x' }],
    ['a channel without a name', { kind: 'CHANNEL', projectId: newId() }],
    ['nobody to talk to', { kind: 'DIRECT' }],
    ['a name for people who talk', { kind: 'DIRECT', memberIds: [newId()], name: 'x' }],
    ['more than ten who talk', { kind: 'DIRECT', memberIds: Array.from({ length: 10 }, newId) }],
    ['that of a ticket', { kind: 'TICKET', projectId: newId(), name: 'x' }],
  ])('is not made as %s', (_what, input) => {
    expect(CreateConversationInput.safeParse(input).success).toBe(false);
  });

  it('with oneself alone is refused', async () => {
    const memberIds = [world.ann.userId];
    await refusal(world, 'BAD_INPUT', () =>
      createConversation(world.deps, world.ann, parsed(CreateConversationInput, { kind: 'DIRECT', memberIds })),
    );
  });
});

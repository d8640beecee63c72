import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { SearchInput, type SearchHit } from '../../../contract/search.js';
import { removeConversationMember } from '../../../server/features/conversations/commands/removeConversationMember.js';
import { deleteMessage } from '../../../server/features/messages/commands/deleteMessage.js';
import { editMessage } from '../../../server/features/messages/commands/editMessage.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { find } from '../../../server/features/search/search.queries.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { splitTicket } from '../../../server/features/tickets/commands/splitTicket.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { findViolations } from '../../support/invariants.js';
import { anAgent, join } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aChannel, aPrivateChannel, directly, say } from '../../support/talk.js';
import { aTicket, aTicketWorld, give, parsed, refusal, type TicketWorld } from '../../support/ticketWorld.js';

const plain = (pieces: SearchHit['title']): string =>
  pieces.map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join('');

describeEachDialect('a search in messages', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  type More = Partial<z.input<typeof SearchInput>>;
  const page = (actor: Actor, text: string, more: More = {}) =>
    find(world.db, actor, parsed(SearchInput, { text, ...more }));
  const found = async (actor: Actor, text: string, more: More = {}) =>
    (await page(actor, text, { kinds: ['MESSAGE'], ...more })).items;
  const ids = async (actor: Actor, text: string, more: More = {}) =>
    (await found(actor, text, more)).map(({ id }) => id);
  const everybody = () => {
    const { admin, lead, ann, bob, cyd, customer, otherCustomer } = world;
    return { admin, lead, ann, bob, cyd, customer, otherCustomer };
  };
  /** Who finds the word at all. */
  const finders = async (word: string, more: More = {}) => {
    const names = [];
    for (const [name, person] of Object.entries(everybody()))
      if ((await ids(person, word, more)).length > 0) names.push(name);
    return names;
  };
  const talkOf = (ticket: { conversationId: string }) => ({ id: ticket.conversationId });

  it('gives what they say, where, and of which ticket or channel, after comments', async () => {
    const ticket = await aTicket(world, { title: 'The gizmo' }, world.customer);
    const channel = await aChannel(world, { name: 'On gizmos' });
    const direct = await directly(world, world.ann, world.bob);
    const asked = await say(world, world.customer, talkOf(ticket), 'Is the gizmo here?');
    const said = await say(world, world.bob, channel, 'No gizmo yet');
    const whispered = await say(world, world.bob, direct, 'Gizmo!');

    const all = (await page(world.ann, 'gizmo')).items;
    expect(all.map(({ kind }) => kind)).toEqual(['TICKET', 'MESSAGE', 'MESSAGE', 'MESSAGE']);
    expect(all.slice(1)).toMatchObject([
      { id: whispered.id, conversationId: direct.id, projectId: null, ticketId: null, key: null, status: null },
      { id: said.id, conversationId: channel.id, projectId: world.project.id, ticketId: null, key: null },
      { id: asked.id, conversationId: ticket.conversationId, ticketId: ticket.id, key: ticket.key, status: 'OPEN' },
    ]);
    expect(all.slice(1).map(({ title, excerpt }) => `${plain(title)} | ${plain(excerpt)}`)).toEqual([
      ' | [Gizmo]!',
      'On gizmos | No [gizmo] yet',
      'The [gizmo] | Is the [gizmo] here?',
    ]);
    expect(all.at(-1)?.author).toEqual({ id: world.customer.userId, name: 'Kim Customer' });
  });

  it('finds what is said at a ticket for the staff and for who reported it', async () => {
    await say(world, world.ann, talkOf(await aTicket(world, {}, world.customer)), 'axolotl');

    expect(await finders('axolotl')).toEqual(['admin', 'lead', 'ann', 'bob', 'cyd', 'customer']);
    expect(await finders('axolotl', { projectId: world.project.id })).toHaveLength(6);
    await refusal(world, 'NOT_FOUND', () => found(world.ann, 'axolotl', { projectId: world.foreign.id }));
  });

  it('finds what is said in a channel for the staff, and in a private one for its members among them', async () => {
    await say(world, world.ann, await aChannel(world), 'bandicoot');
    const hidden = await aPrivateChannel(world, [world.bob]);
    await say(world, world.bob, hidden, 'capybara');

    expect(await finders('bandicoot')).toEqual(['admin', 'lead', 'ann', 'bob', 'cyd']);
    expect(await finders('capybara')).toEqual(['ann', 'bob']);
    expect(await finders('capybara', { projectId: world.project.id }).catch(() => [])).toEqual(['ann', 'bob']);
    await removeConversationMember(world.deps, world.ann, { conversationId: hidden.id, userId: world.bob.userId });
    expect(await finders('capybara')).toEqual(['ann']);
  });

  it('loses a channel with the role that let one in', async () => {
    const dan = await anAgent(world, 'Dan Agent');
    await join(world, world.project, dan, 'MEMBER');
    await say(world, world.ann, await aPrivateChannel(world, [dan]), 'dingo');
    await say(world, world.ann, await aChannel(world), 'dingo');
    expect(await ids(dan, 'dingo')).toHaveLength(2);

    const member = { projectId: world.project.id, userId: dan.userId };
    await setMemberRole(world.deps, world.admin, { ...member, role: 'CUSTOMER' });
    expect(await ids(dan, 'dingo')).toEqual([]);
  });

  it('finds what is said directly for those who talk, outside of all projects', async () => {
    const direct = await directly(world, world.ann, world.customer);
    const { id } = await say(world, world.customer, direct, 'echidna');

    expect(await finders('echidna')).toEqual(['ann', 'customer']);
    expect(await ids(world.ann, 'echidna', { projectId: world.project.id })).toEqual([]);
    expect(await ids(world.ann, `echidna project:${world.project.key}`)).toEqual([]);
    const loner = await anAgent(world, 'Eve Agent');
    await say(world, world.ann, await directly(world, world.ann, loner), 'echidna');
    expect(await ids(loner, 'echidna')).toHaveLength(1);
    expect(await ids(world.customer, 'echidna')).toEqual([id]);
  });

  it('shows the same page to those who may not see what is said beside it', async () => {
    const channel = await aChannel(world);
    const open = [];
    for (const word of ['one', 'two', 'three']) {
      open.unshift((await say(world, world.ann, channel, `fossa ${word}`)).id);
      await say(world, world.ann, await aPrivateChannel(world, [world.bob]), 'fossa fossa');
    }

    const walked = [];
    for (let cursor: string | undefined; ;) {
      const next = await page(world.cyd, 'fossa', { limit: 1, cursor });
      walked.push(...next.items.map(({ id }) => id));
      if (next.nextCursor === null) break;
      cursor = next.nextCursor;
    }
    expect(walked).toEqual(open);
    expect(await ids(world.bob, 'fossa')).toHaveLength(6);
  });

  it('follows what a message says, and forgets a deleted one', async () => {
    const channel = await aChannel(world);
    const { id } = await say(world, world.ann, channel, 'ephemera');

    await editMessage(world.deps, world.ann, { messageId: id, content: 'perennial' });
    expect(await ids(world.bob, 'ephemera')).toEqual([]);
    expect(await ids(world.bob, 'perennial')).toEqual([id]);
    await deleteMessage(world.deps, world.ann, { messageId: id });
    expect(await ids(world.bob, 'perennial')).toEqual([]);
  });

  it('goes with a ticket to another project, but for a channel that it was opened from', async () => {
    const channel = await aChannel(world);
    const opened = await aTicket(world, { conversationId: channel.id });
    const own = await aTicket(world);
    const stays = await say(world, world.ann, channel, 'nomad');
    const goes = await say(world, world.ann, talkOf(own), 'nomad');
    expect(await ids(world.ann, 'nomad')).toEqual([goes.id, stays.id]);

    for (const { id: ticketId } of [opened, own])
      await moveTicket(world.deps, world.admin, { ticketId, projectId: world.foreign.id });
    expect(await ids(world.ann, 'nomad')).toEqual([stays.id]);
    expect(await ids(world.admin, 'nomad', { projectId: world.foreign.id })).toEqual([goes.id]);
  });

  it('keeps them where they were said when tickets are merged or split, and loses them with a deleted one', async () => {
    const [ticket, into, gone] = [await aTicket(world), await aTicket(world), await aTicket(world)];
    const { id } = await say(world, world.ann, talkOf(ticket), 'okapi');
    await say(world, world.ann, talkOf(gone), 'okapi');

    await mergeTickets(world.deps, world.lead, { ticketId: ticket.id, intoId: into.id });
    await splitTicket(world.deps, world.ann, { ticketId: into.id, title: 'Split', commentIds: [] });
    await deleteTicket(world.deps, world.lead, { ticketId: gone.id });
    expect(await found(world.ann, 'okapi')).toMatchObject([{ id, ticketId: ticket.id }]);
  });

  it('is narrowed to tickets by what is said of them, and to a project with its channels', async () => {
    const [held, free] = [await aTicket(world), await aTicket(world)];
    await give(world, held, world.bob);
    const atHeld = await say(world, world.ann, talkOf(held), 'zebra');
    const atFree = await say(world, world.ann, talkOf(free), 'zebra');
    const inChannel = await say(world, world.ann, await aChannel(world), 'zebra');
    await say(world, world.ann, await directly(world, world.ann, world.bob), 'zebra');

    expect(await ids(world.bob, 'zebra')).toHaveLength(4);
    expect(await ids(world.bob, 'zebra assignee:me')).toEqual([atHeld.id]);
    expect(await ids(world.bob, 'zebra assignee:none')).toEqual([atFree.id]);
    expect(await ids(world.bob, 'zebra status:closed')).toEqual([]);
    expect(await ids(world.bob, `zebra project:${world.project.key}`)).toEqual([inChannel.id, atFree.id, atHeld.id]);
    expect(await ids(world.bob, `zebra project:${world.foreign.key}`)).toEqual([]);
    expect(await ids(world.customer, 'zebra tag:none')).toEqual([]);
    expect(await ids(world.bob, 'assignee:me')).toEqual([]);
  });
});

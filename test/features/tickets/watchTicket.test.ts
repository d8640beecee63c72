import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListWatchersInput } from '../../../contract/watcher.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { addMember } from '../../../server/features/projects/commands/addMember.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { unwatchTicket } from '../../../server/features/tickets/commands/unwatchTicket.js';
import { watchTicket } from '../../../server/features/tickets/commands/watchTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { listWatchers } from '../../../server/features/tickets/watchers.queries.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { anAgent, aProject, join } from '../../support/people.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, eventsOf, parsed, refusal, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('watching a ticket', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());

  const watch = ({ id: ticketId }: { id: string }, actor: Actor) => watchTicket(world.deps, actor, { ticketId });
  const unwatch = ({ id: ticketId }: { id: string }, actor: Actor) => unwatchTicket(world.deps, actor, { ticketId });
  const page = ({ id: ticketId }: { id: string }, more: object = {}, actor: Actor = world.ann) =>
    listWatchers(world.db, actor, parsed(ListWatchersInput, { ticketId, ...more }));
  const watchersOf = async (ticket: { id: string }) => (await page(ticket)).items.map(({ userId }) => userId);

  it('is told to the person alone, and moves nothing of the ticket', async () => {
    const ticket = await aTicket(world);

    const reply = await watch(ticket, world.bob);
    await watch(ticket, world.bob);

    expect(reply).toEqual({ ticketId: ticket.id, watching: true });
    const seen = await getTicket(world.db, world.bob, { ticketId: ticket.id });
    expect(seen).toMatchObject({ watching: true, version: 1, lastSeq: ticket.seq });
    expect(await getTicket(world.db, world.ann, { ticketId: ticket.id })).toMatchObject({ watching: false });
    expect(await eventsOf(world, ticket)).toHaveLength(1);
    const told = (await feedOf(world, world.bob.userId)).filter(({ type }) => type.startsWith('ticket.'));
    expect(told).toMatchObject([{ type: 'ticket.watched', payload: { ticket: { id: ticket.id, key: ticket.key } } }]);
    expect(await watchersOf(ticket)).toEqual([world.bob.userId]);
  });

  it('ends when one says so, once', async () => {
    const ticket = await aTicket(world);
    await watch(ticket, world.cyd);

    const replies = [await unwatch(ticket, world.cyd), await unwatch(ticket, world.cyd)];

    expect(replies).toEqual([
      { ticketId: ticket.id, watching: false },
      { ticketId: ticket.id, watching: false },
    ]);
    expect(await watchersOf(ticket)).toEqual([]);
    const told = (await feedOf(world, world.cyd.userId)).filter(({ type }) => type.startsWith('ticket.'));
    expect(told.map(({ type }) => type)).toEqual(['ticket.watched', 'ticket.unwatched']);
  });

  it('is for whoever may see the ticket; who watches is for staff', async () => {
    const ticket = await aTicket(world, { reporterId: world.customer.userId });

    await watch(ticket, world.customer);

    await refusal(world, 'NOT_FOUND', () => watch(ticket, world.otherCustomer));
    await refusal(world, 'FORBIDDEN', () => page(ticket, {}, world.customer));
    await refusal(world, 'NOT_FOUND', () => page(ticket, {}, world.otherCustomer));
    expect(await watchersOf(ticket)).toEqual([world.customer.userId]);
  });

  it('ends with the access to it, however that is lost, and goes on when it comes back', async () => {
    const [left, fired] = [await anAgent(world, 'Lou'), await anAgent(world, 'Flo')];
    for (const person of [left, fired]) await join(world, world.project, person, 'MEMBER');
    const ticket = await aTicket(world);
    for (const person of [left, fired, world.admin]) await watch(ticket, person);
    const member = { projectId: world.project.id, userId: left.userId };

    await removeMember(world.deps, world.lead, member);
    await deactivateUser(world.deps, world.admin, { userId: fired.userId });
    const without = await watchersOf(ticket);
    await addMember(world.deps, world.lead, { ...member, role: 'CUSTOMER' });
    const asCustomer = await watchersOf(ticket);
    await removeMember(world.deps, world.lead, member);
    await addMember(world.deps, world.lead, { ...member, role: 'MEMBER' });

    expect(without).toEqual([world.admin.userId]);
    expect(asCustomer).toEqual([world.admin.userId]);
    expect(await watchersOf(ticket)).toEqual([left.userId, world.admin.userId]);
  });

  it('goes on in another project for those who are there too', async () => {
    const target = await aProject(world, { lead: world.lead, members: [world.ann] });
    const ticket = await aTicket(world);
    for (const person of [world.bob, world.ann]) await watch(ticket, person);

    await moveTicket(world.deps, world.lead, { ticketId: ticket.id, projectId: target.id });

    expect(await watchersOf(ticket)).toEqual([world.ann.userId]);
  });

  it('is listed in pages, whoever began first comes first', async () => {
    const ticket = await aTicket(world);
    const people = [world.cyd, world.lead, world.ann, world.bob];
    for (const person of people) {
      await watch(ticket, person);
      world.clock.advance(1);
    }

    const first = await page(ticket, { limit: 3 });
    const second = await page(ticket, { limit: 3, cursor: first.nextCursor });

    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(people.map(({ name }) => name));
    expect([first.items.length, second.nextCursor]).toEqual([3, null]);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListTicketsInput, SearchTicketsInput } from '../../../contract/ticketInputs.js';
import type { Assignee, TicketReply } from '../../../contract/ticket.js';
import { removeAssignment } from '../../../server/features/assignments/commands/removeAssignment.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { readWindow } from '../../../server/features/tickets/ticketWindow.queries.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, give, parsed, patchTicket, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('who works on a ticket', (dialect) => {
  let world: TicketWorld;
  const tickets = {} as Record<'shared' | 'resolved' | 'left' | 'nobody' | 'closed', TicketReply>;

  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    const make = (title: string) => aTicket(world, { title: `Quokka ${title}` });
    for (const name of ['shared', 'resolved', 'left', 'nobody', 'closed'] as const) tickets[name] = await make(name);
    await give(world, tickets.shared, world.bob);
    await give(world, tickets.shared, world.ann, true);
    await give(world, tickets.shared, world.cyd, false);
    await give(world, tickets.resolved, world.cyd);
    await patchTicket(world, world.ann, tickets.resolved.id, { status: 'RESOLVED' });
    const { id: assignmentId } = await give(world, tickets.left, world.bob);
    await removeAssignment(world.deps, world.lead, { assignmentId });
    await give(world, tickets.closed, world.bob);
    await patchTicket(world, world.ann, tickets.closed.id, { status: 'CLOSED' });
  });
  afterAll(() => world.close());

  const window = () =>
    readWindow(world.db, {
      scope: { staffOf: [world.project.id], customerOf: [] },
      customerId: null,
      projects: [world.project.id],
      filter: {},
      sort: { by: 'createdAt', dir: 'asc' },
      rows: 50,
    });
  type Told = readonly { readonly id: string; readonly assignees: readonly Assignee[] }[];
  const asked: Record<string, () => Promise<Told>> = {
    'a list': async () =>
      (await listTickets(world.db, world.ann, parsed(ListTicketsInput, { projectId: world.project.id }))).items,
    'a list by statuses': async () =>
      (await listTickets(world.db, world.ann, parsed(ListTicketsInput, { sort: { by: 'priority', dir: 'asc' } })))
        .items,
    'a search': async () =>
      (await searchTickets(world.db, world.ann, parsed(SearchTicketsInput, { text: 'quokka' }))).items,
    'a search without words': async () =>
      (await searchTickets(world.db, world.ann, parsed(SearchTicketsInput, { text: 'type:ticket' }))).items,
    'the window of a live query': async () => (await window()).rows,
  };

  it.each(Object.keys(asked))('stands in %s as in the ticket itself', async (way) => {
    const told = new Map((await asked[way]!()).map(({ id, assignees }) => [id, assignees]));

    for (const { id } of Object.values(tickets))
      expect(told.get(id)).toEqual((await getTicket(world.db, world.ann, { ticketId: id })).assignees);
    const names = (name: keyof typeof tickets) =>
      told.get(tickets[name].id)?.map((each) => `${each.name}${each.isPrimary ? ' first' : ''}`);
    expect(names('shared')).toEqual(['Bob Agent', 'Ann Agent first', 'Cyd Agent']);
    expect(names('resolved')).toEqual(['Cyd Agent first']);
    expect([names('left'), names('nobody'), names('closed')]).toEqual([[], [], []]);
  });
});

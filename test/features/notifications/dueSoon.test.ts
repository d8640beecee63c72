import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListNotificationsInput } from '../../../contract/notification.js';
import { TicketPatch } from '../../../contract/ticket.js';
import { assignTicket } from '../../../server/features/assignments/commands/assignTicket.js';
import { tellDueSoon } from '../../../server/features/notifications/dueSoon.js';
import { listNotifications } from '../../../server/features/notifications/notifications.queries.js';
import { updateTicket } from '../../../server/features/tickets/commands/updateTicket.js';
import type { Clock } from '../../../server/kernel/clock.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, type TicketWorld } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';

const at = (moment: string): Clock => ({ now: () => new Date(moment) });

describeEachDialect('what is due soon', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());

  const heldBy = async (person: Person, dueDate: string) => {
    const { id } = await aTicket(world, { dueDate });
    await assignTicket(world.deps, world.lead, { ticketId: id, assigneeId: person.userId });
    return id;
  };
  const tell = (moment: string) => tellDueSoon({ ...world.deps, clock: at(moment) });
  const patch = (ticketId: string, change: object) =>
    updateTicket(world.deps, world.lead, { ticketId, patch: TicketPatch.parse(change) });
  const told = async (person: Person, ticketId: string) =>
    (await listNotifications(world.db, person, ListNotificationsInput.parse({}))).items
      .filter(({ kind, ticket }) => kind === 'DUE_SOON' && ticket?.id === ticketId)
      .map(({ dueDate }) => dueDate);

  it('is told to who holds it from a day before, once for each date', async () => {
    const ticketId = await heldBy(world.bob, '2031-05-10');

    expect(await tell('2031-05-08T23:59:59.999Z')).toBe(0);
    expect(await tell('2031-05-09T00:00:00.000Z')).toBe(1);
    expect(await tell('2031-05-10T12:00:00.000Z')).toBe(0);
    await patch(ticketId, { dueDate: '2031-05-20' });
    expect(await tell('2031-05-19T12:00:00.000Z')).toBe(1);

    expect(await told(world.bob, ticketId)).toEqual(['2031-05-20', '2031-05-10']);
    expect((await feedOf(world, world.bob.userId)).at(-1)).toMatchObject({
      type: 'notification.added',
      actorId: null,
      payload: { kind: 'DUE_SOON', dueDate: '2031-05-20', ticket: { id: ticketId } },
    });
  });

  it('is not told of what is finished, past, or held by nobody', async () => {
    const finished = await heldBy(world.bob, '2032-05-10');
    await patch(finished, { status: 'RESOLVED' });
    await heldBy(world.bob, '2032-05-08');
    await aTicket(world, { dueDate: '2032-05-10' });

    expect(await tell('2032-05-09T12:00:00.000Z')).toBe(0);
  });

  it('is told to each holder once when several nodes look at the same time', async () => {
    const ids: string[] = [];
    for (let nth = 0; nth < 5; nth++) ids.push(await heldBy(world.bob, '2033-05-10'));
    await assignTicket(world.deps, world.lead, { ticketId: ids[0]!, assigneeId: world.cyd.userId });

    const counts = await Promise.all(Array.from({ length: 4 }, () => tell('2033-05-10T00:00:00.000Z')));

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
    for (const id of ids) expect(await told(world.bob, id)).toEqual(['2033-05-10']);
    expect(await told(world.cyd, ids[0]!)).toEqual(['2033-05-10']);
  });
});

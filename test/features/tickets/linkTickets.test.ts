import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LinkTicketInput } from '../../../contract/link.js';
import { limits } from '../../../contract/limits.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { linkTickets } from '../../../server/features/tickets/commands/linkTickets.js';
import { unlinkTickets } from '../../../server/features/tickets/commands/unlinkTickets.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { ticketHistory } from '../../../server/features/tickets/ticketHistory.queries.js';
import { adHoc } from '../../../server/db/statement.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, eventsOf, parsed, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

type Ref = { readonly id: string };

describeEachDialect('links between tickets', (dialect) => {
  let world: TicketWorld;
  /** Where Ann is too, but not Bob. */
  let target: { id: string; key: string };
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    target = await aProject(world, { lead: world.lead, members: [world.ann], customers: [world.customer] });
  });
  afterAll(() => world.close());

  const link = (ticket: Ref, other: Ref, type: LinkTicketInput['type'] = 'RELATES', actor: Actor = world.ann) =>
    linkTickets(world.deps, actor, { ticketId: ticket.id, otherId: other.id, type });
  const unlink = (ticket: Ref, other: Ref, type: LinkTicketInput['type'] = 'RELATES', actor: Actor = world.ann) =>
    unlinkTickets(world.deps, actor, { ticketId: ticket.id, otherId: other.id, type });
  const linksOf = async ({ id: ticketId }: Ref, actor: Actor = world.ann) =>
    (await getTicket(world.db, actor, { ticketId })).links;
  const elsewhere = (title = 'Elsewhere', reporterId?: string) =>
    createTicket(world.deps, world.ann, parsed(CreateTicketInput, { projectId: target.id, title, reporterId }));

  it('are told of both, by ids and keys, and stand in both', async () => {
    const [one, other] = [await aTicket(world, { title: 'One' }), await aTicket(world, { title: 'Other' })];

    const reply = await link(one, other, 'BLOCKS');

    expect(reply).toMatchObject({ id: one.id, version: 2 });
    expect(await linksOf(one)).toMatchObject([
      { type: 'BLOCKS', isFrom: true, ticketId: other.id, key: other.key, title: 'Other', status: 'OPEN' },
    ]);
    expect(await linksOf(other)).toMatchObject([{ type: 'BLOCKS', isFrom: false, ticketId: one.id, title: 'One' }]);
    const told = [(await eventsOf(world, one)).at(-1), (await eventsOf(world, other)).at(-1)];
    expect(told).toMatchObject([
      { type: 'ticket.linked', seq: reply.seq, payload: { changes: {}, link: { ticketId: other.id, key: other.key } } },
      { type: 'ticket.linked', payload: { link: { type: 'BLOCKS', isFrom: false, ticketId: one.id, key: one.key } } },
    ]);
    expect(JSON.stringify(told[0])).not.toContain('"Other"');
    const { items } = await ticketHistory(world.db, world.ann, { ticketId: other.id, limit: 10 });
    expect(items.at(-1)).toMatchObject({ action: 'LINKED', field: 'links', oldValue: null, version: 2 });
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('that were made already, or were never made, change nothing', async () => {
    const [one, other] = [await aTicket(world), await aTicket(world)];
    const made = await link(one, other);

    const again = await link(other, one);
    const never = await unlink(one, other, 'DUPLICATES');

    expect([again.version, never.version, never.seq]).toEqual([2, 2, made.seq]);
    expect(await linksOf(one)).toHaveLength(1);
    expect(await linksOf(other)).toHaveLength(1);
  });

  it('are taken back from either side, and from the right one when they have a direction', async () => {
    const [one, other] = [await aTicket(world), await aTicket(world)];
    await link(one, other);
    await link(one, other, 'DUPLICATES');

    await unlink(other, one, 'DUPLICATES');
    await unlink(other, one);

    expect(await linksOf(one)).toMatchObject([{ type: 'DUPLICATES' }]);
    expect((await eventsOf(world, one)).at(-1)).toMatchObject({
      type: 'ticket.unlinked',
      payload: { link: { type: 'RELATES', ticketId: other.id } },
    });
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('cannot be to itself, nor close a circle of those that wait for each other', async () => {
    const [a, b, c] = [await aTicket(world), await aTicket(world), await aTicket(world)];
    await link(a, b, 'BLOCKS');
    await link(b, c, 'BLOCKS');

    await refusal(world, 'BAD_INPUT', () => link(a, a));
    await refusal(world, 'BAD_INPUT', () => link(b, a, 'BLOCKS'));
    await refusal(world, 'BAD_INPUT', () => link(c, a, 'BLOCKS'));
    expect(await link(a, c, 'BLOCKS')).toMatchObject({ id: a.id });
    expect(await link(c, a, 'DUPLICATES')).toMatchObject({ id: c.id });
  });

  it('close no circle when those that would are made at once, and have no ticket in common', async () => {
    for (let round = 0; round < 4; round++) {
      const ring = await Promise.all(Array.from({ length: 4 }, () => aTicket(world)));
      const next = (nth: number) => ring[(nth + 1) % ring.length]!;

      const [a, b, c, d] = ring.map((ticket, nth) => () => link(ticket, next(nth), 'BLOCKS'));
      await Promise.all([a!(), c!()]);

      const outcomes = await Promise.allSettled([b!(), d!()]);

      const refused = outcomes.filter(({ status }) => status === 'rejected');
      expect(refused).toMatchObject([{ reason: { code: 'BAD_INPUT' } }]);
    }
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('made crosswise at once wait for each other and are made once', async () => {
    const [a, b] = [await aTicket(world), await aTicket(world)];

    await Promise.all(Array.from({ length: 8 }, (_, nth) => (nth % 2 ? link(a, b) : link(b, a))));

    expect(await linksOf(a)).toHaveLength(1);
    expect(await eventsOf(world, b)).toHaveLength(2);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('lead to another project, and tell nobody of it who is not there', async () => {
    const [one, other] = [await aTicket(world, { title: 'Here' }), await elsewhere('CANARY')];

    await link(one, other);

    expect(await linksOf(one)).toMatchObject([{ ticketId: other.id, title: 'CANARY', projectId: target.id }]);
    expect(await linksOf(one, world.bob)).toEqual([]);
    expect(JSON.stringify(await eventsOf(world, one))).not.toContain('CANARY');
    const history = await ticketHistory(world.db, world.bob, { ticketId: one.id, limit: 10 });
    expect(JSON.stringify(history)).not.toContain('CANARY');
    const missing = await refusal(world, 'NOT_FOUND', () => link(one, { id: newId() }, 'RELATES', world.bob));
    expect(await refusal(world, 'NOT_FOUND', () => link(one, other, 'RELATES', world.bob))).toEqual(missing);
    expect(await refusal(world, 'NOT_FOUND', () => unlink(one, other, 'RELATES', world.bob))).toEqual(missing);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('are made by staff of both; a customer sees those between tickets of their own', async () => {
    const reporterId = world.customer.userId;
    const [one, other] = [await aTicket(world, { reporterId }), await elsewhere('Mine as well', reporterId)];
    const strange = await aTicket(world, { title: 'CANARY', reporterId: world.otherCustomer.userId });

    await refusal(world, 'FORBIDDEN', () => link(one, other, 'RELATES', world.customer));
    await link(one, other);
    await link(strange, one, 'BLOCKS');

    expect(await linksOf(one, world.customer)).toMatchObject([{ ticketId: other.id }]);
    const history = await ticketHistory(world.db, world.customer, { ticketId: one.id, limit: 10 });
    expect(history.items).toHaveLength(1);
  });

  it('to a deleted ticket are not shown', async () => {
    const [one, other] = [await aTicket(world), await aTicket(world)];
    await link(one, other);

    await deleteTicket(world.deps, world.lead, { ticketId: other.id });

    expect(await linksOf(one)).toEqual([]);
    await refusal(world, 'NOT_FOUND', () => unlink(one, other));
  });

  it('are as many as there can be, and no more', async () => {
    const [one, other] = [await aTicket(world), await aTicket(world)];
    const sql = `INSERT INTO ticket_links (id, from_id, to_id, type, created_by, created_at, updated_at)
      VALUES ($1, $2, $3, 'DUPLICATES', $4, $5, $5)`;
    const at = new Date();
    for (let nth = 0; nth < limits.linksOfTicket; nth++) {
      const { id } = await aTicket(world);
      await world.db.all(adHoc(sql), [newId(), id, one.id, world.ann.userId, at]);
    }

    await refusal(world, 'BAD_INPUT', () => link(other, one));

    await rows(world, 'DELETE FROM ticket_links WHERE to_id = $1', one.id);
    expect(await link(other, one)).toMatchObject({ id: other.id });
  });

  it('are made once under one key', async () => {
    const [one, other] = [await aTicket(world), await aTicket(world)];
    const input = { ticketId: one.id, otherId: other.id, type: 'RELATES', idempotencyKey: newId() } as const;

    const first = await linkTickets(world.deps, world.ann, input);
    await unlink(one, other);

    expect(await linkTickets(world.deps, world.ann, input)).toEqual(first);
    expect(await linksOf(one)).toEqual([]);
  });
});

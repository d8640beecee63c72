import { afterAll, beforeAll, expect, it } from 'vitest';
import { TagName } from '../../../contract/tag.js';
import { limits } from '../../../contract/limits.js';
import { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { tagTicket } from '../../../server/features/tickets/commands/tagTicket.js';
import { untagTicket } from '../../../server/features/tickets/commands/untagTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { ticketHistory } from '../../../server/features/tickets/ticketHistory.queries.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, eventsOf, parsed, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';

describeEachDialect('tags of a ticket', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());

  const tag = (ticket: { id: string }, tags: string[], actor: Actor = world.ann) =>
    tagTicket(world.deps, actor, { ticketId: ticket.id, tags });
  const untag = (ticket: { id: string }, tags: string[], actor: Actor = world.ann) =>
    untagTicket(world.deps, actor, { ticketId: ticket.id, tags });
  const listed = async (wanted: string, actor: Actor = world.ann) => {
    const input = parsed(ListTicketsInput, { tag: wanted });
    return (await listTickets(world.db, actor, input)).items.map(({ id }) => id);
  };

  it('are sorted, told in one event and one line of history, and found whatever the case', async () => {
    const ticket = await aTicket(world);

    const tagged = await tag(ticket, ['zebra', 'Ärger']);
    await tag(ticket, ['ÄRGER', 'alpha']);

    expect(tagged).toMatchObject({ tags: ['zebra', 'Ärger'], version: 2 });
    expect(await getTicket(world.db, world.ann, { ticketId: ticket.id })).toMatchObject({
      tags: ['alpha', 'zebra', 'Ärger'],
    });
    const [, first] = await eventsOf(world, ticket);
    expect(first).toMatchObject({
      type: 'ticket.updated',
      seq: tagged.seq,
      payload: { changes: { tags: { before: [], after: ['zebra', 'Ärger'] } }, ticket: { tags: ['zebra', 'Ärger'] } },
    });
    const { items } = await ticketHistory(world.db, world.ann, { ticketId: ticket.id, limit: 10 });
    expect(items.slice(1)).toMatchObject([
      { field: 'tags', oldValue: '[]', newValue: '["zebra","Ärger"]', version: 2 },
      { field: 'tags', oldValue: '["zebra","Ärger"]', newValue: '["alpha","zebra","Ärger"]', version: 3 },
    ]);
    expect(await listed('ärger')).toEqual([ticket.id]);
    expect(await listed('a\u0308rger')).toEqual([ticket.id]);
    expect(await listed('ärge')).toEqual([]);
    const search = { text: 'ticket', tag: 'ZEBRA', limit: 10 };
    expect((await searchTickets(world.db, world.ann, search)).items.map(({ id }) => id)).toEqual([ticket.id]);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('keep the spelling that came first, for all projects', async () => {
    const [one, other] = [await aTicket(world), await aTicket(world)];

    await tag(one, ['First Spelling']);
    const tagged = await tag(other, ['first SPELLING', 'FIRST spelling']);

    expect(tagged.tags).toEqual(['First Spelling']);
    expect(await rows(world, "SELECT name FROM tags WHERE name_key = 'first spelling'")).toHaveLength(1);
  });

  it('that are there already, or are not there, change nothing', async () => {
    const ticket = await aTicket(world);
    const tagged = await tag(ticket, ['Once']);

    const [again, none] = [await tag(ticket, ['once', 'ONCE']), await untag(ticket, ['never'])];

    expect([again, none]).toMatchObject([
      { version: tagged.version, seq: tagged.seq },
      { version: tagged.version, seq: tagged.seq },
    ]);
    expect(await eventsOf(world, ticket)).toHaveLength(2);
  });

  it('are taken off, and found no more', async () => {
    const ticket = await aTicket(world);
    await tag(ticket, ['off', 'stays']);

    const left = await untag(ticket, ['OFF', 'never']);

    expect(left).toMatchObject({ tags: ['stays'], version: 3 });
    expect(await listed('off')).toEqual([]);
    expect(await listed('stays')).toEqual([ticket.id]);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('are at most as many as the limit says', async () => {
    const ticket = await aTicket(world);
    const many = Array.from({ length: limits.tagsOfTicket }, (_, nth) => `many ${nth}`);
    await tag(ticket, many);

    const { details } = await refusal(world, 'BAD_INPUT', () => tag(ticket, ['one too many']));

    expect(details).toEqual({ field: 'tags' });
    expect(await tag(ticket, ['MANY 3'])).toMatchObject({ version: 2 });
  });

  it('are among staff: a customer is told of none, and finds nothing by them', async () => {
    const ticket = await aTicket(world, { reporterId: world.customer.userId });
    await tag(ticket, ['secret']);

    expect(await getTicket(world.db, world.customer, { ticketId: ticket.id })).toMatchObject({ tags: [], version: 2 });
    expect(await listed('secret', world.customer)).toEqual([]);
    const { items } = await ticketHistory(world.db, world.customer, { ticketId: ticket.id, limit: 10 });
    expect(items).toHaveLength(1);
    await refusal(world, 'FORBIDDEN', () => tag(ticket, ['mine'], world.customer));
    await refusal(world, 'FORBIDDEN', () => untag(ticket, ['secret'], world.customer));
    const missing = await refusal(world, 'NOT_FOUND', () => tag({ id: newId() }, ['x']));
    const foreign = parsed(CreateTicketInput, { projectId: world.foreign.id, title: 'Theirs' });
    const theirs = await createTicket(world.deps, world.admin, foreign);
    expect(await refusal(world, 'NOT_FOUND', () => tag(theirs, ['x']))).toEqual(missing);
  });

  it('go with the ticket to another project', async () => {
    const ticket = await aTicket(world);
    await tag(ticket, ['travels']);
    const target = await aProject(world, { lead: world.lead, members: [world.ann] });

    await moveTicket(world.deps, world.lead, { ticketId: ticket.id, projectId: target.id });

    expect(await listed('travels')).toEqual([ticket.id]);
    expect(await listed('travels', world.bob)).toEqual([]);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('that two make at once on many tickets are made once', async () => {
    const tickets = await Promise.all(Array.from({ length: 6 }, () => aTicket(world)));
    const names = ['race c', 'race a', 'race b'];

    await Promise.all(
      tickets.map((ticket, nth) => tag(ticket, nth % 2 ? names : names.map((name) => name.toUpperCase()).toReversed())),
    );

    expect(await rows(world, "SELECT name FROM tags WHERE name_key LIKE 'race %'")).toHaveLength(3);
    expect((await listed('race b')).toSorted()).toEqual(tickets.map(({ id }) => id).toSorted());
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('are done once under one key', async () => {
    const ticket = await aTicket(world);
    const input = { ticketId: ticket.id, tags: ['keyed'], idempotencyKey: 'tag once' };

    const first = await tagTicket(world.deps, world.ann, input);
    await untag(ticket, ['keyed']);
    const second = await tagTicket(world.deps, world.ann, input);

    expect(second).toEqual(first);
    expect(await listed('keyed')).toEqual([]);
  });

  it.each([
    ['  padded\t', 'padded'],
    ['e\u0301', 'é'],
    ['x'.repeat(limits.tagLength), 'x'.repeat(limits.tagLength)],
  ])('are taken trimmed and composed: %j', (given, taken) => {
    expect(TagName.parse(given)).toBe(taken);
  });

  it.each(['', '   ', '\u200b', 'a,b', 'x'.repeat(limits.tagLength + 1), '\u0000'])('are not such as %j', (given) => {
    expect(TagName.safeParse(given).success).toBe(false);
  });
});

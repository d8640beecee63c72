import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BulkUpdateInput } from '../../../contract/bulkUpdate.js';
import type { CustomFields } from '../../../contract/customField.js';
import type { Ticket, TicketReply } from '../../../contract/ticket.js';
import { ListTicketsInput } from '../../../contract/ticketInputs.js';
import { CreateTaskInput } from '../../../contract/task.js';
import { createCustomField } from '../../../server/features/customFields/commands/createCustomField.js';
import { updateCustomField } from '../../../server/features/customFields/commands/updateCustomField.js';
import { listCustomFields } from '../../../server/features/customFields/customFields.queries.js';
import { bulkUpdateTickets } from '../../../server/features/tickets/commands/bulkUpdateTickets.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { moveTicket } from '../../../server/features/tickets/commands/moveTicket.js';
import { compileFilter } from '../../../server/features/tickets/ticketMatch.js';
import { ticketHistory } from '../../../server/features/tickets/ticketHistory.queries.js';
import { listTickets } from '../../../server/features/tickets/tickets.queries.js';
import type { z } from 'zod';
import { findViolations } from '../../support/invariants.js';
import { aProject, defineFields } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  eventsOf,
  parsed,
  patchTicket,
  refusal,
  rows,
  type TicketWorld,
} from '../../support/ticketWorld.js';

type Values = z.infer<typeof CustomFields>;

describeEachDialect('the custom fields of a ticket', (dialect) => {
  let world: TicketWorld;
  const kinds = { note: 'TEXT', size: 'NUMBER', vip: 'BOOLEAN', day: 'DATE', pick: 'SELECT' } as const;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    await defineFields(world, world.project, kinds);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const whole: Values = { note: 'ß “x”\n', size: 0.1, vip: false, day: '2028-02-29', pick: 'two' };
  const give = (ticket: { id: string }, customFields: Values, expectedVersion?: number) =>
    patchTicket(world, world.ann, ticket.id, { customFields }, expectedVersion);
  const linesOf = async (ticket: { id: string }) =>
    rows(
      world,
      'SELECT field, old_value, new_value FROM ticket_history WHERE ticket_id = $1 AND version > 1 ORDER BY version, field',
      ticket.id,
    );

  it('are given when it is made, changed one by one, and taken away by null', async () => {
    const ticket = await aTicket(world, { customFields: { ...whole, note: null } });
    expect(ticket.customFields).toEqual({ size: 0.1, vip: false, day: '2028-02-29', pick: 'two' });

    expect((await give(ticket, { note: 'new', vip: true })).customFields).toEqual({ ...whole, note: 'new', vip: true });
    expect((await give(ticket, { size: null, day: null })).customFields).toEqual({
      note: 'new',
      vip: true,
      pick: 'two',
    });
    const before = await eventsOf(world, ticket);
    expect((await give(ticket, { size: null, vip: true })).version).toBe(3);
    expect(await eventsOf(world, ticket)).toHaveLength(before.length);
  });

  it('have a line of history each, and are told of whole in the event', async () => {
    const ticket = await aTicket(world, { customFields: { note: 'a', size: 1 } });
    await give(ticket, { note: 'b', size: null, vip: true });

    expect(await linesOf(ticket)).toEqual([
      { field: 'customFields.note', old_value: 'a', new_value: 'b' },
      { field: 'customFields.size', old_value: '1', new_value: null },
      { field: 'customFields.vip', old_value: null, new_value: 'true' },
    ]);
    const changes = { customFields: { before: { note: 'a', size: 1 }, after: { note: 'b', vip: true } } };
    expect((await eventsOf(world, ticket)).at(-1)?.payload).toMatchObject({ changes });
  });

  const unfit: Record<string, Values> = {
    'none of this project': { note: 'x', nothing: 1 },
    'of the name of what every object has': { constructor: 'x' },
    'a number for a text': { note: 1 },
    'a text for a number': { size: '1' },
    'a number for true': { vip: 1 },
    'no day': { day: '2027-02-29' },
    'no option': { pick: 'three' },
  };
  it.each(Object.entries(unfit))('are refused by name when one is %s', async (_what, values) => {
    const ticket = await aTicket(world);
    const field = `customFields.${Object.keys(values).at(-1)}`;

    expect((await refusal(world, 'BAD_INPUT', () => give(ticket, values))).details).toEqual({ field });
    await refusal(world, 'BAD_INPUT', () => aTicket(world, { customFields: values }));
  });

  it('merge with edits of others, and clash over the same', async () => {
    const ticket = await aTicket(world, { customFields: { note: 'a' } });
    await give(ticket, { size: 2, note: 'theirs' }, 1);

    expect((await give(ticket, { vip: true }, 1)).customFields).toEqual({ note: 'theirs', size: 2, vip: true });
    expect((await give(ticket, { size: 2 }, 1)).version).toBe(3);
    const { details, message } = await refusal(world, 'CONFLICT', () => give(ticket, { note: 'mine', vip: false }, 1));
    const [yours, theirs] = [{ note: 'mine', vip: false }, { note: 'theirs', vip: true }]; // prettier-ignore
    expect(details).toEqual({ currentVersion: 3, fields: { customFields: { yours, theirs } } });
    expect(message).toContain('customFields.note');
  });

  it('are given to many at once, each by its own project', async () => {
    const other = await aProject(world, { lead: world.lead, members: [world.ann] });
    await defineFields(world, other, { size: 'TEXT' });
    const tickets = [
      await aTicket(world, { customFields: { note: 'kept' } }),
      await aTicket(world, { projectId: other.id }),
      await aTicket(world, { customFields: { size: 7 } }),
    ];
    const ticketIds = tickets.map(({ id }) => id);
    const input = parsed(BulkUpdateInput, { ticketIds, patch: { customFields: { size: 7 } } });
    const { results } = await bulkUpdateTickets(world.deps, world.ann, input);

    expect(results.map(({ outcome, code }) => code ?? outcome)).toEqual(['UPDATED', 'BAD_INPUT', 'UNCHANGED']);
    expect((await linesOf(tickets[0]!)).map((line) => (line as { field: string }).field)).toEqual([
      'customFields.size',
    ]);
  });

  it('that are required are asked of staff who make a ticket, and stay', async () => {
    const project = await aProject(world, { lead: world.lead, members: [world.ann], customers: [world.customer] });
    const define = { projectId: project.id, key: 'must', kind: 'TEXT' as const, label: 'Must', options: [] };
    const field = await createCustomField(world.deps, world.lead, { ...define, required: true });
    const draft = { projectId: project.id };

    const { details } = await refusal(world, 'BAD_INPUT', () => aTicket(world, draft));
    expect(details).toEqual({ field: 'customFields.must' });
    const ticket = await aTicket(world, { ...draft, customFields: { must: 'x' } });
    await refusal(world, 'BAD_INPUT', () => give(ticket, { must: null }));
    await aTicket(world, draft, world.customer);
    const { taskId: _, ...task } = parsed(CreateTaskInput, { ...draft, title: 'A task' });
    await createTicket(world.deps, world.ann, { ...task, type: 'TASK', category: 'GENERAL' });
    await updateCustomField(world.deps, world.lead, { fieldId: field.id, patch: { active: false } });
    await aTicket(world, draft);
    await refusal(world, 'BAD_INPUT', () => give(ticket, { must: 'y' }));
    expect(await give(ticket, { must: 'x' })).toMatchObject({ customFields: { must: 'x' }, version: 1 });
  });

  it('that another project defines alike go there with it, and no others', async () => {
    const to = await aProject(world, { lead: world.lead, members: [world.ann] });
    await defineFields(world, to, { note: 'TEXT', size: 'TEXT', day: 'DATE' });
    const ticket = await aTicket(world, { customFields: whole });
    const moved = await moveTicket(world.deps, world.ann, { ticketId: ticket.id, projectId: to.id });

    expect(moved.customFields).toEqual({ note: whole['note'], day: whole['day'] });
    const dropped = (await linesOf(ticket)).filter((line) => (line as { field: string }).field.includes('.'));
    expect(dropped).toEqual([
      { field: 'customFields.pick', old_value: 'two', new_value: null },
      { field: 'customFields.size', old_value: '0.1', new_value: null },
      { field: 'customFields.vip', old_value: 'false', new_value: null },
    ]);
  });

  describe('as a filter', () => {
    const wanted: [Values, boolean][] = [
      [{ note: 'ß “x”\n' }, true],
      [{ note: 'SS “x”\n' }, false],
      [{ size: 0.1 }, true],
      [{ size: 1 }, false],
      [{ vip: false }, true],
      [{ vip: 0 }, false],
      [{ vip: 'false' }, false],
      [{ day: '2028-02-29' }, true],
      [{ pick: 'two', vip: false, size: 0.1 }, true],
      [{ pick: 'two', vip: true }, false],
      [{ nothing: 'x' }, false],
      [{ toString: 'x' }, false],
    ];
    let ticket: TicketReply;
    beforeAll(async () => {
      ticket = await aTicket(world, { customFields: whole, reporterId: world.customer.userId });
      await aTicket(world, { reporterId: world.customer.userId });
    });
    const found = async (customFields: Values, actor = world.ann, draft = {}): Promise<Ticket[]> => {
      const filter = { customFields: customFields as Record<string, string>, projectId: world.project.id, ...draft };
      return (await listTickets(world.db, actor, parsed(ListTicketsInput, { limit: 200, ...filter }))).items;
    };

    it.each(wanted)('%j finds it by SQL and in memory alike: %s', async (filter, isFound) => {
      const ids = (await found(filter)).map(({ id }) => id);

      expect(ids.includes(ticket.id)).toBe(isFound);
      const { seq: _, ...shown } = ticket;
      expect(compileFilter({ customFields: filter as Record<string, string> })(shown)).toBe(isFound);
    });

    it('finds nothing for customers, who do not see what it asks for', async () => {
      expect(await found({ vip: false }, world.customer)).toEqual([]);
      expect((await found({ vip: false }, world.ann)).length).toBeGreaterThan(0);
    });
  });

  it('stay among staff, in history too', async () => {
    const ticket = await aTicket(world, { customFields: { note: 'secret' }, reporterId: world.customer.userId });
    await give(ticket, { note: 'more secret' });
    const seenBy = async (actor: TicketWorld['ann']) =>
      JSON.stringify([
        await ticketHistory(world.db, actor, { ticketId: ticket.id, limit: 200 }),
        await listTickets(world.db, actor, parsed(ListTicketsInput, {})),
      ]);

    expect(await seenBy(world.customer)).not.toContain('secret');
    expect(await seenBy(world.ann)).toContain('more secret');
    await expect(
      listCustomFields(world.db, world.customer, { projectId: world.project.id, limit: 50 }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

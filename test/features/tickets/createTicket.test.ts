import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adHoc } from '../../../server/db/statement.js';
import { newId } from '../../../server/kernel/ids.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { findViolations } from '../../support/invariants.js';
import { writtenAhead } from '../../support/heldProject.js';
import { defineFields } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  eventsOf,
  refusal,
  rows,
  workloadOf,
  type TicketWorld,
} from '../../support/ticketWorld.js';

describeEachDialect('creating a ticket', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  it('fills in what was left out', async () => {
    const ticket = await aTicket(world, { title: 'Printer prints twice' });

    expect(ticket).toMatchObject({
      projectId: world.project.id,
      key: `${world.project.key}-${ticket.number}`,
      type: 'TICKET',
      status: 'OPEN',
      title: 'Printer prints twice',
      description: '',
      priority: 'MEDIUM',
      category: 'GENERAL',
      customFields: {},
      reporterId: world.ann.userId,
      createdBy: world.ann.userId,
      assigneeId: null,
      assignmentState: 'PENDING',
      version: 1,
      storyPoints: null,
      aiAssisted: false,
      resolvedAt: null,
      deletedAt: null,
      assignees: [],
    });
    expect(ticket.seq).toBe(ticket.lastSeq);
    expect(ticket.createdAt).toBe(ticket.updatedAt);
  });

  if (dialect === 'postgres')
    it('has its conversation and its words before it waits for its turn in the project', async () => {
      const { tables, reply } = await writtenAhead(world, () => aTicket(world));

      expect(tables).toEqual(expect.arrayContaining(['conversations', 'ticket_search']));
      expect(tables).not.toContain('tickets');
      expect(reply).toMatchObject({ projectId: world.project.id });
    });

  it('must be there when its words are to stay', async () => {
    const vector = dialect === 'postgres' ? [', tsv', ", 'alone'"] : ['', ''];
    const words = `INSERT INTO ticket_search (ticket_id, project_id${vector[0]}) VALUES ($1, $2${vector[1]})`;
    const before = await rows(world, 'SELECT ticket_id FROM ticket_search');

    const open = await world.db.begin({});
    await open.all(adHoc(words), [newId(), world.project.id]);
    await expect(open.commit()).rejects.toThrow(/foreign key/i);

    expect(await rows(world, 'SELECT ticket_id FROM ticket_search')).toHaveLength(before.length);
  });

  it('takes the id that its maker made up, once', async () => {
    const ticketId = newId();
    const { id } = await aTicket(world, { title: 'Spoken of before', ticketId });

    expect(id).toBe(ticketId);
    await refusal(world, 'DUPLICATE', () => aTicket(world, { title: 'Another', ticketId }));
    // Which index of which table it was is nobody's business.
    await expect(aTicket(world, { title: 'Another', ticketId })).rejects.toHaveProperty('details', {});
    expect(await getTicket(world.db, world.ann, { ticketId })).toMatchObject({ title: 'Spoken of before' });
  });

  it('reads back exactly what it answered, by id and by key', async () => {
    await defineFields(world, world.project, { zebra: 'TEXT', alpha: 'NUMBER', yes: 'BOOLEAN' });
    const { seq: _, ...ticket } = await aTicket(world, {
      title: 'Ünïcode “title” 🎫',
      description: 'line\n	tab \\ \' " %_ é',
      type: 'TASK',
      priority: 'URGENT',
      category: 'BUG_REPORT',
      storyPoints: 2147483647,
      estimatedHours: 0.1,
      dueDate: '2027-02-28',
      waitingOn: 'THIRD_PARTY',
      aiAssisted: true,
      externalSource: 'old',
      externalId: 'x/1',
      customFields: {
        zebra: 'ß',
        alpha: 1.5,
        yes: true,
      },
    });

    expect(await getTicket(world.db, world.ann, { ticketId: ticket.id })).toMatchObject(ticket);
    expect(await getTicket(world.db, world.ann, { key: ticket.key })).toMatchObject(ticket);
  });

  it('writes one event with the ticket in it, one line of history, and wakes the project', async () => {
    const before = world.wakes.length;
    const { seq, ...ticket } = await aTicket(world);

    const [event, ...others] = await eventsOf(world, ticket);
    expect(event).toMatchObject({
      seq,
      type: 'ticket.created',
      audience: 'REPORTER',
      payload: { ticket, changes: {} },
    });
    expect(others).toEqual([]);
    const history = await rows(world, 'SELECT action, field, seq FROM ticket_history WHERE ticket_id = $1', ticket.id);
    expect(history).toEqual([{ action: 'CREATED', field: null, seq }]);
    expect(world.wakes.slice(before)).toEqual([{ kind: 'project', id: world.project.id, seq }]);
  });

  it('makes the first assignment, as primary, and counts its points', async () => {
    const points = await workloadOf(world, world.bob);
    const ticket = await aTicket(world, { assigneeId: world.bob.userId, storyPoints: 5 });

    expect(ticket).toMatchObject({ assigneeId: world.bob.userId, assignmentState: 'ASSIGNED', version: 1 });
    expect(ticket.assignees).toMatchObject([{ userId: world.bob.userId, name: 'Bob Agent', isPrimary: true }]);
    expect(await workloadOf(world, world.bob)).toBe(points + 5);
  });

  it.each(['RESOLVED', 'CLOSED'] as const)('sets the times of a ticket that is %s from the start', async (status) => {
    const ticket = await aTicket(world, { status });

    const closed = status === 'CLOSED';
    expect([ticket.resolvedAt, ticket.completedAt, ticket.closedAt === null]).toEqual([
      ticket.createdAt,
      ticket.createdAt,
      !closed,
    ]);
  });

  it('does not count the points of a ticket that is resolved from the start', async () => {
    const points = await workloadOf(world, world.bob);
    const ticket = await aTicket(world, { status: 'RESOLVED', assigneeId: world.bob.userId, storyPoints: 3 });

    expect(ticket).toMatchObject({ assigneeId: world.bob.userId, assignmentState: 'COMPLETED' });
    expect(await workloadOf(world, world.bob)).toBe(points);
  });

  it('numbers 25 made at once without a gap, and their events too', async () => {
    const first = await aTicket(world);
    const tickets = await Promise.all(Array.from({ length: 25 }, () => aTicket(world)));

    const inOrder = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
    const following = (from: number) => Array.from({ length: 25 }, (_, index) => from + 1 + index);
    expect(inOrder(tickets.map(({ number }) => number))).toEqual(following(first.number));
    expect(inOrder(tickets.map(({ seq }) => seq))).toEqual(following(first.seq));
    expect(tickets.every(({ number, seq }) => number - first.number === seq - first.seq)).toBe(true);
  });

  it('gives a ticket of another project the number of its own series', async () => {
    const ticket = await aTicket(world, { projectId: world.foreign.id }, world.admin);

    expect(ticket.key).toBe(`${world.foreign.key}-1`);
  });

  it('answers for a foreign project as for a missing one', async () => {
    const foreign = await refusal(world, 'NOT_FOUND', () => aTicket(world, { projectId: world.foreign.id }));
    const missing = await refusal(world, 'NOT_FOUND', () => aTicket(world, { projectId: newId() }));

    expect(foreign).toEqual(missing);
  });

  it('refuses an external id that was imported before, and then writes nothing', async () => {
    const external = { externalSource: 'zendesk', externalId: '4711' };
    await aTicket(world, external);

    await refusal(world, 'DUPLICATE', () => aTicket(world, external));
    const other = await aTicket(world, { ...external, externalSource: 'freshdesk' });
    expect(other.externalId).toBe('4711');
  });

  describe('refuses as BAD_INPUT', () => {
    const unfit: Record<string, () => Parameters<typeof aTicket>[1]> = {
      'a reporter from outside of the project': () => ({ reporterId: newId() }),
      'an assignee who only reports here': () => ({ assigneeId: world.customer.userId }),
      'a department that does not exist': () => ({ departmentId: newId() }),
      'a skill that does not exist': () => ({ requiredSkillId: newId() }),
      'a parent that does not exist': () => ({ parentId: newId() }),
      'a holder of a ticket that is closed': () => ({ assigneeId: world.bob.userId, status: 'CLOSED' }),
    };
    it.each(Object.entries(unfit))('%s', async (_what, draft) => {
      await refusal(world, 'BAD_INPUT', () => aTicket(world, draft()));
    });

    it('a parent in another project, or deleted', async () => {
      const elsewhere = await aTicket(world, { projectId: world.foreign.id }, world.admin);
      const deleted = await aTicket(world);
      await deleteTicket(world.deps, world.lead, { ticketId: deleted.id });

      await refusal(world, 'BAD_INPUT', () => aTicket(world, { parentId: elsewhere.id }));
      await refusal(world, 'BAD_INPUT', () => aTicket(world, { parentId: deleted.id }));
    });

    it('an assignee who is not in the project', async () => {
      const draft = { projectId: world.foreign.id, assigneeId: world.ann.userId };

      await refusal(world, 'BAD_INPUT', () => aTicket(world, draft, world.admin));
    });
  });

  describe('for a customer', () => {
    it('reports for themselves, and answers without what stays among staff', async () => {
      const ticket = await aTicket(world, { title: 'Help', priority: 'HIGH', category: 'BILLING' }, world.customer);

      expect(ticket).toMatchObject({ reporterId: world.customer.userId, createdBy: world.customer.userId });
      expect(ticket).toMatchObject({ priority: 'HIGH', storyPoints: null, customFields: {} });
      const [event] = await eventsOf(world, ticket);
      expect(event).toMatchObject({ audience: 'REPORTER', reporterId: world.customer.userId });
    });

    const forbidden: Record<string, () => Parameters<typeof aTicket>[1]> = {
      'in the name of somebody else': () => ({ reporterId: world.otherCustomer.userId }),
      'as a task': () => ({ type: 'TASK' }),
      'in a later column': () => ({ status: 'IN_PROGRESS' }),
      'with points': () => ({ storyPoints: 1 }),
      'with fields of one’s own': () => ({ customFields: { vip: true } }),
      'with a holder': () => ({ assigneeId: world.bob.userId }),
      'with a holder who does not exist': () => ({ assigneeId: newId() }),
      'with a day due': () => ({ dueDate: '2027-01-01' }),
      'as if imported': () => ({ externalSource: 'a', externalId: 'b' }),
    };
    it.each(Object.entries(forbidden))('is forbidden %s', async (_how, draft) => {
      await refusal(world, 'FORBIDDEN', () => aTicket(world, draft(), world.customer));
    });
  });
});

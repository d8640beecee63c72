import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BulkUpdateInput } from '../../../contract/bulkUpdate.js';
import type { TicketPatch, TicketReply } from '../../../contract/ticket.js';
import { newId } from '../../../server/kernel/ids.js';
import { createProject } from '../../../server/features/projects/commands/createProject.js';
import { bulkUpdateTickets } from '../../../server/features/tickets/commands/bulkUpdateTickets.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { restoreTicket } from '../../../server/features/tickets/commands/restoreTicket.js';
import { findViolations } from '../../support/invariants.js';
import { defineFields } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  eventsOf,
  give,
  parsed,
  patchTicket,
  refusal,
  rows,
  workloadOf,
  type TicketWorld,
} from '../../support/ticketWorld.js';

describeEachDialect('updating a ticket', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    const numbers = { a: 'NUMBER', b: 'NUMBER', alpha: 'NUMBER', zulu: 'NUMBER' } as const;
    await defineFields(world, world.project, { ...numbers, mike: 'TEXT' });
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const patch = (ticket: TicketReply, changes: TicketPatch, expectedVersion?: number, actor = world.ann) =>
    patchTicket(world, actor, ticket.id, changes, expectedVersion);

  it('answers with the ticket and the number of the event that tells of it', async () => {
    const ticket = await aTicket(world);
    const { seq, ...after } = await patch(ticket, { title: 'Another', priority: 'HIGH' });

    expect(after).toMatchObject({ title: 'Another', priority: 'HIGH', version: 2, lastSeq: seq });
    const changes = { title: { before: 'A ticket', after: 'Another' }, priority: { before: 'MEDIUM', after: 'HIGH' } };
    expect((await eventsOf(world, ticket)).slice(1)).toMatchObject([
      { seq, type: 'ticket.updated', actorId: world.ann.userId, payload: { ticket: after, changes } },
    ]);
  });

  it('keeps one line of history per changed field', async () => {
    const ticket = await aTicket(world, { storyPoints: 2 });
    const { seq } = await patch(ticket, { storyPoints: 8, dueDate: '2027-01-31' });

    const sql = `SELECT action, field, old_value, new_value, version, seq, changed_by FROM ticket_history
      WHERE ticket_id = $1 AND version > 1 ORDER BY field`;
    const common = { action: 'UPDATED', version: 2, seq, changed_by: world.ann.userId };
    expect(await rows(world, sql, ticket.id)).toEqual([
      { ...common, field: 'dueDate', old_value: null, new_value: '2027-01-31' },
      { ...common, field: 'storyPoints', old_value: '2', new_value: '8' },
    ]);
  });

  describe('from a version that is no longer the last', () => {
    it('keeps both of two edits of different fields', async () => {
      const ticket = await aTicket(world);
      await patch(ticket, { title: 'Mine' }, 1);
      const after = await patch(ticket, { priority: 'LOW' }, 1, world.bob);

      expect(after).toMatchObject({ title: 'Mine', priority: 'LOW', version: 3 });
    });

    it('refuses a second edit of the same field, with both values', async () => {
      const ticket = await aTicket(world);
      await patch(ticket, { title: 'Theirs', priority: 'HIGH' }, 1);

      const mine: TicketPatch = { title: 'Mine', description: 'Free' };
      const { details } = await refusal(world, 'CONFLICT', () => patch(ticket, mine, 1, world.bob));
      expect(details).toEqual({ currentVersion: 2, fields: { title: { yours: 'Mine', theirs: 'Theirs' } } });
    });

    it('takes the same value twice for one edit', async () => {
      const ticket = await aTicket(world);
      const first = await patch(ticket, { title: 'Both', customFields: { b: 1, a: 2 } }, 1);
      const second = await patch(ticket, { title: 'Both', customFields: { a: 2, b: 1 } }, 1, world.bob);

      expect(second).toEqual(first);
    });

    it('lets exactly one of ten racing edits of a field win', async () => {
      const ticket = await aTicket(world);
      const racing = Array.from({ length: 10 }, (_, n) => patch(ticket, { title: `Racer ${n}` }, 1));
      const outcomes = await Promise.allSettled(racing);

      const refused = outcomes.filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(9);
      expect(refused.every(({ reason }: any) => reason.code === 'CONFLICT')).toBe(true);
      expect(await eventsOf(world, ticket)).toHaveLength(2);
    });

    it('merges ten racing edits of ten fields', async () => {
      const ticket = await aTicket(world);
      const patches: TicketPatch[] = [
        { title: 'T' },
        { description: 'D' },
        { priority: 'LOW' },
        { category: 'BILLING' },
        { storyPoints: 1 },
        { estimatedHours: 2 },
        { dueDate: '2027-01-01' },
        { waitingOn: 'CUSTOMER' },
        { aiAssisted: true },
        { status: 'REVIEW' },
      ];
      await Promise.all(patches.map((changes) => patch(ticket, changes, 1)));

      const sql = 'SELECT title, description, priority, category, story_points, version FROM tickets WHERE id = $1';
      expect(await rows(world, sql, ticket.id)).toEqual([
        { title: 'T', description: 'D', priority: 'LOW', category: 'BILLING', story_points: 1, version: 11 },
      ]);
    });

    it('refuses a version that has not been yet', async () => {
      const ticket = await aTicket(world);

      const { details } = await refusal(world, 'CONFLICT', () => patch(ticket, { title: 'x' }, 2));
      expect(details).toEqual({ currentVersion: 1 });
    });
  });

  it.each<[string, TicketPatch]>([
    ['an empty patch', {}],
    ['fields as they are', { title: 'A ticket', storyPoints: null }],
    ['a field left undefined', { title: undefined }],
    ['own fields in another order', { customFields: { alpha: 1, zulu: [2].length, mike: 'x' } }],
  ])('emits nothing for %s', async (_what, changes) => {
    const ticket = await aTicket(world, { customFields: { zulu: 1, mike: 'x', alpha: 1 } });
    const wakes = world.wakes.length;

    expect(await patch(ticket, changes)).toEqual(ticket);
    expect(await eventsOf(world, ticket)).toHaveLength(1);
    expect(world.wakes).toHaveLength(wakes);
  });

  describe('to another status', () => {
    it('sets and clears the times that belong to it', async () => {
      const ticket = await aTicket(world);
      const times = ({ resolvedAt, completedAt, closedAt }: TicketReply) => [resolvedAt, completedAt, closedAt];
      const resolved = await patch(ticket, { status: 'RESOLVED' });
      const closed = await patch(ticket, { status: 'CLOSED' });
      const open = await patch(ticket, { status: 'IN_PROGRESS' });

      expect(times(resolved)).toEqual([resolved.updatedAt, resolved.updatedAt, null]);
      expect(times(closed)).toEqual([resolved.updatedAt, resolved.updatedAt, closed.updatedAt]);
      expect(times(open)).toEqual([null, null, null]);
    });

    it('keeps the holder of a resolved ticket, but no longer counts its points', async () => {
      const ticket = await aTicket(world, { storyPoints: 7 });
      const points = await workloadOf(world, world.bob);
      await give(world, ticket, world.bob);
      expect(await workloadOf(world, world.bob)).toBe(points + 7);

      const resolved = await patch(ticket, { status: 'RESOLVED' });
      expect(resolved).toMatchObject({ assigneeId: world.bob.userId, assignmentState: 'COMPLETED' });
      expect(await workloadOf(world, world.bob)).toBe(points);

      expect(await patch(ticket, { status: 'REVIEW' })).toMatchObject({ assignmentState: 'ASSIGNED' });
      expect(await workloadOf(world, world.bob)).toBe(points + 7);
    });

    it('completes all assignments of a ticket that is closed, and reopens it held by nobody', async () => {
      const ticket = await aTicket(world, { storyPoints: 2 });
      await give(world, ticket, world.bob);
      await give(world, ticket, world.cyd);

      const closed = await patch(ticket, { status: 'CLOSED' });
      expect(closed).toMatchObject({ assigneeId: null, assignees: [], assignmentState: 'COMPLETED' });
      const sql = 'SELECT status FROM assignments WHERE ticket_id = $1';
      expect(await rows(world, sql, ticket.id)).toEqual([{ status: 'COMPLETED' }, { status: 'COMPLETED' }]);
      const feed = `SELECT user_id FROM feed_events WHERE ticket_id = $1 AND type = 'ticket.unassigned' ORDER BY user_id`;
      const people = [world.bob.userId, world.cyd.userId].toSorted();
      expect(await rows(world, feed, ticket.id)).toEqual(people.map((user_id) => ({ user_id })));

      const open = await patch(ticket, { status: 'OPEN' });
      expect(open).toMatchObject({ assigneeId: null, assignmentState: 'PENDING' });
    });
  });

  it('moves the points of a holder with the points of the ticket', async () => {
    const ticket = await aTicket(world, { storyPoints: 3 });
    await give(world, ticket, world.cyd);
    const points = await workloadOf(world, world.cyd);

    await patch(ticket, { storyPoints: 10 });
    expect(await workloadOf(world, world.cyd)).toBe(points + 7);
    await patch(ticket, { storyPoints: null });
    expect(await workloadOf(world, world.cyd)).toBe(points - 3);
  });

  it('takes the parent that a ticket has already, also when that is deleted', async () => {
    const parent = await aTicket(world);
    const child = await aTicket(world, { parentId: parent.id });
    const other = await aTicket(world);
    await deleteTicket(world.deps, world.lead, { ticketId: parent.id });

    expect(await patch(child, { title: 'Still here', parentId: parent.id })).toMatchObject({
      title: 'Still here',
      parentId: parent.id,
    });
    const ticketIds = [child.id, other.id];
    const input = parsed(BulkUpdateInput, { ticketIds, patch: { priority: 'LOW', parentId: parent.id } });
    const { results } = await bulkUpdateTickets(world.deps, world.ann, input);
    expect(results).toMatchObject([{ outcome: 'UPDATED' }, { outcome: 'FAILED', code: 'BAD_INPUT' }]);
  });

  describe('refuses', () => {
    it('a ticket that is foreign as one that is missing, or deleted', async () => {
      const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
      const deleted = await aTicket(world);
      await deleteTicket(world.deps, world.lead, { ticketId: deleted.id });

      const refused = [foreign.id, deleted.id, newId()].map(
        (id) => () => patchTicket(world, world.ann, id, { title: 'x' }, 99),
      );
      const answers = [];
      for (const call of refused) answers.push(await refusal(world, 'NOT_FOUND', call));
      expect(new Set(answers.map(({ message }) => message)).size).toBe(1);
    });

    it('references that do not fit', async () => {
      const ticket = await aTicket(world);
      const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);

      for (const unfit of [
        { departmentId: newId() },
        { requiredSkillId: newId() },
        { parentId: newId() },
        { parentId: foreign.id },
        { parentId: ticket.id },
      ])
        await refusal(world, 'BAD_INPUT', () => patch(ticket, unfit));
    });

    it('more points than can be counted of one person', async () => {
      const most = 2_147_483_647;
      const [held, more] = [await aTicket(world, { storyPoints: most }), await aTicket(world, { storyPoints: 1 })];
      await give(world, held, world.cyd);

      await refusal(world, 'BAD_INPUT', () => give(world, more, world.cyd));
      await patch(held, { storyPoints: most - 1 });
      await give(world, more, world.cyd);
      await refusal(world, 'BAD_INPUT', () => patch(more, { storyPoints: 2 }));
      await patch(held, { storyPoints: null });
    });

    it('a ticket below itself, however far', async () => {
      const [a, b, c] = [await aTicket(world), await aTicket(world), await aTicket(world)];
      await patch(b, { parentId: a.id });
      await patch(c, { parentId: b.id });

      await refusal(world, 'BAD_INPUT', () => patch(a, { parentId: c.id }));
    });

    it('a ring made by two at once', async () => {
      for (let round = 0; round < 10; round++) {
        const [a, b, c] = [await aTicket(world), await aTicket(world), await aTicket(world)];
        await patch(b, { parentId: c.id });
        const outcomes = await Promise.allSettled([patch(a, { parentId: b.id }), patch(c, { parentId: a.id })]);

        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }
    });

    it('changes of customers beyond the words of their own tickets', async () => {
      const own = await aTicket(world, {}, world.customer);
      const others = await aTicket(world);

      const edited = await patch(own, { title: 'New', description: 'words' }, 1, world.customer);
      expect(edited).toMatchObject({ title: 'New', version: 2 });
      await refusal(world, 'FORBIDDEN', () => patch(own, { priority: 'URGENT' }, undefined, world.customer));
      await refusal(world, 'FORBIDDEN', () => patch(own, { title: 'x', status: 'CLOSED' }, undefined, world.customer));
      await refusal(world, 'NOT_FOUND', () => patch(others, { title: 'x' }, undefined, world.customer));
      await refusal(world, 'NOT_FOUND', () => patch(own, { title: 'x' }, undefined, world.otherCustomer));
    });

    it('everything in an archived project', async () => {
      const project = await createProject(world.deps, world.lead, {
        key: 'OLD',
        name: 'Old',
        description: '',
        status: 'ACTIVE',
      });
      const ticket = await aTicket(world, { projectId: project.id }, world.lead);
      await world.db.sequelize.query("UPDATE projects SET is_archived = true WHERE key = 'OLD'");

      await refusal(world, 'CONFLICT', () => patch(ticket, { title: 'x' }, undefined, world.lead));
      await refusal(world, 'CONFLICT', () => aTicket(world, { projectId: project.id }, world.lead));
    });
  });
});

describeEachDialect('deleting a ticket', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  it('takes it from its holders and from the board, with who and why', async () => {
    const ticket = await aTicket(world, { storyPoints: 4, assigneeId: world.bob.userId });
    const deleted = await deleteTicket(world.deps, world.lead, { ticketId: ticket.id, reason: 'twice' });

    expect(deleted).toMatchObject({
      deletedBy: world.lead.userId,
      deleteReason: 'twice',
      assigneeId: null,
      version: 2,
    });
    expect(deleted).toMatchObject({ assignmentState: 'PENDING', deletedAt: deleted.updatedAt, assignees: [] });
    expect(await workloadOf(world, world.bob)).toBe(0);
    expect((await eventsOf(world, ticket)).map(({ type }) => type)).toEqual(['ticket.created', 'ticket.deleted']);
    expect(await rows(world, 'SELECT status FROM assignments WHERE ticket_id = $1', ticket.id)).toEqual([
      { status: 'REMOVED' },
    ]);
  });

  it('is undone by restoring it, as it was but held by nobody', async () => {
    const ticket = await aTicket(world, { status: 'REVIEW', assigneeId: world.bob.userId });
    await deleteTicket(world.deps, world.lead, { ticketId: ticket.id });
    const restored = await restoreTicket(world.deps, world.lead, { ticketId: ticket.id });

    expect(restored).toMatchObject({
      status: 'REVIEW',
      deletedAt: null,
      deletedBy: null,
      assigneeId: null,
      version: 3,
    });
    expect((await eventsOf(world, ticket)).at(-1)).toMatchObject({ type: 'ticket.restored' });
    await refusal(world, 'NOT_FOUND', () => restoreTicket(world.deps, world.lead, { ticketId: ticket.id }));
  });

  it('is for leads and for the colleague who made it', async () => {
    const ticket = await aTicket(world);
    const reported = await aTicket(world, {}, world.customer);
    const call = (actor: typeof world.ann, ticketId: string) => () => deleteTicket(world.deps, actor, { ticketId });

    await refusal(world, 'FORBIDDEN', call(world.bob, ticket.id));
    await refusal(world, 'FORBIDDEN', call(world.customer, reported.id));
    await refusal(world, 'NOT_FOUND', call(world.customer, ticket.id));
    expect(await call(world.ann, ticket.id)()).toMatchObject({ deletedBy: world.ann.userId });
    await refusal(world, 'NOT_FOUND', call(world.ann, ticket.id));
    await refusal(world, 'FORBIDDEN', () => restoreTicket(world.deps, world.bob, { ticketId: ticket.id }));
  });
});

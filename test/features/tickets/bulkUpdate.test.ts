import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { BulkUpdateInput, type BulkUpdateReply } from '../../../contract/bulkUpdate.js';
import type { TicketPatch, TicketReply } from '../../../contract/ticket.js';
import { digestOf } from '../../../server/db/digest.js';
import { archiveProject } from '../../../server/features/projects/commands/archiveProject.js';
import { bulkUpdateTickets } from '../../../server/features/tickets/commands/bulkUpdateTickets.js';
import { deleteTicket } from '../../../server/features/tickets/commands/deleteTicket.js';
import { mergeTickets } from '../../../server/features/tickets/commands/mergeTickets.js';
import { searchTickets } from '../../../server/features/search/searchTickets.js';
import { newId } from '../../../server/kernel/ids.js';
import { countedStatements } from '../../support/countedStatements.js';
import { findViolations } from '../../support/invariants.js';
import { aProject } from '../../support/people.js';
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

type Input = z.input<typeof BulkUpdateInput>;

describeEachDialect('updating many tickets', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const idsOf = (tickets: readonly { id: string }[]) => tickets.map(({ id }) => id);
  const bulk = (
    tickets: readonly { id: string }[],
    patch: TicketPatch,
    rest: Partial<Input> = {},
    actor = world.ann,
    deps = world.deps,
  ): Promise<BulkUpdateReply> =>
    bulkUpdateTickets(deps, actor, parsed(BulkUpdateInput, { ticketIds: idsOf(tickets), patch, ...rest }));
  const several = (count: number, draft: Parameters<typeof aTicket>[1] = {}): Promise<TicketReply[]> =>
    Promise.all(Array.from({ length: count }, () => aTicket(world, draft)));
  const outcomes = ({ results }: BulkUpdateReply) => results.map(({ outcome, code }) => code ?? outcome);

  it('reports each of them in the order asked, with its version and the number of its event', async () => {
    const [a, b, c] = (await several(3)) as [TicketReply, TicketReply, TicketReply];
    await patchTicket(world, world.bob, b.id, { priority: 'HIGH' });
    const { results } = await bulk([c, b, a], { priority: 'HIGH' });

    expect(results).toEqual([
      { ticketId: c.id, outcome: 'UPDATED', version: 2, seq: expect.any(Number) },
      { ticketId: b.id, outcome: 'UNCHANGED', version: 2, seq: expect.any(Number) },
      { ticketId: a.id, outcome: 'UPDATED', version: 2, seq: results[0]!.seq! + 1 },
    ]);
    for (const { ticketId, seq } of results)
      expect((await eventsOf(world, { id: ticketId })).at(-1)).toMatchObject({ seq, type: 'ticket.updated' });
    expect(await eventsOf(world, b)).toHaveLength(2);
  });

  it('leaves of each what updating it alone leaves, however many they are', async () => {
    // More than go into one statement, and a remainder.
    const tickets = await several(170, { storyPoints: 2 });
    const alone = await aTicket(world, { storyPoints: 2 });
    for (const ticket of [...tickets.slice(-3), alone]) await give(world, ticket, world.bob);
    const points = await workloadOf(world, world.bob);
    const patch = { status: 'CLOSED', title: 'Closed together', waitingOn: 'CUSTOMER' } as const;
    const reply = await bulk(tickets, patch);
    await patchTicket(world, world.ann, alone.id, patch);

    expect(new Set(outcomes(reply))).toEqual(new Set(['UPDATED']));
    const shapeOf = async (ticket: { id: string }) => {
      const [event] = (await eventsOf(world, ticket)).slice(-1);
      const { changes, ...payload } = event!.payload as { changes: Record<string, unknown> };
      const history = 'SELECT action, field, version FROM ticket_history WHERE ticket_id = $1 ORDER BY version, field';
      const hands =
        'SELECT action, reason, previous_developer FROM assignment_history WHERE ticket_id = $1 ORDER BY id';
      return {
        told: [event!.type, event!.audience, Object.keys(payload).toSorted(), Object.keys(changes).toSorted()],
        history: await rows(world, history, ticket.id),
        hands: await rows(world, hands, ticket.id),
      };
    };
    expect(await shapeOf(tickets[169]!)).toEqual(await shapeOf(alone));
    expect(await workloadOf(world, world.bob)).toBe(points - 8);
    const found = { text: '"closed together"', projectId: world.project.id, limit: 200 };
    expect((await searchTickets(world.db, world.ann, found)).items).toHaveLength(171);
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('asks the database for no more of many than a few statements', { timeout: 30_000 }, async () => {
    const tickets = await several(256);
    for (const ticket of tickets.slice(0, 4)) await give(world, ticket, world.cyd);
    const counted = countedStatements(world.deps);
    const expectedVersions = tickets.map(() => 1);
    const patch = { title: 'Counted', status: 'CLOSED', parentId: (await aTicket(world)).id } as const;
    const reply = await bulk(tickets, patch, { expectedVersions }, world.ann, counted.deps);

    expect(new Set(outcomes(reply))).toEqual(new Set(['UPDATED']));
    const reads = counted.names.filter((name) => /lock|facts|changedSince|ncestors/i.test(name));
    // The line of the parent is read before, under and after its lock; all else once.
    expect(reads.toSorted()).toEqual([
      'ticketHistory.changedSince',
      'tickets.ancestors',
      'tickets.ancestors',
      'tickets.ancestors',
      'tickets.facts.byTickets',
      'tickets.holdAncestors',
      'tickets.lock.byTickets',
    ]);
    expect(counted.names.length).toBeLessThan(45);
  });

  describe('of which some cannot be', () => {
    it('says why of each, and changes all others', async () => {
      const [fine, stale, gone] = (await several(3)) as [TicketReply, TicketReply, TicketReply];
      await patchTicket(world, world.bob, stale.id, { priority: 'LOW' });
      await deleteTicket(world.deps, world.lead, { ticketId: gone.id });
      const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
      const archive = await aProject(world, { lead: world.lead, members: [world.ann] });
      const archived = await aTicket(world, { projectId: archive.id });
      await archiveProject(world.deps, world.lead, { projectId: archive.id, archived: true });
      const asked = [stale, foreign, { id: newId() }, gone, archived, fine];
      const expectedVersions = [1, 1, 1, null, null, 1];
      const reply = await bulk(asked, { priority: 'URGENT' }, { expectedVersions });

      expect(outcomes(reply)).toEqual(['CONFLICT', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'CONFLICT', 'UPDATED']);
      const [, ofForeign, ofMissing] = reply.results.map(({ ticketId: _, ...line }) => line);
      expect(ofForeign).toEqual(ofMissing);
      expect(reply.results[0]!.message).toBe('Somebody else changed priority meanwhile.');
      for (const { id } of asked.slice(0, 5))
        expect(await rows(world, "SELECT id FROM tickets WHERE id = $1 AND priority = 'URGENT'", id)).toEqual([]);
    });

    it('leaves a ticket that was merged as it is, and names the one that it is part of', async () => {
      const [merged, whole] = (await several(2)) as [TicketReply, TicketReply];
      await mergeTickets(world.deps, world.ann, { ticketId: merged.id, intoId: whole.id });
      const reply = await bulk([merged, whole], { priority: 'URGENT' });

      expect(outcomes(reply)).toEqual(['CONFLICT', 'UPDATED']);
      expect(reply.results[0]!.message).toBe(`${merged.key} was merged into ${whole.key}.`);
    });

    it('lets an edit from an older version through that nobody else’s touches', async () => {
      const [merged, ...ahead] = (await several(3)) as [TicketReply, TicketReply, TicketReply];
      for (const { id } of [merged, ahead[1]]) await patchTicket(world, world.bob, id, { priority: 'LOW' });
      const expectedVersions = [1, 2, Number.MAX_SAFE_INTEGER];
      const reply = await bulk([merged, ...ahead], { storyPoints: 3 }, { expectedVersions });

      expect(outcomes(reply)).toEqual(['UPDATED', 'CONFLICT', 'CONFLICT']);
      expect(reply.results[1]!.message).toBe('This ticket has no version 2 yet.');
    });

    it('says both sides of an edit of what somebody else edited', async () => {
      const ticket = await aTicket(world, { priority: 'LOW' });
      await patchTicket(world, world.bob, ticket.id, { priority: 'HIGH' });
      const { results } = await bulk([ticket], { priority: 'URGENT' }, { expectedVersions: [1] });

      const fields = { priority: { yours: 'URGENT', theirs: 'HIGH' } };
      expect(results).toMatchObject([{ outcome: 'FAILED', code: 'CONFLICT', details: { currentVersion: 2, fields } }]);
    });

    it('puts none below itself, or below a ticket of another project', async () => {
      const [parent, above, beside] = (await several(3)) as [TicketReply, TicketReply, TicketReply];
      await patchTicket(world, world.ann, parent.id, { parentId: above.id });
      const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
      const reply = await bulk([above, foreign, beside, parent], { parentId: parent.id }, {}, world.admin);

      expect(outcomes(reply)).toEqual(['BAD_INPUT', 'BAD_INPUT', 'UPDATED', 'BAD_INPUT']);
      expect(new Set(outcomes(await bulk([beside, above], { parentId: newId() })))).toEqual(new Set(['BAD_INPUT']));
    });

    it('lets customers change the words of their own, and nothing of others', async () => {
      const own = await aTicket(world, { reporterId: world.customer.userId });
      const theirs = await aTicket(world, { reporterId: world.otherCustomer.userId });

      const words = await bulk([own, theirs], { title: 'By Kim' }, {}, world.customer);
      expect(outcomes(words)).toEqual(['UPDATED', 'NOT_FOUND']);
      const status = await bulk([own, theirs], { status: 'CLOSED' }, {}, world.customer);
      expect(outcomes(status)).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    });

    it('writes nothing when all of them fail', async () => {
      const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
      const before = await digestOf(world.db.sequelize);

      expect(outcomes(await bulk([foreign, { id: newId() }], { title: 'x' }))).toEqual(['NOT_FOUND', 'NOT_FOUND']);
      expect(await digestOf(world.db.sequelize)).toEqual(before);
    });

    it('changes none by a patch that no ticket can have', async () => {
      const tickets = await several(2);

      await refusal(world, 'BAD_INPUT', () => bulk(tickets, { title: 'x', departmentId: newId() }));
    });
  });

  it('refuses a list that names a ticket twice, and versions of other tickets than those', () => {
    const [id, other] = [newId(), newId()];
    const issues = (input: object) => BulkUpdateInput.safeParse({ patch: {}, ...input }).error?.issues.length ?? 0;

    expect(issues({ ticketIds: [id, id.toUpperCase()] })).toBe(1);
    expect(issues({ ticketIds: [] })).toBe(1);
    expect(issues({ ticketIds: Array.from({ length: 1_001 }, newId) })).toBe(1);
    expect(issues({ ticketIds: [id, other], expectedVersions: [1] })).toBe(1);
    expect(issues({ ticketIds: [id, other], expectedVersions: [1, null] })).toBe(0);
  });

  it('tells its reason with each event, to who loses a ticket by it, and to no customer', async () => {
    const tickets = await several(2, { reporterId: world.customer.userId });
    await give(world, tickets[0]!, world.bob);
    await bulk(tickets, { status: 'CLOSED' }, { reason: 'All solved' });

    for (const ticket of tickets)
      expect((await eventsOf(world, ticket)).at(-1)?.payload).toMatchObject({ reason: 'All solved' });
    const hands = "SELECT reason FROM assignment_history WHERE ticket_id = $1 AND action = 'COMPLETED'";
    expect(await rows(world, hands, tickets[0]!.id)).toEqual([{ reason: 'All solved' }]);
  });

  it('answers a repeat under the same key with the first report', async () => {
    const tickets = await several(3);
    const idempotencyKey = newId();
    const first = await bulk(tickets, { priority: 'HIGH' }, { idempotencyKey });

    expect(await bulk(tickets, { priority: 'HIGH' }, { idempotencyKey })).toEqual(first);
    expect(outcomes(first)).toEqual(['UPDATED', 'UPDATED', 'UPDATED']);
    for (const ticket of tickets) expect(await eventsOf(world, ticket)).toHaveLength(2);
  });

  it('in opposite orders at once ends in one of the two, never in an error', async () => {
    const tickets = await several(12, { storyPoints: 1 });
    for (const ticket of tickets.slice(0, 4)) await give(world, ticket, world.cyd);
    const counted = countedStatements(world.deps);
    const racing = Array.from({ length: 10 }, (_, n) =>
      n % 2
        ? bulk(tickets, { priority: 'LOW', storyPoints: 3 }, {}, world.ann, counted.deps)
        : bulk(tickets.toReversed(), { priority: 'URGENT', storyPoints: 5 }, {}, world.bob, counted.deps),
    );
    const replies = await Promise.all(racing);

    expect(replies.flatMap(outcomes).filter((outcome) => outcome === 'FAILED')).toEqual([]);
    // None had to begin anew: locks were taken in one order.
    expect(counted.names.filter((name) => name === 'tickets.lock.byTickets')).toHaveLength(10);
    const states = 'SELECT DISTINCT priority, story_points FROM tickets WHERE id IN ($1, $2)';
    expect(await rows(world, states, tickets[0]!.id, tickets[11]!.id)).toHaveLength(1);
  });
});

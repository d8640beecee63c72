import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketReply } from '../../../contract/ticket.js';
import { adHoc } from '../../../server/db/statement.js';
import { saveAssignments } from '../../../server/features/assignments/commands/saveAssignments.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { writtenAhead } from '../../support/heldProject.js';
import { findViolations } from '../../support/invariants.js';
import { anAgent } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, eventsOf, give, refusal, rows, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('saving many assignments', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const save = (pairs: readonly [TicketReply, Actor][], actor: Actor = world.lead) =>
    saveAssignments(world.deps, actor, {
      assignments: pairs.map(([{ id }, { userId }]) => ({ ticketId: id, assigneeId: userId })),
    });

  it('assigns all of them, answering in the order asked', async () => {
    const tickets = [await aTicket(world), await aTicket(world), await aTicket(world)];
    const pairs: [TicketReply, Actor][] = [
      [tickets[2]!, world.ann],
      [tickets[0]!, world.bob],
      [tickets[1]!, world.ann],
    ];
    const { assignments, ids } = await save(pairs);

    expect(assignments.map(({ ticketId, assigneeId }) => [ticketId, assigneeId])).toEqual(
      pairs.map(([{ id }, { userId }]) => [id, userId]),
    );
    const seqs = assignments.map(({ seq }) => seq).toSorted((a, b) => a - b);
    expect(seqs).toEqual([seqs[0], seqs[0]! + 1, seqs[0]! + 2]);
    expect(ids).toEqual(assignments.map(({ id }) => id));
    expect(await save(pairs)).toEqual({ assignments, ids });
  });

  if (dialect === 'postgres')
    it('has them before it waits for its turn in the project', async () => {
      const ticket = await aTicket(world, { storyPoints: 2 });
      const { tables, reply } = await writtenAhead(world, () => save([[ticket, world.ann]]));

      expect(tables).toEqual(expect.arrayContaining(['assignments', 'developers']));
      expect(tables).not.toContain('assignment_history');
      expect(reply.assignments).toMatchObject([{ ticketId: ticket.id }]);
    });

  it('assigns none when one of them cannot be', async () => {
    const [free, closed] = [await aTicket(world), await aTicket(world, { status: 'CLOSED' })];
    const foreign = await aTicket(world, { projectId: world.foreign.id }, world.admin);
    const other = await aTicket(world);
    const stranger = await anAgent(world, 'Stran Ger');

    await refusal(world, 'CONFLICT', () => save([[free, world.ann], [closed, world.bob]])); // prettier-ignore
    await refusal(world, 'NOT_FOUND', () => save([[free, world.ann], [foreign, world.bob]])); // prettier-ignore
    await refusal(world, 'BAD_INPUT', () => save([[free, world.ann], [other, world.customer]])); // prettier-ignore
    await refusal(world, 'BAD_INPUT', () => save([[free, world.ann], [other, stranger]])); // prettier-ignore
    await refusal(world, 'BAD_INPUT', () => save([[free, world.ann], [free, world.bob]])); // prettier-ignore
    await refusal(world, 'NOT_FOUND', () => save([[free, { ...world.ann, userId: newId() }]]));
  });

  it('in opposite orders at once ends in one of the two, never in an error', async () => {
    const [a, b] = [await aTicket(world, { storyPoints: 1 }), await aTicket(world, { storyPoints: 2 })];
    const racing = Array.from(
      { length: 10 },
      (_, n) =>
      n % 2 ? save([[a, world.ann], [b, world.bob]]) : save([[b, world.ann], [a, world.bob]]), // prettier-ignore
    );

    await expect(Promise.all(racing)).resolves.toHaveLength(10);
  });

  it('leaves of each what assigning it alone leaves, however many they are', async () => {
    // More than go into one statement, and a remainder.
    const tickets = await Promise.all(
      Array.from({ length: 170 }, (_, nth) => aTicket(world, { storyPoints: (nth % 5) + 1, title: `Ticket ${nth}` })),
    );
    for (const ticket of tickets.slice(0, 3)) await give(world, ticket, world.cyd);
    await give(world, tickets[3]!, world.bob);
    const holderOf = (nth: number) => [world.ann, world.bob, world.cyd][nth % 3]!;
    const { assignments } = await save(tickets.map((ticket, nth) => [ticket, holderOf(nth)]));

    expect(assignments.map(({ assigneeId }) => assigneeId)).toEqual(tickets.map((_, nth) => holderOf(nth).userId));
    const alone = await aTicket(world, { storyPoints: 1 });
    await give(world, alone, world.ann, true);
    const shapeOf = async (ticket: { id: string }) => {
      const [event] = (await eventsOf(world, ticket)).slice(-1);
      const history = 'SELECT action, field, version FROM ticket_history WHERE ticket_id = $1 ORDER BY id';
      const hands = 'SELECT action, new_developer FROM assignment_history WHERE ticket_id = $1 ORDER BY id';
      return {
        type: event?.type,
        fields: Object.keys(event?.payload ?? {}).toSorted(),
        history: await rows(world, history, ticket.id),
        hands: (await rows<{ action: string }>(world, hands, ticket.id)).map(({ action }) => action),
      };
    };
    expect(await shapeOf(tickets[169]!)).toEqual(await shapeOf(alone));
    expect(await findViolations(world.db)).toEqual([]);
  });

  it('tells each person in their own stream, one number after the other', async () => {
    const [from] = await rows<{ feed_seq: number }>(world, 'SELECT feed_seq FROM user_feeds WHERE user_id = $1', world.bob.userId); // prettier-ignore
    const tickets = [await aTicket(world), await aTicket(world), await aTicket(world)];
    await save(tickets.map((ticket) => [ticket, world.bob]));

    const sql = 'SELECT seq, type, ticket_id FROM feed_events WHERE user_id = $1 AND seq > $2 ORDER BY seq';
    const told = await world.db.all<{ seq: number; type: string; ticket_id: string }>(adHoc(sql), [
      world.bob.userId,
      from!.feed_seq,
    ]);
    expect(told.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6].map((nth) => from!.feed_seq + nth));
    for (const type of ['ticket.assigned', 'notification.added'])
      expect(told.filter((one) => one.type === type).map(({ ticket_id }) => ticket_id)).toEqual(
        tickets.map(({ id }) => id),
      );
  });
});

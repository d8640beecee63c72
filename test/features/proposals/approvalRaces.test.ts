import { afterAll, beforeAll, expect, it } from 'vitest';
import { findViolations } from '../../support/invariants.js';
import { approve, plannedHere, propose, setCapacity } from '../../support/planning.js';
import { aProposal } from '../../support/proposals.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  give,
  patchTicket,
  refusal,
  rows,
  workloadOf,
  type TicketWorld,
} from '../../support/ticketWorld.js';

const ROUNDS = 10;
const [APPROVALS, BY_HAND] = [40, 10];

const codeOf = (one: PromiseSettledResult<unknown>): string =>
  one.status === 'fulfilled' ? 'ok' : (one.reason as { code: string }).code;

describeEachDialect('approving under a capacity', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = plannedHere(await aTicketWorld(dialect));
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const tickets = (count: number, storyPoints: number) =>
    Promise.all(Array.from({ length: count }, () => aTicket(world, { storyPoints })));

  it(`never gives more than there is room for, in ${ROUNDS} rounds of ${APPROVALS} approvals beside ${BY_HAND} by hand`, async () => {
    const { bob, project } = world;
    for (let round = 0; round < ROUNDS; round++) {
      const [proposed, given] = [await tickets(APPROVALS, 1), await tickets(round % 2 === 0 ? BY_HAND : 0, 1)];
      const ids = await Promise.all(proposed.map(({ id }) => aProposal(world, project.id, id, bob.userId)));
      const before = await workloadOf(world, bob);
      await setCapacity(world, bob, before + 5);

      const racing = [
        ...ids.map((id) => approve(world, [{ id }])),
        ...given.map((ticket) => give(world, ticket, bob)),
      ].toSorted(() => Math.random() - 0.5);
      const outcomes = (await Promise.allSettled(racing)).map(codeOf);

      // The order of the events is the order of the commits: at each approval there was room.
      const begun = await rows<{ type: string }>(
        world,
        `SELECT a.type FROM assignments a JOIN tickets t ON t.id = a.ticket_id JOIN assignment_history h ON h.assignment_id = a.id
         WHERE a.assignee_id = $1 AND a.status = 'ACTIVE' ORDER BY h.seq`,
        bob.userId,
      );
      const news = begun.slice(before).map(({ type }) => type);
      const last = news.lastIndexOf('AI');
      expect(last, news.join(' ')).toBeLessThan(5);
      expect(news).toHaveLength((await workloadOf(world, bob)) - before);
      expect(news.length).toBe(outcomes.filter((code) => code === 'ok').length);
      expect([...new Set(outcomes)].toSorted()).toEqual(['CAPACITY_EXCEEDED', 'ok']);
      if (given.length === 0) expect(news).toHaveLength(5);
    }
  }, 240_000);

  it('refuses all of them when one does not fit, and says who lacks how much', async () => {
    const { cyd, project } = world;
    const [small, large] = [await aTicket(world, { storyPoints: 2 }), await aTicket(world, { storyPoints: 4 })];
    const ids = await Promise.all([small, large].map(({ id }) => aProposal(world, project.id, id, cyd.userId)));
    await setCapacity(world, cyd, 5);

    const { details } = await refusal(world, 'CAPACITY_EXCEEDED', () =>
      approve(
        world,
        ids.map((id) => ({ id })),
      ),
    );
    expect(details).toMatchObject({ assigneeId: cyd.userId, limit: 5, workload: 2, points: 4, ticketKey: large.key });
    await approve(world, [{ id: ids[0]! }]);
    expect(await workloadOf(world, cyd)).toBe(2);
  });

  it('lets exactly one of many decide on a proposal', async () => {
    const { ann, lead, project } = world;
    const ticket = await aTicket(world, { storyPoints: 1 });
    const proposal = { id: await aProposal(world, project.id, ticket.id, ann.userId) };
    await setCapacity(world, ann, 40);

    const racing = [lead, ann, world.bob, world.cyd].map((actor) => approve(world, [proposal], actor));
    const outcomes = (await Promise.allSettled(racing)).map(codeOf);

    expect(outcomes.toSorted()).toEqual(['STALE_PROPOSAL', 'STALE_PROPOSAL', 'STALE_PROPOSAL', 'ok']);
  });

  it('makes 200 assignments at once of one plan', async () => {
    for (const person of [world.lead, world.ann, world.bob, world.cyd]) await setCapacity(world, person, 300);
    const made = await tickets(200, 1);
    const { proposals } = await propose(world, {
      strategy: 'LEAST_LOADED',
      filters: { ticketIds: made.map(({ id }) => id) },
    });
    const { assignments } = await approve(world, proposals);

    expect(proposals).toHaveLength(200);
    expect(assignments.map(({ proposalId }) => proposalId)).toEqual(proposals.map(({ id }) => id));
    expect(await findViolations(world.db)).toEqual([]);
    await patchTicket(world, world.ann, made[0]!.id, { status: 'CLOSED' });
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimTicket } from '../../../server/features/assignments/commands/claimTicket.js';
import { saveAssignments } from '../../../server/features/assignments/commands/saveAssignments.js';
import { findViolations } from '../../support/invariants.js';
import { proposalRow, setCapacity } from '../../support/planning.js';
import { aProposal } from '../../support/proposals.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, give, refusal, workloadOf, type TicketWorld } from '../../support/ticketWorld.js';

describeEachDialect('saving assignments', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  type Items = Parameters<typeof saveAssignments>[2]['assignments'];
  const save = (...assignments: Items) => saveAssignments(world.deps, world.lead, { assignments });

  it('approves those that were proposed, beside others by hand, in one transaction', async () => {
    const { ann, bob, project } = world;
    const [planned, chosen] = [await aTicket(world, { storyPoints: 2 }), await aTicket(world, { storyPoints: 3 })];
    const proposalId = await aProposal(world, project.id, planned.id, ann.userId, 'Knows it');
    const { assignments } = await save(
      { ticketId: chosen.id, assigneeId: bob.userId },
      { ticketId: planned.id, assigneeId: ann.userId, proposalId },
    );

    expect(assignments).toMatchObject([
      { ticketId: chosen.id, type: 'MANUAL', proposalId: null, assignedByLabel: 'Lea Lead' },
      { ticketId: planned.id, type: 'AI', proposalId, assignedByLabel: 'AI', reason: 'Knows it' },
    ]);
    expect(await proposalRow(world, { id: proposalId })).toMatchObject({ state: 'APPROVED' });
    expect([await workloadOf(world, ann), await workloadOf(world, bob)]).toEqual([2, 3]);
  });

  it('saves nothing when a proposal is of somebody else, stale, or beyond what there is room for', async () => {
    const { ann, cyd, project } = world;
    const [one, two] = [await aTicket(world, { storyPoints: 2 }), await aTicket(world, { storyPoints: 2 })];
    const proposalId = await aProposal(world, project.id, one.id, cyd.userId);
    const byHand = { ticketId: two.id, assigneeId: ann.userId };
    const proposed = { ticketId: one.id, assigneeId: cyd.userId, proposalId };

    await refusal(world, 'BAD_INPUT', () => save(byHand, { ...proposed, assigneeId: ann.userId }));
    await refusal(world, 'BAD_INPUT', () => save({ ...byHand, proposalId }));
    await setCapacity(world, cyd, 1);
    await refusal(world, 'CAPACITY_EXCEEDED', () => save(byHand, proposed));
    await setCapacity(world, cyd, 40);
    await claimTicket(world.deps, world.bob, { ticketId: one.id });
    await refusal(world, 'STALE_PROPOSAL', () => save(byHand, proposed));
  });

  it('by hand may exceed a capacity, and says so', async () => {
    const { lead } = world;
    await setCapacity(world, lead, 4);
    const tickets = [await aTicket(world, { storyPoints: 4 }), await aTicket(world, { storyPoints: 1 })];
    const [within, beyond] = [await give(world, tickets[0]!, lead), await give(world, tickets[1]!, lead)];
    const { assignments } = await save({
      ticketId: (await aTicket(world, { storyPoints: 1 })).id,
      assigneeId: lead.userId,
    });

    expect(within.exceedsCapacity).toBeNull();
    expect(beyond.exceedsCapacity).toEqual({ limit: 4, workload: 5 });
    expect(assignments[0]!.exceedsCapacity).toEqual({ limit: 4, workload: 6 });
  });
});

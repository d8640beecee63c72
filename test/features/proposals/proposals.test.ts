import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { getProposal, getRun, listProposals, listRuns } from '../../../server/features/proposals/proposals.queries.js';
import { ListProposalsInput, ListRunsInput, ResetInput } from '../../../contract/proposal.js';
import { resetProposals } from '../../../server/features/proposals/commands/resetProposals.js';
import { findViolations } from '../../support/invariants.js';
import { approve, propose, proposalRow, reject, setCapacity } from '../../support/planning.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  eventsOf,
  give,
  parsed,
  refusal,
  rows,
  workloadOf,
  type TicketWorld,
} from '../../support/ticketWorld.js';

describeEachDialect('proposals', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  beforeEach(async () => {
    // Each test has the project's open work for itself.
    const { deps, lead, project } = world;
    await resetProposals(deps, lead, parsed(ResetInput, { projectId: project.id }));
  });
  const onlyOf = (...tickets: { id: string }[]) => ({ filters: { ticketIds: tickets.map(({ id }) => id) } });

  it('says who should have each ticket, and why, and tells it to the staff', async () => {
    const ticket = await aTicket(world, { storyPoints: 3, priority: 'URGENT' });
    const { run, proposals, unplaced, changed } = await propose(world, onlyOf(ticket));
    const [proposal] = proposals;

    expect({ unplaced, changed }).toEqual({ unplaced: [], changed: [] });
    expect(run).toMatchObject({ outcome: 'OPTIMAL', gap: 0, requestedBy: world.lead.userId, strategy: 'OPTIMAL' });
    expect(proposal).toMatchObject({ ticketId: ticket.id, ticketKey: ticket.key, rank: 1, state: 'PROPOSED' });
    const told = (await eventsOf(world, ticket)).at(-1);
    expect(told).toMatchObject({
      type: 'assignment.proposed',
      audience: 'TEAM',
      reporterId: null,
      payload: { proposal },
    });
    const whole = await getProposal(world.db, world.ann, { proposalId: proposal!.id });
    expect(whole).toMatchObject({ ...proposal, run, assignmentId: null, explanation: { points: 3 } });
    expect(await getRun(world.db, world.ann, { runId: run.id })).toEqual({ ...run, unplaced: [] });
  });

  it('are made into assignments by the planner, with their workload and history, all or none', async () => {
    const tickets = [await aTicket(world, { storyPoints: 2 }), await aTicket(world, { storyPoints: 5 })];
    const { proposals } = await propose(world, onlyOf(...tickets));
    const before = await Promise.all([world.lead, world.ann, world.bob, world.cyd].map((p) => workloadOf(world, p)));
    const { assignments } = await approve(world, proposals);
    const after = await Promise.all([world.lead, world.ann, world.bob, world.cyd].map((p) => workloadOf(world, p)));

    expect(assignments.map(({ ticketId }) => ticketId)).toEqual(proposals.map(({ ticketId }) => ticketId));
    expect(assignments[0]).toMatchObject({
      type: 'AI',
      assignedByLabel: 'AI',
      assignedBy: world.lead.userId,
      proposalId: proposals[0]!.id,
      reason: proposals[0]!.reason,
      isPrimary: true,
    });
    const sum = (points: readonly number[]) => points.reduce((total, one) => total + one, 0);
    expect(sum(after) - sum(before)).toBe(7);
    expect((await eventsOf(world, tickets[0]!)).slice(-2).map(({ type }) => type)).toEqual([
      'ticket.assigned',
      'assignment.approved',
    ]);
    const history = 'SELECT action FROM assignment_history WHERE ticket_id = $1';
    expect(await rows(world, history, tickets[0]!.id)).toEqual([{ action: 'CREATED' }]);
    expect(await proposalRow(world, proposals[0]!)).toMatchObject({ state: 'APPROVED', decidedBy: world.lead.userId });
    const again = await refusal(world, 'STALE_PROPOSAL', () => approve(world, proposals));
    expect(again.details).toMatchObject({
      cause: 'DECIDED',
      state: 'APPROVED',
      proposalIds: proposals.map((p) => p.id),
    });
  });

  it('that were rejected are kept with the reason, and that pair is never proposed again', async () => {
    const ticket = await aTicket(world);
    const turnedDown = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const { proposals } = await propose(world, onlyOf(ticket));
      expect(turnedDown).not.toContain(proposals[0]!.assigneeId);
      turnedDown.add(proposals[0]!.assigneeId);
      const [rejected] = (await reject(world, proposals, 'Too much to do')).proposals;
      expect(rejected).toMatchObject({ state: 'REJECTED', decisionReason: 'Too much to do' });
    }
    const { proposals, unplaced } = await propose(world, onlyOf(ticket));

    expect(proposals).toEqual([]);
    expect(unplaced).toMatchObject([{ ticketId: ticket.id, ruledOut: { NOT_REJECTED: 4 } }]);
    const [row] = await rows<{ n: number }>(
      world,
      'SELECT CAST(count(*) AS integer) AS n FROM assignments WHERE ticket_id = $1',
      ticket.id,
    );
    expect(row!.n).toBe(0);
  });

  it('are listed by the plans that made them, the latest first, page after page', async () => {
    const ticket = await aTicket(world);
    const runs = [];
    for (let nth = 0; nth < 3; nth++) runs.unshift((await propose(world, onlyOf(ticket))).run);
    const list = (asked: object) =>
      listRuns(world.db, world.ann, parsed(ListRunsInput, { projectId: world.project.id, ...asked }));

    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.nextCursor });

    expect([...first.items, ...second.items].slice(0, 3)).toEqual(runs);
    await expect(
      listRuns(world.db, world.customer, parsed(ListRunsInput, { projectId: world.project.id })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      listRuns(world.db, world.ann, parsed(ListRunsInput, { projectId: world.foreign.id })),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are answered again under their key, without another plan', async () => {
    const ticket = await aTicket(world);
    const asked = { ...onlyOf(ticket), idempotencyKey: `once ${ticket.id}` };
    let plans = 0;
    const counted = { ...world.deps.planner };
    counted.plan = (...of) => {
      plans++;
      return world.deps.planner.plan(...of);
    };
    const counting = { ...world, deps: { ...world.deps, planner: counted } };
    const first = await propose(counting, asked);

    expect(await propose(counting, asked)).toEqual(first);
    expect(plans).toBe(1);
    await refusal(world, 'IDEMPOTENCY_KEY_REUSED', () => propose(world, { ...asked, strategy: 'GREEDY' }));
  });

  it('take the place of those before', async () => {
    const ticket = await aTicket(world);
    const [first] = (await propose(world, onlyOf(ticket))).proposals;
    const [second] = (await propose(world, onlyOf(ticket))).proposals;

    expect(await proposalRow(world, first!)).toMatchObject({ state: 'STALE' });
    const { items } = await listProposals(world.db, world.ann, parsed(ListProposalsInput, { ticketId: ticket.id }));
    expect(items).toEqual([second]);
    const { details } = await refusal(world, 'STALE_PROPOSAL', () => approve(world, [first!]));
    expect(details).toMatchObject({ cause: 'CHANGED', ticketId: ticket.id, freshProposalId: second!.id });
  });

  it('that nobody can have now take back what was proposed before', async () => {
    const ticket = await aTicket(world, { storyPoints: 30 });
    const [first] = (await propose(world, onlyOf(ticket))).proposals;
    for (const person of [world.lead, world.ann, world.bob, world.cyd]) await setCapacity(world, person, 10);
    const { proposals, unplaced } = await propose(world, onlyOf(ticket));
    for (const person of [world.lead, world.ann, world.bob, world.cyd]) await setCapacity(world, person, 400);

    expect(proposals).toEqual([]);
    expect(unplaced[0]).toMatchObject({ ticketId: ticket.id });
    expect((await eventsOf(world, ticket)).at(-1)).toMatchObject({
      type: 'assignment.withdrawn',
      payload: { proposal: { id: first!.id, state: 'STALE' } },
    });
  });

  it('are taken back by a reset, which leaves what was decided', async () => {
    const [open, done] = [await aTicket(world), await aTicket(world)];
    const { proposals } = await propose(world, onlyOf(open, done));
    const of = (ticket: { id: string }) => proposals.find(({ ticketId }) => ticketId === ticket.id)!;
    await approve(world, [of(done)]);
    const reply = await resetProposals(world.deps, world.ann, parsed(ResetInput, { projectId: world.project.id }));

    expect(reply).toEqual({ withdrawn: 1, hasMore: false });
    expect(await proposalRow(world, of(open))).toMatchObject({ state: 'STALE' });
    expect(await proposalRow(world, of(done))).toMatchObject({ state: 'APPROVED' });
    expect((await eventsOf(world, open)).at(-1)).toMatchObject({ type: 'assignment.withdrawn' });
  });

  it('leave a ticket with whom a person chose, and plan the rest around it', async () => {
    const [held, free] = [await aTicket(world, { storyPoints: 4 }), await aTicket(world, { storyPoints: 4 })];
    await give(world, held, world.bob);
    const { proposals } = await propose(world, { filters: { ticketIds: [held.id, free.id], includeHeld: true } });

    expect(proposals.map(({ ticketId }) => ticketId)).toEqual([free.id]);
  });

  it('are not for customers, nor for strangers to the project', async () => {
    const ticket = await aTicket(world, { reporterId: world.customer.userId });
    const { run, proposals } = await propose(world, onlyOf(ticket));

    await refusal(world, 'FORBIDDEN', () => propose(world, {}, world.customer));
    await refusal(world, 'NOT_FOUND', () => approve(world, proposals, world.customer));
    await expect(getRun(world.db, world.customer, { runId: run.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await refusal(world, 'NOT_FOUND', () => propose(world, { filters: { ticketIds: [run.id] } }));
    const { items } = await listProposals(world.db, world.customer, parsed(ListProposalsInput, {}));
    expect(items).toEqual([]);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { UpdateDeveloperInput } from '../../../contract/developer.js';
import type { AwayPolicy } from '../../../contract/project.js';
import { sweepAbsences } from '../../../server/features/developers/absences.js';
import { updateDeveloper } from '../../../server/features/developers/commands/updateDeveloper.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { updateProject } from '../../../server/features/projects/commands/updateProject.js';
import { placeWaiting } from '../../../server/features/proposals/placing.js';
import { activateUser } from '../../../server/features/users/commands/activateUser.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { findViolations } from '../../support/invariants.js';
import { aProject, anAgent, join } from '../../support/people.js';
import { plannedHere, propose, proposalRow } from '../../support/planning.js';
import { aProposal } from '../../support/proposals.js';
import { describeEachDialect } from '../../support/services.js';
import { aTicket, aTicketWorld, eventsOf, give, parsed, rows, type TicketWorld } from '../../support/ticketWorld.js';
import type { Person } from '../../support/world.js';

const DAY_MS = 86_400_000;

describeEachDialect('somebody who goes away', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = plannedHere(await aTicketWorld(dialect));
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const policy = (awayPolicy: AwayPolicy, projectId = world.project.id) =>
    updateProject(world.deps, world.admin, { projectId, patch: { awayPolicy } });
  const developerOf = async ({ userId }: Person) => {
    const [row] = await rows<{ id: string }>(world, 'SELECT id FROM developers WHERE user_id = $1', userId);
    return row!.id;
  };
  const absence = async (person: Person, from: string | null, to: string | null) =>
    updateDeveloper(
      world.deps,
      world.admin,
      parsed(UpdateDeveloperInput, {
        developerId: await developerOf(person),
        patch: { outOfOfficeFrom: from, outOfOfficeTo: to },
      }),
    );
  const ahead = (ms: number) => new Date(world.clock.now().getTime() + ms).toISOString();
  const leave = (person: Person) => absence(person, ahead(-DAY_MS), ahead(20 * DAY_MS));
  const back = (person: Person) => absence(person, null, null);
  const holderOf = async ({ id }: { id: string }) => {
    const [row] = await rows<{ assignee_id: string | null }>(
      world,
      'SELECT assignee_id FROM tickets WHERE id = $1',
      id,
    );
    return row!.assignee_id;
  };
  const proposedFor = ({ id }: { id: string }) =>
    rows<{ user_id: string; requested_by: string | null }>(
      world,
      `SELECT d.user_id, r.requested_by FROM assignment_proposals p JOIN developers d ON d.id = p.developer_id
       JOIN assignment_runs r ON r.id = p.run_id WHERE p.ticket_id = $1 AND p.state = 'PROPOSED'`,
      id,
    );
  const held = async (by: Person, draft = {}) => {
    const ticket = await aTicket(world, { storyPoints: 1, ...draft });
    await give(world, ticket, by);
    return ticket;
  };

  it('keeps their tickets where the project wants nothing else', async () => {
    await policy('KEEP');
    const ticket = await held(world.bob);
    await leave(world.bob);

    expect(await sweepAbsences(world.deps)).toBe(0);
    expect(await holderOf(ticket)).toBe(world.bob.userId);
    await back(world.bob);
  });

  it('gives up what they held before, once, with history and event', async () => {
    await policy('UNASSIGN');
    const [open, done] = [await held(world.bob), await held(world.bob)];
    await leave(world.bob);

    expect(await sweepAbsences(world.deps)).toBeGreaterThanOrEqual(2);
    expect([await holderOf(open), await holderOf(done)]).toEqual([null, null]);
    expect((await eventsOf(world, open)).at(-1)).toMatchObject({ type: 'ticket.unassigned', actorId: null });
    const history = "SELECT action, reason FROM assignment_history WHERE ticket_id = $1 AND action = 'REMOVED'";
    expect(await rows(world, history, open.id)).toEqual([{ action: 'REMOVED', reason: 'went away' }]);
    expect(await proposedFor(open)).toEqual([]);

    // What they are given although they are away stays with them, also when the absence is made longer.
    world.clock.advance(1);
    await give(world, open, world.bob);
    await absence(world.bob, ahead(-DAY_MS), ahead(30 * DAY_MS));
    expect(await sweepAbsences(world.deps)).toBe(0);
    expect(await holderOf(open)).toBe(world.bob.userId);
    // Who comes back and goes again is away anew.
    await back(world.bob);
    await leave(world.bob);
    expect(await sweepAbsences(world.deps)).toBe(1);
    await back(world.bob);
  });

  it('is away from the day on which the absence covers noon where they live', async () => {
    await policy('UNASSIGN');
    const ticket = await held(world.cyd);
    const developerId = await developerOf(world.cyd);
    const at = (moment: string) => sweepAbsences({ ...world.deps, clock: { now: () => new Date(moment) } });
    await updateDeveloper(
      world.deps,
      world.admin,
      parsed(UpdateDeveloperInput, {
        developerId,
        patch: {
          timezone: 'Pacific/Auckland',
          outOfOfficeFrom: '2040-06-10T20:00:00.000Z',
          outOfOfficeTo: '2040-06-20T20:00:00.000Z',
        },
      }),
    );

    // 11 June begins there at noon of the 10th in Greenwich.
    expect(await at('2040-06-10T11:59:00.000Z')).toBe(0);
    expect(await at('2040-06-10T12:00:00.000Z')).toBe(1);
    expect(await holderOf(ticket)).toBeNull();
    await back(world.cyd);
  });

  it('is replaced by whom the planner proposes, who is there, also for work that is due when they are back', async () => {
    await policy('REPROPOSE');
    const dueDate = ahead(25 * DAY_MS).slice(0, 10);
    const ticket = await held(world.bob, { dueDate });
    await leave(world.bob);
    await leave(world.ann);

    await Promise.all([sweepAbsences(world.deps), sweepAbsences(world.deps)]);
    await Promise.all([placeWaiting(world.deps), placeWaiting(world.deps)]);

    expect(await holderOf(ticket)).toBeNull();
    const [proposal, ...more] = await proposedFor(ticket);
    expect(more).toEqual([]);
    expect(proposal!.requested_by).toBeNull();
    expect([world.lead.userId, world.cyd.userId]).toContain(proposal!.user_id);
    await back(world.bob);
    await back(world.ann);
  });

  it('leaves what nobody can have listed with why', async () => {
    await policy('REPROPOSE');
    const ticket = await held(world.bob, { storyPoints: 1_000 });
    await leave(world.bob);
    await sweepAbsences(world.deps);
    await placeWaiting(world.deps);

    const [run] = await rows<{ unplaced: unknown }>(
      world,
      'SELECT unplaced FROM assignment_runs ORDER BY id DESC LIMIT 1',
    );
    const unplaced = typeof run!.unplaced === 'string' ? (JSON.parse(run!.unplaced) as unknown) : run!.unplaced;
    expect(unplaced).toMatchObject([{ ticketId: ticket.id, ruledOut: { PRESENT: 1, CAPACITY: 3 } }]);
    expect(await rows(world, 'SELECT * FROM tickets_to_place')).toEqual([]);
    await back(world.bob);
  });

  it('has no proposals left for then, and keeps those for later', async () => {
    const [now, later] = [await aTicket(world), await aTicket(world, { dueDate: ahead(25 * DAY_MS).slice(0, 10) })];
    const [first, second] = [
      await aProposal(world, world.project.id, now.id, world.bob.userId),
      await aProposal(world, world.project.id, later.id, world.bob.userId),
    ];
    await leave(world.bob);

    expect([(await proposalRow(world, { id: first })).state, (await proposalRow(world, { id: second })).state]).toEqual(
      ['STALE', 'PROPOSED'],
    );
    expect((await eventsOf(world, now)).at(-1)).toMatchObject({
      type: 'assignment.withdrawn',
      payload: { proposal: { id: first, state: 'STALE' } },
    });
    await back(world.bob);
  });

  it('for good has no proposals left, and another one is proposed instead', async () => {
    await policy('REPROPOSE');
    const nia = await anAgent(world, 'Nia Newcomer');
    const elsewhere = await aProject(world, { lead: world.lead, members: [nia] });
    await join(world, world.project, nia, 'MEMBER');
    const [mine, proposed] = [await held(nia), await aTicket(world)];
    const id = await aProposal(world, world.project.id, proposed.id, nia.userId);
    await deactivateUser(world.deps, world.admin, { userId: nia.userId });

    expect((await proposalRow(world, { id })).state).toBe('STALE');
    expect((await eventsOf(world, proposed)).at(-1)).toMatchObject({ type: 'assignment.withdrawn' });
    expect(await holderOf(mine)).toBeNull();
    await placeWaiting(world.deps);
    for (const ticket of [mine, proposed]) expect(await proposedFor(ticket)).toHaveLength(1);

    await activateUser(world.deps, world.admin, { userId: nia.userId });
    const other = await aTicket(world);
    const again = await aProposal(world, world.project.id, other.id, nia.userId);
    await removeMember(world.deps, world.admin, { projectId: elsewhere.id, userId: nia.userId });
    expect((await proposalRow(world, { id: again })).state).toBe('PROPOSED');
    await removeMember(world.deps, world.admin, { projectId: world.project.id, userId: nia.userId });
    expect((await proposalRow(world, { id: again })).state).toBe('STALE');
  });

  it('while a plan is made is not proposed', async () => {
    const nia = await anAgent(world, 'Ned Newcomer');
    await join(world, world.project, nia, 'MEMBER');
    const ticket = await aTicket(world);
    const { planner } = world.deps;
    const plan: typeof planner.plan = async (input, strategy) => {
      const made = await planner.plan(
        { ...input, people: input.people.filter(({ userId }) => userId === nia.userId) },
        strategy,
      );
      await deactivateUser(world.deps, world.admin, { userId: nia.userId });
      return made;
    };
    const slow = { ...world, deps: { ...world.deps, planner: { ...planner, plan } } };

    const { proposals, changed } = await propose(slow, { filters: { ticketIds: [ticket.id] } });

    expect([proposals, changed]).toEqual([[], [ticket.id]]);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AutoAssign } from '../../../contract/project.js';
import { SyncTicketsInput } from '../../../contract/csvSync.js';
import { UpdateDeveloperInput } from '../../../contract/developer.js';
import { updateDeveloper } from '../../../server/features/developers/commands/updateDeveloper.js';
import { updateProject } from '../../../server/features/projects/commands/updateProject.js';
import { placeWaiting } from '../../../server/features/proposals/placing.js';
import { splitTicket } from '../../../server/features/tickets/commands/splitTicket.js';
import { syncTickets } from '../../../server/features/tickets/commands/syncTickets.js';
import { findViolations } from '../../support/invariants.js';
import { plannedHere, setCapacity } from '../../support/planning.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  eventsOf,
  give,
  parsed,
  rows,
  workloadOf,
  type TicketWorld,
} from '../../support/ticketWorld.js';

interface Assigned {
  readonly assignee_id: string;
  readonly type: string;
  readonly assigned_by_label: string;
  readonly assigned_by: string | null;
  readonly reason: string;
}

describeEachDialect('a new ticket that nobody has', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = plannedHere(await aTicketWorld(dialect));
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const wants = (autoAssign: AutoAssign) =>
    updateProject(world.deps, world.admin, { projectId: world.project.id, patch: { autoAssign } });
  const assignmentsOf = ({ id }: { id: string }) =>
    rows<Assigned>(world, 'SELECT * FROM assignments WHERE ticket_id = $1', id);
  const waiting = () => rows(world, 'SELECT * FROM tickets_to_place');

  it('is left alone where the project does not want it placed', async () => {
    await aTicket(world);
    await wants('ASSIGN');
    await give(world, await aTicket(world, { assigneeId: world.bob.userId }), world.cyd);

    expect(await waiting()).toEqual([]);
  });

  it('is assigned by the planner once it is there, with why', async () => {
    await wants('ASSIGN');
    let asked = 0;
    const told: TicketWorld = { ...world, deps: { ...world.deps, placeSoon: () => asked++ } };
    const ticket = await aTicket(told, { storyPoints: 3 });
    expect([ticket.assigneeId, asked]).toEqual([null, 1]);

    await placeWaiting(world.deps);

    const [span, ...more] = await assignmentsOf(ticket);
    expect(more).toEqual([]);
    expect(span).toMatchObject({ type: 'AI', assigned_by_label: 'AI', assigned_by: null });
    expect(span!.reason).toMatch(/^\w+ \w+ has .* goes from \d+ to \d+ of 40 points\./);
    expect((await eventsOf(world, ticket)).map(({ type }) => type)).toEqual([
      'ticket.created',
      'assignment.proposed',
      'ticket.assigned',
      'assignment.approved',
    ]);
    expect(await waiting()).toEqual([]);
  });

  it('is assigned once, however many look at the same time', async () => {
    await wants('ASSIGN');
    const tickets = [];
    for (let nth = 0; nth < 8; nth++) tickets.push(await aTicket(world, { storyPoints: 1 }));
    // As when a lease ended while its node still planned.
    let hours = 0;
    const forgetful = { ...world.deps, clock: { now: () => new Date(Date.now() + 3_600_000 * ++hours) } };
    const runs = async () => (await rows(world, 'SELECT id FROM assignment_runs')).length;
    const before = await runs();

    await Promise.all([placeWaiting(forgetful), placeWaiting(world.deps), placeWaiting(forgetful)]);

    for (const ticket of tickets) expect(await assignmentsOf(ticket)).toHaveLength(1);
    expect([await waiting(), await runs()]).toEqual([[], before + 1]);
  });

  it('is proposed where people decide', async () => {
    await wants('PROPOSE');
    const ticket = await aTicket(world);
    await placeWaiting(world.deps);

    expect(await assignmentsOf(ticket)).toEqual([]);
    expect((await eventsOf(world, ticket)).at(-1)).toMatchObject({ type: 'assignment.proposed', actorId: null });
  });

  it('is assigned also when it comes from a table or is split off, and not by a rehearsal', async () => {
    const made = async (how: Partial<SyncTicketsInput> = {}) => {
      const table = { projectId: world.project.id, source: 'table', csv: 'id,description\n1,Paint\n2,Sweep' };
      const input = parsed(SyncTicketsInput, { ...table, ...how });
      return syncTickets(world.deps, world.lead, input);
    };
    const source = await aTicket(world, { assigneeId: world.cyd.userId });
    await wants('OFF');
    await made({ source: 'unwanted' });
    await wants('ASSIGN');
    await made({ dryRun: true });
    expect(await waiting()).toEqual([]);

    expect(await made()).toMatchObject({ created: 2 });
    const split = await splitTicket(world.deps, world.lead, {
      ticketId: source.id,
      title: 'Its other half',
      commentIds: [],
    });
    expect(await waiting()).toHaveLength(3);
    await placeWaiting(world.deps);

    const listed = await rows<{ id: string }>(world, "SELECT id FROM tickets WHERE external_source = 'table'");
    for (const ticket of [...listed, split]) expect(await assignmentsOf(ticket)).toMatchObject([{ type: 'AI' }]);
    expect(listed).toHaveLength(2);
  });

  it('is not given to who is away, or has no room, and is then in the run with why', async () => {
    await wants('ASSIGN');
    const { lead, ann, bob, cyd } = world;
    const [row] = await rows<{ id: string }>(world, 'SELECT id FROM developers WHERE user_id = $1', bob.userId);
    const absent = (outOfOfficeTo: string | null) =>
      updateDeveloper(
        world.deps,
        world.admin,
        parsed(UpdateDeveloperInput, { developerId: row!.id, patch: { outOfOfficeTo } }),
      );
    await absent('2100-01-01T00:00:00.000Z');
    for (const person of [lead, ann, cyd]) await setCapacity(world, person, 0);
    const ticket = await aTicket(world, { storyPoints: 1, dueDate: '2101-01-01' });

    await placeWaiting(world.deps);

    expect(await assignmentsOf(ticket)).toEqual([]);
    const [run] = await rows<{ unplaced: unknown }>(
      world,
      'SELECT unplaced FROM assignment_runs ORDER BY id DESC LIMIT 1',
    );
    expect(JSON.stringify(run!.unplaced)).toContain(ticket.id);
    await absent(null);
    for (const person of [lead, ann, cyd]) await setCapacity(world, person, 40);
  });

  it('waits while the planner cannot be had, and never gives more than there is room for', async () => {
    await wants('ASSIGN');
    for (const person of [world.lead, world.bob, world.cyd]) await setCapacity(world, person, 0);
    const load = await workloadOf(world, world.ann);
    await setCapacity(world, world.ann, load + 3);
    const [first, second] = [await aTicket(world, { storyPoints: 2 }), await aTicket(world, { storyPoints: 2 })];
    const busy = { ...world.deps.planner, plan: () => Promise.reject(new Error('busy')) };
    await placeWaiting({ ...world.deps, planner: busy });
    expect(await waiting()).toHaveLength(2);

    world.clock.advance(3_600_000);
    await Promise.all([placeWaiting(world.deps), placeWaiting(world.deps)]);

    const spans = [...(await assignmentsOf(first)), ...(await assignmentsOf(second))];
    expect(spans.map(({ assignee_id }) => assignee_id)).toEqual([world.ann.userId]);
    expect(await workloadOf(world, world.ann)).toBe(load + 2);
  });
});

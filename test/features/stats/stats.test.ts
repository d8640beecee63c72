import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { limits } from '../../../contract/limits.js';
import { ThroughputInput, TimeToResolveInput } from '../../../contract/stats.js';
import { createComment } from '../../../server/features/comments/commands/createComment.js';
import { dashboard } from '../../../server/features/stats/dashboard.queries.js';
import { statsAssignments, throughput, timeToResolve } from '../../../server/features/stats/stats.queries.js';
import { updateUser } from '../../../server/features/users/commands/updateUser.js';
import { aProject, anAgent } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import {
  aTicket,
  aTicketWorld,
  give,
  patchTicket,
  refusal,
  rows,
  type TicketWorld,
} from '../../support/ticketWorld.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describeEachDialect('statistics', (dialect) => {
  let world: TicketWorld;
  let projectId: string;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    const { lead, ann, bob, cyd, customer } = world;
    ({ id: projectId } = await aProject(world, { lead, members: [ann, bob, cyd], customers: [customer] }));
  });
  const day = (fromNowMs = 0) => new Date(world.clock.now().getTime() + fromNowMs).toISOString().slice(0, 10);
  const ticket = (draft: object = {}) => aTicket(world, { projectId, ...draft });
  const names = (people: readonly { name: string | null }[]) => people.map(({ name }) => name);

  it('of a project without tickets are all nought', async () => {
    const found = await dashboard(world.deps, world.ann, { projectId });

    expect(found).toMatchObject({ projectId, open: 0, resolved: 0, overdue: 0, unassigned: 0, points: 0 });
    expect(found.byPriority.map(({ priority, open }) => [priority, open])).toEqual([
      ['LOW', 0],
      ['MEDIUM', 0],
      ['HIGH', 0],
      ['URGENT', 0],
    ]);
    expect([found.byDepartment, found.byAssignee]).toEqual([[], []]);
  });

  it('tell what is open, late and held by nobody, and who has most', async () => {
    await ticket({ assigneeId: world.bob.userId, priority: 'URGENT', storyPoints: 8, dueDate: day(-2 * DAY_MS) });
    await ticket({ assigneeId: world.bob.userId, status: 'REVIEW', dueDate: day() });
    await ticket({ assigneeId: world.cyd.userId, status: 'RESOLVED', dueDate: day(-2 * DAY_MS), storyPoints: 5 });
    await ticket();
    await ticket({ status: 'CLOSED' });

    const found = await dashboard(world.deps, world.ann, { projectId });

    expect(found).toMatchObject({ open: 3, resolved: 2, overdue: 1, unassigned: 1, points: 8 });
    expect(found.byStatus).toEqual({ OPEN: 2, IN_PROGRESS: 0, REVIEW: 1, RESOLVED: 1, CLOSED: 1 });
    expect(found.byAssignee.map(({ name, open, resolved }) => [name, open, resolved])).toEqual([
      ['Bob Agent', 2, 0],
      [null, 1, 1],
      ['Cyd Agent', 0, 1],
    ]);
    expect(found.byPriority.find(({ priority }) => priority === 'URGENT')).toMatchObject({ open: 1, points: 8 });
  });

  it('become late by the day going by', async () => {
    await ticket({ dueDate: day() });
    const overdue = async () => (await dashboard(world.deps, world.ann, { projectId })).overdue;

    expect(await overdue()).toBe(0);
    world.clock.advance(DAY_MS);

    expect(await overdue()).toBe(1);
  });

  it('name people and departments as they are called now', async () => {
    const sql =
      'INSERT INTO departments (id, name, created_at, updated_at) SELECT id, name, created_at, updated_at FROM projects WHERE id = $1';
    await rows(world, sql, projectId);
    const eva = await anAgent(world, 'Eva Agent');
    const place = await aProject(world, { members: [eva] });
    await aTicket(world, { projectId: place.id, departmentId: projectId, assigneeId: eva.userId }, world.admin);

    await updateUser(world.deps, world.admin, { userId: eva.userId, patch: { name: 'Eva Renamed' } });
    const found = await dashboard(world.deps, eva, { projectId: place.id });

    expect(names(found.byAssignee)).toEqual(['Eva Renamed']);
    expect(found.byDepartment).toMatchObject([{ departmentId: projectId, name: expect.stringMatching(/^Project/) }]);
  });

  it('count a resolved ticket on its day, and no more once it is opened again', async () => {
    const range = { projectId, from: day(-DAY_MS), to: day(DAY_MS) };
    const { id } = await ticket();
    await patchTicket(world, world.ann, id, { status: 'RESOLVED' });
    const resolved = async () =>
      (await throughput(world.db, world.ann, range)).days.map((each) => [each.created, each.resolved, each.closed]);
    expect(await resolved()).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [0, 0, 0],
    ]);

    await patchTicket(world, world.ann, id, { status: 'OPEN' });
    expect(await resolved()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    world.clock.advance(DAY_MS);
    await patchTicket(world, world.ann, id, { status: 'CLOSED' });

    expect(await resolved()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
    ]);
    expect((await timeToResolve(world.db, world.ann, range)).resolution.count).toBe(1);
  });

  it('know how long answers and resolutions took, to 1.6 %', async () => {
    const from = day();
    for (const hours of [1, 2, 3, 4, 50]) {
      const { id: ticketId } = await aTicket(world, { projectId }, world.customer);
      world.clock.advance(hours * 60_000);
      await createComment(world.deps, world.ann, { ticketId, content: 'Hello', visibility: 'PUBLIC' });
      world.clock.advance(hours * HOUR_MS - hours * 60_000);
      await patchTicket(world, world.ann, ticketId, { status: 'RESOLVED' });
    }

    const found = await timeToResolve(world.db, world.ann, { projectId, from, to: day() });

    const near = (ms: number) => (value: number | null) => value !== null && Math.abs(value - ms) <= ms * 0.016 + 2_000;
    expect(found.resolution).toMatchObject({ count: 5, p50Ms: expect.toSatisfy(near(3 * HOUR_MS)) });
    expect(found.resolution.p90Ms).toSatisfy(near(50 * HOUR_MS));
    expect(found.firstResponse).toMatchObject({ count: 5, p50Ms: expect.toSatisfy(near(180_000)) });
    const before = { projectId, from: '2020-01-01', to: '2020-12-31' };
    expect((await timeToResolve(world.db, world.ann, before)).resolution).toEqual({
      count: 0,
      p50Ms: null,
      p90Ms: null,
    });
  });

  it('hold everybody’s load against what they can take, those with nothing included', async () => {
    const held = await ticket({ assigneeId: world.ann.userId, storyPoints: 5 });
    await give(world, held, world.bob, false);
    await ticket({ assigneeId: world.bob.userId, status: 'RESOLVED', storyPoints: 3 });
    const elsewhere = await workloadOf(world.ann.userId);

    const { people } = await statsAssignments(world.db, world.lead, { projectId });

    expect(people.map(({ name, activeAssignments, points }) => [name, activeAssignments, points])).toEqual([
      ['Bob Agent', 2, 5],
      ['Ann Agent', 1, 5],
      ['Cyd Agent', 0, 0],
      ['Lea Lead', 0, 0],
    ]);
    expect(people[1]).toMatchObject({ workload: elsewhere, capacity: 40 });
  });

  it('without a project are of all where one is staff', async () => {
    const [eva, only] = [await anAgent(world, 'Eva Agent'), await anAgent(world, 'Only Agent')];
    const places = [await aProject(world, { members: [eva] }), await aProject(world, { members: [eva, only] })];
    for (const place of places) await aTicket(world, { projectId: place.id }, world.admin);
    const range = { from: day(), to: day() };

    expect(await dashboard(world.deps, eva, {})).toMatchObject({ projectId: null, open: 2 });
    expect(await dashboard(world.deps, only, {})).toMatchObject({ open: 1 });
    expect((await throughput(world.db, eva, range)).days).toMatchObject([{ created: 2 }]);
    expect(names((await statsAssignments(world.db, only, {})).people)).toEqual([
      'Ada Admin',
      'Eva Agent',
      'Only Agent',
    ]);
    expect((await dashboard(world.deps, world.admin, {})).open).toBeGreaterThan(2);
    const nobody = await anAgent(world, 'New Agent');
    expect(await dashboard(world.deps, nobody, {})).toMatchObject({ open: 0, byAssignee: [] });
  });

  it('are kept from customers and from those outside', async () => {
    const { db, deps, customer, ann, foreign } = world;
    const range = { from: day(), to: day() };

    for (const place of [{ projectId }, {}]) {
      await refusal(world, 'FORBIDDEN', () => dashboard(deps, customer, place));
      await refusal(world, 'FORBIDDEN', () => statsAssignments(db, customer, place));
      await refusal(world, 'FORBIDDEN', () => throughput(db, customer, { ...place, ...range }));
      await refusal(world, 'FORBIDDEN', () => timeToResolve(db, customer, { ...place, ...range }));
    }
    await refusal(world, 'NOT_FOUND', () => dashboard(deps, ann, { projectId: foreign.id }));
    await refusal(world, 'NOT_FOUND', () => throughput(db, ann, { projectId: foreign.id, ...range }));
  });

  it('are read of a year of days at most, from the first to the last', () => {
    const fits = (from: string, to: string) =>
      [ThroughputInput, TimeToResolveInput].map((schema) => schema.safeParse({ from, to }).success);

    expect(limits.statsDaysMax).toBe(366);
    expect(fits('2024-01-01', '2024-12-31')).toEqual([true, true]);
    expect(fits('2024-01-01', '2025-01-01')).toEqual([false, false]);
    expect(fits('2024-01-02', '2024-01-01')).toEqual([false, false]);
    expect(fits('2024-01-01', '2024-01-01')).toEqual([true, true]);
  });

  const workloadOf = async (userId: string) => {
    const [row] = await rows<{ points: number }>(
      world,
      'SELECT current_workload AS points FROM developers WHERE user_id = $1',
      userId,
    );
    return row!.points;
  };
});

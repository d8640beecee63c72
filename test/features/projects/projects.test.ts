import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreateProjectInput, ListProjectsInput } from '../../../contract/project.js';
import { archiveProject } from '../../../server/features/projects/commands/archiveProject.js';
import { createProject } from '../../../server/features/projects/commands/createProject.js';
import { updateProject } from '../../../server/features/projects/commands/updateProject.js';
import {
  getProject,
  listMembers,
  listProjects,
  standingIn,
} from '../../../server/features/projects/projects.queries.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { aCustomer, anAgent, aProject, join } from '../../support/people.js';
import { eventsOf, feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type Person, type World } from '../../support/world.js';

const told = ({ name, code, message, details }: any) => ({ name, code, message, details });

describeEachDialect('projects', (dialect) => {
  let world: World;
  let agent: Person;
  let customer: Person;
  let stranger: Person;
  const create = (actor: Actor, input: object) =>
    createProject(world.deps, actor, CreateProjectInput.parse({ name: 'A project', ...input }));
  const update = (actor: Actor, projectId: string, patch: object, more: object = {}) =>
    updateProject(world.deps, actor, { projectId, patch, ...more });

  beforeAll(async () => {
    world = await aWorld(dialect);
    [agent, customer, stranger] = [await anAgent(world), await aCustomer(world), await anAgent(world)];
  });
  afterAll(() => world.close());

  describe('created', () => {
    it('are led by their owner, and begin their event log', async () => {
      const project = await create(agent, { key: 'FIRST', startDate: '2026-01-01', endDate: '2026-01-01' });

      expect(project).toMatchObject({ key: 'FIRST', ownerId: agent.userId, version: 1, isArchived: false, seq: 2 });
      expect(await getProject(world.deps, agent, { key: 'FIRST' })).toMatchObject({
        id: project.id,
        startDate: '2026-01-01',
        endDate: '2026-01-01',
        myRole: 'LEAD',
        memberCount: 1,
        lastSeq: 2,
      });
      expect(await eventsOf(world, project.id)).toMatchObject([
        {
          seq: 1,
          type: 'project.created',
          audience: 'PROJECT',
          payload: { project: { id: project.id, key: 'FIRST' } },
        },
        { seq: 2, type: 'member.added', payload: { member: { userId: agent.userId, role: 'LEAD' } } },
      ]);
      expect((await feedOf(world, agent.userId)).at(-1)).toMatchObject({
        type: 'member.added',
        payload: { project: { id: project.id, key: 'FIRST' }, role: 'LEAD' },
      });
    });

    it('belong to whoever an administrator names, to agents only their own, to customers none', async () => {
      expect(await create(world.admin, { key: 'GIVEN', ownerId: agent.userId })).toMatchObject({
        ownerId: agent.userId,
      });
      await expect(create(agent, { key: 'OTHERS', ownerId: stranger.userId })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
      await expect(create(customer, { key: 'MINE' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      for (const ownerId of [customer.userId, newId()])
        await expect(create(world.admin, { key: 'NOONES', ownerId })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      const gone = await anAgent(world);
      await deactivateUser(world.deps, world.admin, { userId: gone.userId });
      await expect(create(world.admin, { key: 'GONE', ownerId: gone.userId })).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
    });

    it('are refused with a taken key, or an end before the start, and leave nothing behind', async () => {
      await create(agent, { key: 'TAKEN' });

      await expect(create(stranger, { key: 'TAKEN' })).rejects.toMatchObject({ code: 'DUPLICATE' });
      const dates = { startDate: '2026-03-02', endDate: '2026-03-01' };
      await expect(create(stranger, { key: 'DATES', ...dates })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      expect((await listProjects(world.deps, stranger, { limit: 50 })).items).toEqual([]);
      const raced = await Promise.allSettled(Array.from({ length: 5 }, () => create(agent, { key: 'RACED' })));
      expect(raced.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of raced)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'DUPLICATE' });
    });
  });

  it('answer strangers exactly as if there were none', async () => {
    const project = await aProject(world, { lead: agent, customers: [customer] });
    const attempts = (projectId: string) =>
      Promise.all(
        [
          getProject(world.deps, stranger, { projectId }),
          update(stranger, projectId, { name: 'Mine now' }),
          archiveProject(world.deps, stranger, { projectId, archived: true }),
          listMembers(world.deps, stranger, { projectId, limit: 50 }),
          standingIn(world.db.all, stranger, projectId),
        ].map((attempt) => attempt.catch(told)),
      );

    const foreign = await attempts(project.id);

    expect(foreign[0]).toMatchObject({ name: 'AppError', code: 'NOT_FOUND' });
    expect(foreign).toEqual(await attempts(newId()));
    expect(await getProject(world.deps, stranger, { key: project.key }).catch(told)).toEqual(foreign[0]);
    expect(await getProject(world.deps, customer, { key: project.key })).toMatchObject({ myRole: 'CUSTOMER' });
    expect(await standingIn(world.db.all, world.admin, project.id)).toEqual({ role: 'ADMIN', projectRole: null });
  });

  it('are listed by key and page: one’s own, all of them for administrators', async () => {
    const [mine, own] = [await anAgent(world), await anAgent(world)];
    for (const key of ['LC', 'LA', 'LB']) await create(mine, { key, status: key === 'LB' ? 'ON_HOLD' : 'ACTIVE' });
    const hidden = await create(own, { key: 'LD' });
    const list = (actor: Actor, input: object = {}) => listProjects(world.deps, actor, ListProjectsInput.parse(input));
    const keys = async (actor: Actor, input: object = {}) => (await list(actor, input)).items.map(({ key }) => key);

    expect(await keys(mine)).toEqual(['LA', 'LB', 'LC']);
    const first = await list(mine, { limit: 2 });
    expect(first.items.map(({ key }) => key)).toEqual(['LA', 'LB']);
    expect(await keys(mine, { limit: 2, cursor: first.nextCursor })).toEqual(['LC']);
    expect(await keys(mine, { status: ['ON_HOLD', 'PLANNED'] })).toEqual(['LB']);
    expect(await keys(world.admin, { limit: 200 })).toEqual(expect.arrayContaining(['LA', 'LB', 'LC', hidden.key]));
    expect(await keys(customer, { archived: true })).toEqual([]);
  });

  describe('changed', () => {
    it('by leads, with one event that holds what changed', async () => {
      const project = await aProject(world, { lead: agent });
      const { id } = project;

      const after = await update(agent, id, {
        name: 'Renamed',
        endDate: '2026-12-31',
        status: 'ON_HOLD',
        description: undefined,
      });

      expect(after).toMatchObject({ name: 'Renamed', endDate: '2026-12-31', description: '', version: 2, seq: 3 });
      expect((await eventsOf(world, id)).slice(2)).toMatchObject([
        {
          seq: 3,
          type: 'project.updated',
          audience: 'PROJECT',
          actorId: agent.userId,
          payload: {
            project: { id, name: 'Renamed', version: 2 },
            changes: {
              name: { before: project.name, after: 'Renamed' },
              endDate: { before: null, after: '2026-12-31' },
              status: { before: 'ACTIVE', after: 'ON_HOLD' },
            },
          },
        },
      ]);
      expect(await update(agent, id, { name: 'Renamed' })).toEqual(after);
      expect(await eventsOf(world, id)).toHaveLength(3);
    });

    it('not by members or customers', async () => {
      const { id } = await aProject(world, { lead: agent, members: [stranger], customers: [customer] });

      for (const actor of [stranger, customer]) {
        await expect(update(actor, id, { name: 'X' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
        const archive = archiveProject(world.deps, actor, { projectId: id, archived: true });
        await expect(archive).rejects.toMatchObject({ code: 'FORBIDDEN' });
      }
      expect(await update(world.admin, id, { name: 'By an administrator' })).toMatchObject({ version: 2 });
    });

    it('only from the version that was seen', async () => {
      const { id } = await aProject(world, { lead: agent });

      const outcomes = await Promise.allSettled(
        ['A', 'B', 'C', 'D'].map((name) => update(agent, id, { name }, { expectedVersion: 1 })),
      );

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: 'CONFLICT', details: { currentVersion: 2 } });
    });

    it('to dates in order, also with the one that stays, and to owners who lead', async () => {
      const { id } = await aProject(world, { lead: agent, members: [stranger] });
      await update(agent, id, { startDate: '2026-05-01' });

      await expect(update(agent, id, { endDate: '2026-04-30' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      for (const ownerId of [stranger.userId, customer.userId, newId()])
        await expect(update(agent, id, { ownerId })).rejects.toMatchObject({ code: 'BAD_INPUT' });
      expect(await update(agent, id, { ownerId: world.admin.userId })).toMatchObject({ ownerId: world.admin.userId });
    });

    it('once for one idempotency key', async () => {
      const { id } = await aProject(world, { lead: agent });
      const again = () => update(agent, id, { name: 'Once' }, { idempotencyKey: 'once' });

      const [first] = await Promise.all([again(), again(), again()]);

      expect(await again()).toEqual(first);
      expect(await eventsOf(world, id)).toHaveLength(3);
    });
  });

  it('can be archived and taken out again', async () => {
    const { id } = await aProject(world, { lead: agent });
    const archive = (archived: boolean) => archiveProject(world.deps, agent, { projectId: id, archived });

    const away = await archive(true);

    expect(away).toMatchObject({ isArchived: true, version: 2, seq: 3 });
    expect(await archive(true)).toEqual(away);
    expect(await archive(false)).toMatchObject({ isArchived: false, version: 3, seq: 4 });
    expect((await eventsOf(world, id)).slice(2)).toMatchObject([
      { type: 'project.archived', payload: { project: { isArchived: true } } },
      { type: 'project.updated', payload: { changes: { isArchived: { before: true, after: false } } } },
    ]);
  });

  it('count their members', async () => {
    const project = await aProject(world, { lead: agent });
    await join(world, project, customer, 'CUSTOMER');

    expect(await getProject(world.deps, world.admin, { projectId: project.id })).toMatchObject({
      memberCount: 2,
      myRole: null,
      lastSeq: 3,
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { authenticate } from '../../../server/features/auth/authenticate.js';
import { listDevelopers } from '../../../server/features/developers/developers.queries.js';
import { listMembers } from '../../../server/features/projects/projects.queries.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { activateUser } from '../../../server/features/users/commands/activateUser.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { setUserRole } from '../../../server/features/users/commands/setUserRole.js';
import { newId } from '../../../server/kernel/ids.js';
import { aCustomer, anAdmin, anAgent, aProject, join, signIn } from '../../support/people.js';
import { eventsOf, feedOf, numbered } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type Person, type World } from '../../support/world.js';

describeEachDialect('what a person may do', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  const setRole = (person: Person, role: 'ADMIN' | 'AGENT' | 'CUSTOMER') =>
    setUserRole(world.deps, world.admin, { userId: person.userId, role });
  const deactivate = (person: Person, by: Person = world.admin) =>
    deactivateUser(world.deps, by, { userId: person.userId });
  const aTicketOf = async (holder: Person, projectId: string) =>
    createTicket(
      world.deps,
      world.admin,
      CreateTicketInput.parse({ projectId, title: 'Held', assigneeId: holder.userId, storyPoints: 3 }),
    );
  const activeAssignments = async (person: Person) =>
    world.db.all(
      { name: 'test.active', text: () => "SELECT id FROM assignments WHERE assignee_id = $1 AND status = 'ACTIVE'" },
      [person.userId],
    );
  const workloadOf = async (person: Person) =>
    (await listDevelopers(world.deps, world.admin, { limit: 200 })).items.find(({ userId }) => userId === person.userId)
      ?.currentWorkload;

  it('is decided by administrators', async () => {
    const [agent, customer] = [await anAgent(world), await aCustomer(world)];
    for (const actor of [agent, customer])
      for (const userId of [actor.userId, world.admin.userId, newId()]) {
        const input = { userId };
        await expect(setUserRole(world.deps, actor, { userId, role: 'ADMIN' })).rejects.toMatchObject({
          code: 'FORBIDDEN',
        });
        await expect(deactivateUser(world.deps, actor, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
        await expect(activateUser(world.deps, actor, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      }
  });

  describe('ends with deactivation', () => {
    it('sessions, tickets and all, told to their own stream in the same transaction', async () => {
      const agent = await anAgent(world);
      const projects = [await aProject(world, { members: [agent] }), await aProject(world, { members: [agent] })];
      for (const { id } of [...projects, ...projects]) await aTicketOf(agent, id);
      const { accessToken } = await signIn(world, agent);
      expect(await workloadOf(agent)).toBe(12);
      world.wakes.length = 0;

      const user = await deactivate(agent);
      const again = await deactivate(agent);

      expect(user).toMatchObject({ active: false });
      expect(again).toEqual(user);
      await expect(authenticate(world.deps, accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(await activeAssignments(agent)).toEqual([]);
      expect(await workloadOf(agent)).toBe(0);
      const feed = await feedOf(world, agent.userId);
      expect(numbered(feed)).toEqual(feed.map((_, index) => index + 1));
      expect(feed.filter(({ type }) => type === 'ticket.unassigned')).toHaveLength(4);
      expect(feed.filter(({ type }) => type === 'session.revoked')).toHaveLength(1);
      expect(feed.filter(({ type }) => type === 'user.updated')).toMatchObject([
        { actorId: world.admin.userId, payload: { role: 'AGENT', active: false } },
      ]);
      expect(world.wakes).toContainEqual({ kind: 'user', id: agent.userId, seq: feed.length });
      for (const { id } of projects) {
        const events = await eventsOf(world, id);
        expect(numbered(events)).toEqual(events.map((_, index) => index + 1));
        expect(events.filter(({ type }) => type === 'ticket.unassigned')).toHaveLength(2);
      }
    });

    it('and comes back with activation', async () => {
      const agent = await anAgent(world);
      await deactivate(agent);

      const user = await activateUser(world.deps, world.admin, { userId: agent.userId });

      expect(await activateUser(world.deps, world.admin, { userId: agent.userId })).toEqual(user);
      expect(user).toMatchObject({ active: true });
      expect((await feedOf(world, agent.userId)).map(({ payload }) => payload)).toEqual([
        { role: 'AGENT', active: false },
        { role: 'AGENT', active: true },
      ]);
    });

    it('holds also against somebody who hands them a ticket at that moment', async () => {
      for (let round = 0; round < 5; round++) {
        const agent = await anAgent(world);
        const { id } = await aProject(world, { members: [agent] });
        await Promise.allSettled([aTicketOf(agent, id), deactivate(agent), aTicketOf(agent, id), aTicketOf(agent, id)]);

        expect(await activeAssignments(agent)).toEqual([]);
        const events = await eventsOf(world, id);
        expect(numbered(events)).toEqual(events.map((_, index) => index + 1));
      }
    });
  });

  describe('follows the role', () => {
    it('a new customer is one everywhere, and holds nothing', async () => {
      const agent = await anAgent(world);
      const [one, two] = [await aProject(world, { members: [agent] }), await aProject(world)];
      await join(world, two, agent, 'LEAD');
      await aTicketOf(agent, one.id);
      const { actor, accessToken } = await signIn(world, agent);
      expect(actor.role).toBe('AGENT');

      expect(await setRole(agent, 'CUSTOMER')).toMatchObject({ role: 'CUSTOMER' });

      expect((await authenticate(world.deps, accessToken)).actor.role).toBe('CUSTOMER');
      expect(await activeAssignments(agent)).toEqual([]);
      expect(await workloadOf(agent)).toBeUndefined();
      for (const [{ id: projectId }, previousRole] of [[one, 'MEMBER'] as const, [two, 'LEAD'] as const]) {
        const { items } = await listMembers(world.deps, world.admin, { projectId, limit: 50, role: 'CUSTOMER' });
        expect(items.map(({ userId }) => userId)).toEqual([agent.userId]);
        const events = await eventsOf(world, projectId);
        expect(numbered(events)).toEqual(events.map((_, index) => index + 1));
        expect(events.at(-1)).toMatchObject({
          type: 'member.updated',
          audience: 'TEAM',
          payload: { previousRole, member: { userId: agent.userId, role: 'CUSTOMER' } },
        });
      }
      expect((await feedOf(world, agent.userId)).map(({ type }) => type)).toEqual(
        expect.arrayContaining(['member.updated', 'user.updated', 'ticket.unassigned']),
      );
    });

    it('but the only lead of a project stays staff', async () => {
      const agent = await anAgent(world);
      const project = await aProject(world, { lead: agent });

      await expect(setRole(agent, 'CUSTOMER')).rejects.toMatchObject({
        code: 'CONFLICT',
        details: { projectKey: project.key },
      });
      await join(world, project, await anAgent(world), 'LEAD');
      expect(await setRole(agent, 'CUSTOMER')).toMatchObject({ role: 'CUSTOMER' });
    });

    it('a former administrator keeps only tickets of projects whose team they are on', async () => {
      const admin = await anAdmin(world);
      const [outside, inside] = [await aProject(world), await aProject(world, { members: [admin] })];
      await aTicketOf(admin, outside.id);
      const kept = await aTicketOf(admin, inside.id);

      await setRole(admin, 'AGENT');

      expect(await activeAssignments(admin)).toMatchObject([{ id: kept.assignees[0]?.assignmentId }]);
    });

    it('a former customer gets a work profile, once', async () => {
      const customer = await aCustomer(world, 'Carla Changer');
      for (const role of ['AGENT', 'CUSTOMER', 'ADMIN', 'ADMIN', 'AGENT'] as const) await setRole(customer, role);

      const { items } = await listDevelopers(world.deps, world.admin, { limit: 50, text: 'carla' });
      expect(items).toMatchObject([{ userId: customer.userId, name: 'Carla Changer' }]);
      expect(await feedOf(world, customer.userId)).toHaveLength(4);
    });
  });

  describe('leaves at least one administrator', () => {
    let alone: World;
    beforeEach(async () => {
      alone = await aWorld(dialect);
      return () => alone.close();
    });

    it('so that the last one can neither leave nor step down', async () => {
      const { deps, admin } = alone;
      const { userId } = admin;
      const other = await anAdmin(alone);
      await deactivateUser(deps, admin, { userId: other.userId });

      await expect(deactivateUser(deps, admin, { userId })).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(setUserRole(deps, admin, { userId, role: 'AGENT' })).rejects.toMatchObject({ code: 'CONFLICT' });
      await activateUser(deps, admin, { userId: other.userId });
      expect(await setUserRole(deps, admin, { userId, role: 'AGENT' })).toMatchObject({ role: 'AGENT' });
    });

    it('also when all of them are dismissed at once', async () => {
      const { deps } = alone;
      const admins = [alone.admin, await anAdmin(alone), await anAdmin(alone), await anAdmin(alone)];
      const nobody: Person = { ...(await anAgent(alone)), role: 'ADMIN' };

      const outcomes = await Promise.allSettled(
        admins.map(({ userId }, index) =>
          index % 2 ? deactivateUser(deps, nobody, { userId }) : setUserRole(deps, nobody, { userId, role: 'AGENT' }),
        ),
      );

      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    });
  });
});

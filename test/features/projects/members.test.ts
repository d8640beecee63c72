import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectRole } from '../../../contract/project.js';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { getTicket } from '../../../server/features/tickets/oneTicket.queries.js';
import { addMember } from '../../../server/features/projects/commands/addMember.js';
import { removeMember } from '../../../server/features/projects/commands/removeMember.js';
import { setMemberRole } from '../../../server/features/projects/commands/setMemberRole.js';
import { getProject, listMembers } from '../../../server/features/projects/projects.queries.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { setUserRole } from '../../../server/features/users/commands/setUserRole.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { findViolations } from '../../support/invariants.js';
import { aCustomer, anAgent, aProject } from '../../support/people.js';
import { eventsOf, feedOf, numbered } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type Person, type World } from '../../support/world.js';

const told = ({ name, code, message, details }: any) => ({ name, code, message, details });

describeEachDialect('members of a project', (dialect) => {
  let world: World;
  let lead: Person;
  let member: Person;
  let customer: Person;
  let project: { id: string; key: string };
  const add = (person: { userId: string }, role: ProjectRole, actor: Actor = lead, projectId = project.id) =>
    addMember(world.deps, actor, { projectId, userId: person.userId, role });
  const setRole = (person: { userId: string }, role: ProjectRole, actor: Actor = lead, projectId = project.id) =>
    setMemberRole(world.deps, actor, { projectId, userId: person.userId, role });
  const remove = (person: { userId: string }, actor: Actor = lead, projectId = project.id) =>
    removeMember(world.deps, actor, { projectId, userId: person.userId });
  const ticketHeldBy = (person: Person) =>
    createTicket(
      world.deps,
      lead,
      CreateTicketInput.parse({ projectId: project.id, title: 'Held', assigneeId: person.userId, storyPoints: 2 }),
    );

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    [lead, member, customer] = [
      await anAgent(world, 'Lea'),
      await anAgent(world, 'Max'),
      await aCustomer(world, 'Cleo'),
    ];
    project = await aProject(world, { lead, members: [member], customers: [customer] });
  });

  it('join with an event for the team and one for themselves', async () => {
    const joined = await anAgent(world, 'Joe');

    const reply = await add(joined, 'MEMBER');

    expect(reply).toMatchObject({ userId: joined.userId, name: 'Joe', role: 'MEMBER', userRole: 'AGENT', seq: 5 });
    const [added, ofCustomer] = [(await eventsOf(world, project.id))[4], (await eventsOf(world, project.id))[3]];
    expect(added).toMatchObject({ type: 'member.added', audience: 'PROJECT', payload: { member: { name: 'Joe' } } });
    expect(ofCustomer).toMatchObject({ audience: 'TEAM', payload: { member: { userId: customer.userId } } });
    expect(await feedOf(world, joined.userId)).toMatchObject([
      { seq: 1, type: 'member.added', payload: { project: { id: project.id, key: project.key }, role: 'MEMBER' } },
    ]);
    expect(await add(joined, 'MEMBER')).toEqual(reply);
    await expect(add(joined, 'LEAD')).rejects.toMatchObject({ code: 'DUPLICATE', details: { role: 'MEMBER' } });
    expect(await eventsOf(world, project.id)).toHaveLength(5);
  });

  it('are what their account allows', async () => {
    const [other, gone] = [await aCustomer(world), await anAgent(world)];
    await deactivateUser(world.deps, world.admin, { userId: gone.userId });

    for (const role of ['LEAD', 'MEMBER'] as const) {
      await expect(add(other, role)).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(setRole(customer, role)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
    await expect(add(gone, 'MEMBER')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(add({ userId: newId() }, 'MEMBER')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await eventsOf(world, project.id)).toHaveLength(4);
  });

  it('are managed by leads and administrators', async () => {
    const joined = await anAgent(world);

    for (const actor of [member, customer]) {
      await expect(add(joined, 'MEMBER', actor)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(setRole(member, 'LEAD', actor)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(remove(lead, actor)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await add(joined, 'LEAD', world.admin)).toMatchObject({ role: 'LEAD' });
  });

  it('of a foreign project are out of reach exactly as of a missing one', async () => {
    const stranger = await anAgent(world);
    const attempts = (projectId: string) =>
      Promise.all(
        [
          add(stranger, 'LEAD', stranger, projectId),
          setRole(member, 'LEAD', stranger, projectId),
          remove(member, stranger, projectId),
          listMembers(world.deps, stranger, { projectId, limit: 50 }),
        ].map((attempt) => attempt.catch(told)),
      );

    const foreign = await attempts(project.id);

    expect(foreign[0]).toMatchObject({ code: 'NOT_FOUND', message: 'No such project.' });
    expect(foreign).toEqual(await attempts(newId()));
    for (const person of [stranger, { userId: newId() }])
      for (const attempt of [() => remove(person), () => setRole(person, 'MEMBER')])
        expect(await attempt().catch(told)).toMatchObject({ code: 'NOT_FOUND', message: 'No such member.' });
  });

  it('are seen by customers as the team and themselves', async () => {
    await add(await aCustomer(world, 'Otto'), 'CUSTOMER');
    const names = async (actor: Actor, more: object = {}) =>
      (await listMembers(world.deps, actor, { projectId: project.id, limit: 50, ...more })).items.map(
        ({ name }) => name,
      );

    expect(await names(member)).toEqual(['Cleo', 'Lea', 'Max', 'Otto']);
    expect(await names(customer)).toEqual(['Cleo', 'Lea', 'Max']);
    expect(await names(customer, { role: 'CUSTOMER' })).toEqual(['Cleo']);
    expect(await names(lead, { role: 'LEAD' })).toEqual(['Lea']);
    const { items, nextCursor } = await listMembers(world.deps, lead, { projectId: project.id, limit: 3 });
    expect(items).toHaveLength(3);
    expect(await names(lead, { limit: 3, cursor: nextCursor })).toEqual(['Otto']);
  });

  it('change their role with an event, and lose tickets they may no longer hold', async () => {
    const ticket = await ticketHeldBy(member);

    const reply = await setRole(member, 'CUSTOMER');

    expect(await setRole(member, 'CUSTOMER')).toEqual(reply);
    const events = await eventsOf(world, project.id);
    expect(numbered(events)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events.slice(5)).toMatchObject([
      { type: 'ticket.unassigned', payload: { ticket: { id: ticket.id, assigneeId: null } } },
      { seq: reply.seq, type: 'member.updated', audience: 'TEAM', payload: { previousRole: 'MEMBER' } },
    ]);
    expect((await feedOf(world, member.userId)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['member.added', 'ticket.assigned', 'ticket.unassigned', 'member.updated']),
    );
  });

  it('leave with an event, their tickets go back to the board, and nothing is seen of the project any more', async () => {
    const ticket = await ticketHeldBy(member);
    world.wakes.length = 0;

    const reply = await remove(member);

    const events = await eventsOf(world, project.id);
    const feed = await feedOf(world, member.userId);
    expect(reply).toMatchObject({ userId: member.userId, role: 'MEMBER', seq: events.length });
    expect(events.slice(5)).toMatchObject([
      { type: 'ticket.unassigned', payload: { ticket: { id: ticket.id } } },
      { type: 'member.removed', audience: 'PROJECT', payload: { member: { userId: member.userId } } },
    ]);
    expect(feed.at(-1)).toMatchObject({ type: 'member.removed', payload: { project: { id: project.id } } });
    expect(world.wakes).toEqual(
      expect.arrayContaining([
        { kind: 'project', id: project.id, seq: events.length },
        { kind: 'user', id: member.userId, seq: feed.length },
      ]),
    );
    expect(await getTicket(world.db, lead, { ticketId: ticket.id })).toMatchObject({ assigneeId: null });
    await expect(getTicket(world.db, member, { ticketId: ticket.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const seen = getProject(world.deps, member, { projectId: project.id });
    await expect(seen).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  describe('keep one lead', () => {
    it('whoever asks', async () => {
      for (const actor of [lead, world.admin]) {
        await expect(remove(lead, actor)).rejects.toMatchObject({ code: 'CONFLICT' });
        await expect(setRole(lead, 'MEMBER', actor)).rejects.toMatchObject({ code: 'CONFLICT' });
      }
      await setRole(member, 'LEAD');
      expect(await setRole(lead, 'MEMBER')).toMatchObject({ role: 'MEMBER' });
    });

    it('also when leads dismiss each other at once', async () => {
      await setRole(member, 'LEAD');
      const third = await anAgent(world);
      await add(third, 'LEAD');

      const outcomes = await Promise.allSettled([
        remove(member, world.admin),
        setRole(third, 'MEMBER', world.admin),
        remove(lead, world.admin),
      ]);

      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    });
  });

  it('cannot manage any more from the moment they are removed, whatever they had under way', async () => {
    for (let round = 0; round < 5; round++) {
      const [other, joining] = [await anAgent(world), await anAgent(world)];
      await add(other, 'LEAD');
      const [removed, added] = await Promise.allSettled([remove(other), add(joining, 'MEMBER', other)]);

      expect(removed.status).toBe('fulfilled');
      const events = await eventsOf(world, project.id);
      const leaves = events.findIndex(
        ({ type, payload }) => type === 'member.removed' && payload.member.userId === other.userId,
      );
      const joins = events.findIndex(
        ({ type, payload }) => type === 'member.added' && payload.member.userId === joining.userId,
      );
      if (added.status === 'fulfilled') expect(joins).toBeLessThan(leaves);
      else expect(added.reason).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('hold to all invariants while roles, members and tickets change at once', async () => {
    const people = [member, await anAgent(world), await anAgent(world), await anAgent(world)];
    const outcomes = await Promise.allSettled(
      people.flatMap((person) => [
        add(person, 'MEMBER').then(() => ticketHeldBy(person)),
        ticketHeldBy(person),
        remove(person),
        setUserRole(world.deps, world.admin, { userId: person.userId, role: 'CUSTOMER' }),
        deactivateUser(world.deps, world.admin, { userId: person.userId }),
      ]),
    );

    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({
          code: expect.stringMatching(/^(NOT_FOUND|BAD_INPUT|CONFLICT|DUPLICATE)$/),
        });
    expect(await findViolations(world.db)).toEqual([]);
  });
});

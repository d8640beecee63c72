import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreateUserInput, ListUsersInput } from '../../../contract/user.js';
import { getDeveloper, listDevelopers } from '../../../server/features/developers/developers.queries.js';
import { createDepartment } from '../../../server/features/departments/commands/createDepartment.js';
import { createUser } from '../../../server/features/users/commands/createUser.js';
import { updateUser } from '../../../server/features/users/commands/updateUser.js';
import { getUser, listUsers } from '../../../server/features/users/users.queries.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { aCustomer, anAgent, aProject } from '../../support/people.js';
import { feedOf } from '../../support/recorded.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, PASSWORD, type World } from '../../support/world.js';

const told = ({ name, code, message, details }: any) => ({ name, code, message, details });

describeEachDialect('people', (dialect) => {
  let world: World;
  let count = 0;
  const draft = (more: object = {}) =>
    CreateUserInput.parse({
      email: `new${++count}@example.com`,
      name: 'Nora New',
      role: 'AGENT',
      password: PASSWORD,
      ...more,
    });
  const create = (more?: object, actor: Actor = world.admin) => createUser(world.deps, actor, draft(more));

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  describe('created', () => {
    it('get a stream of their own and, as staff, a work profile', async () => {
      const user = await create({ name: 'Uma Unique', title: 'Engineer', username: 'uma' });

      expect(user).toMatchObject({ role: 'AGENT', active: true, isDemo: false, username: 'uma', title: 'Engineer' });
      expect(await feedOf(world, user.id)).toEqual([]);
      const { items } = await listDevelopers(world.deps, world.admin, { limit: 50, text: 'UMA' });
      expect(items).toMatchObject([
        { userId: user.id, name: 'Uma Unique', title: 'Engineer', capacity: 40, currentWorkload: 0, active: true },
      ]);
      expect(await getDeveloper(world.deps, world.admin, { developerId: items[0]!.id })).toEqual(items[0]);
    });

    it('get a profile name apart when theirs is taken; customers get no profile', async () => {
      await Promise.all([create({ name: 'Kim' }), create({ name: 'Kim' }), create({ name: 'Kim', role: 'ADMIN' })]);
      await create({ name: 'Kim', role: 'CUSTOMER' });
      const long = '𝒦'.repeat(60);
      await create({ name: long });
      await create({ name: long });

      const named = async (text: string) =>
        (await listDevelopers(world.deps, world.admin, { limit: 50, text })).items.map(({ name }) => name);
      expect(await named('kim')).toEqual(['Kim', 'Kim (2)', 'Kim (3)']);
      expect(await named('𝒦')).toEqual([long, `${long} (2)`]);
    });

    it('are refused when email address or username are taken, with the field', async () => {
      const email = 'taken@example.com';
      await create({ email, username: 'taken' });

      await expect(create({ email: '  TAKEN@example.com' })).rejects.toMatchObject({
        code: 'DUPLICATE',
        details: { field: 'email' },
      });
      await expect(create({ username: 'taken' })).rejects.toMatchObject({
        code: 'DUPLICATE',
        details: { field: 'username' },
      });
      await expect(create({ departmentId: newId() })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });

    it('are one when the request is repeated under its key, and the key remembers no password', async () => {
      const input = draft({ idempotencyKey: 'once' });

      const [first, again] = [
        await createUser(world.deps, world.admin, input),
        await createUser(world.deps, world.admin, input),
      ];

      expect(again).toEqual(first);
      const other = createUser(world.deps, world.admin, { ...input, password: 'something else' });
      await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    });
  });

  it('are managed by administrators alone', async () => {
    const [agent, customer] = [await anAgent(world), await aCustomer(world)];

    for (const actor of [agent, customer]) {
      await expect(create({}, actor)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      for (const userId of [actor.userId, world.admin.userId, newId()])
        await expect(updateUser(world.deps, actor, { userId, patch: { name: 'X' } })).rejects.toMatchObject({
          code: 'FORBIDDEN',
        });
    }
  });

  it('are changed field by field; a value that stands already is no change', async () => {
    const department = await createDepartment(world.deps, world.admin, {
      name: 'Night',
      description: '',
      active: true,
    });
    const user = await create({ username: 'before', title: 'Old' });
    const update = (patch: object) => updateUser(world.deps, world.admin, { userId: user.id, patch });

    const after = await update({ name: 'After', username: null, departmentId: department.id, title: undefined });

    expect(after).toMatchObject({
      name: 'After',
      username: null,
      title: 'Old',
      departmentId: department.id,
      role: 'AGENT',
    });
    expect(await update({ name: 'After' })).toEqual(after);
    expect(await getUser(world.deps, world.admin, { userId: user.id })).toEqual({
      ...after,
      departmentName: 'Night',
      mustChangePassword: false,
      projectCount: 0,
    });
    await expect(update({ email: world.admin.email })).rejects.toMatchObject({
      code: 'DUPLICATE',
      details: { field: 'email' },
    });
    const missing = updateUser(world.deps, world.admin, { userId: newId(), patch: {} });
    await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  describe('seen by others', () => {
    it('are themselves alone for a customer; anybody else answers as somebody who is missing', async () => {
      const [agent, customer] = [await anAgent(world), await aCustomer(world)];
      const seen = (userId: string) => getUser(world.deps, customer, { userId }).catch(told);

      expect(await seen(customer.userId)).toMatchObject({ email: customer.email });
      expect(await seen(agent.userId)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await seen(agent.userId)).toEqual(await seen(newId()));
      const list = listUsers(world.deps, customer, { limit: 50 });
      await expect(list).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    it('show a colleague only the projects they share, and not whether a password is due', async () => {
      const [one, other] = [await anAgent(world), await anAgent(world)];
      const due = await create({ mustChangePassword: true });
      await aProject(world, { lead: one, members: [other] });
      await aProject(world, { lead: other });
      const detail = (actor: Actor, userId: string) => getUser(world.deps, actor, { userId });

      expect(await detail(one, other.userId)).toMatchObject({ projectCount: 1 });
      expect(await detail(other, other.userId)).toMatchObject({ projectCount: 2 });
      expect(await detail(world.admin, other.userId)).toMatchObject({ projectCount: 2 });
      expect(await detail(one, due.id)).toMatchObject({ mustChangePassword: false });
      expect(await detail(world.admin, due.id)).toMatchObject({ mustChangePassword: true });
    });

    it('are listed by name and page, filtered by role, activity and text', async () => {
      for (const name of ['Zoe Lister', 'Ann Lister', 'Ann Lister', 'Élise Lister']) await create({ name });
      const list = (input: object) =>
        listUsers(world.deps, world.admin, ListUsersInput.parse({ text: 'lister', ...input }));

      const whole = await list({});
      const pages = [];
      let cursor: string | undefined;
      do {
        const page = await list({ limit: 1, cursor });
        pages.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);

      expect(whole.items.map(({ name }) => name)).toEqual(['Ann Lister', 'Ann Lister', 'Zoe Lister', 'Élise Lister']);
      expect(pages).toEqual(whole.items);
      expect((await list({ text: 'élise' })).items).toEqual([]);
      expect((await list({ text: 'Élise lis' })).items).toHaveLength(1);
      expect((await list({ text: "%' OR 1=1 --" })).items).toEqual([]);
      expect((await list({ role: 'CUSTOMER' })).items).toEqual([]);
      expect((await list({ active: false })).items).toEqual([]);
      expect((await list({ active: true, role: 'AGENT' })).items).toHaveLength(4);
      await expect(list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });
  });
});

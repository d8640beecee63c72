import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreateTicketInput } from '../../../contract/ticketInputs.js';
import { createDepartment } from '../../../server/features/departments/commands/createDepartment.js';
import { deleteDepartment } from '../../../server/features/departments/commands/deleteDepartment.js';
import { updateDepartment } from '../../../server/features/departments/commands/updateDepartment.js';
import { listDepartments } from '../../../server/features/departments/departments.queries.js';
import { createTicket } from '../../../server/features/tickets/commands/createTicket.js';
import { updateUser } from '../../../server/features/users/commands/updateUser.js';
import { newId } from '../../../server/kernel/ids.js';
import { aCustomer, anAgent, aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type World } from '../../support/world.js';

describeEachDialect('departments', (dialect) => {
  let world: World;
  const create = (name: string, active = true) =>
    createDepartment(world.deps, world.admin, { name, description: `About ${name}`, active });
  const update = (departmentId: string, patch: object) =>
    updateDepartment(world.deps, world.admin, { departmentId, patch });
  const remove = (departmentId: string) => deleteDepartment(world.deps, world.admin, { departmentId });
  const names = async (input: object = {}) =>
    (await listDepartments(world.deps, { limit: 50, ...input })).items.map(({ name }) => name);

  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it('are listed by name, by page, and by activity', async () => {
    for (const name of ['Sales', 'Support', 'Engineering']) await create(name, name !== 'Sales');

    expect(await names()).toEqual(['Engineering', 'Sales', 'Support']);
    expect(await names({ active: true })).toEqual(['Engineering', 'Support']);
    expect(await names({ active: false })).toEqual(['Sales']);
    const { nextCursor } = await listDepartments(world.deps, { limit: 2 });
    expect(await names({ limit: 2, cursor: nextCursor })).toEqual(['Support']);
  });

  it('are written by administrators alone', async () => {
    const { id } = await create('Locked');
    for (const actor of [await anAgent(world), await aCustomer(world)])
      for (const departmentId of [id, newId()])
        for (const attempt of [
          () => createDepartment(world.deps, actor, { name: 'X', description: '', active: true }),
          () => updateDepartment(world.deps, actor, { departmentId, patch: { name: 'X' } }),
          () => deleteDepartment(world.deps, actor, { departmentId }),
        ])
          await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('have names of their own', async () => {
    const department = await create('Finance');

    await expect(create('Finance')).rejects.toMatchObject({ code: 'DUPLICATE', details: { field: 'name' } });
    await expect(update((await create('Billing')).id, { name: 'Finance' })).rejects.toMatchObject({
      code: 'DUPLICATE',
    });
    expect(await update(department.id, { name: 'Finance', active: false })).toMatchObject({
      name: 'Finance',
      description: 'About Finance',
      active: false,
    });
    await expect(update(newId(), { name: 'X' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('can be deleted while nobody and nothing belongs to them', async () => {
    const [ofPerson, ofTicket, free] = [await create('People'), await create('Tickets'), await create('Free')];
    const { userId } = await anAgent(world);
    await updateUser(world.deps, world.admin, { userId, patch: { departmentId: ofPerson.id } });
    const { id: projectId } = await aProject(world);
    const ticket = CreateTicketInput.parse({ projectId, title: 'T', departmentId: ofTicket.id });
    await createTicket(world.deps, world.admin, ticket);

    await expect(remove(ofPerson.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(remove(ofTicket.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await remove(free.id)).toEqual({ done: true });
    await expect(remove(free.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await names()).not.toContain('Free');
  });
});

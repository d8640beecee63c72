import { afterAll, beforeAll, expect, it } from 'vitest';
import { UpdateDeveloperInput } from '../../../contract/developer.js';
import { updateDeveloper } from '../../../server/features/developers/commands/updateDeveloper.js';
import { getDeveloper, listDevelopers } from '../../../server/features/developers/developers.queries.js';
import { createSkill } from '../../../server/features/skills/commands/createSkill.js';
import { deactivateUser } from '../../../server/features/users/commands/deactivateUser.js';
import { setUserRole } from '../../../server/features/users/commands/setUserRole.js';
import type { Actor } from '../../../server/kernel/actor.js';
import { newId } from '../../../server/kernel/ids.js';
import { aCustomer, anAgent, aProject } from '../../support/people.js';
import { describeEachDialect } from '../../support/services.js';
import { aWorld, type Person, type World } from '../../support/world.js';

describeEachDialect('developers', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  const list = async (input: object = {}, actor: Actor = world.admin) =>
    (await listDevelopers(world.deps, actor, { limit: 200, ...input })).items;
  const profileOf = async (person: Person) => (await list()).find(({ userId }) => userId === person.userId)!;
  const update = (actor: Actor, developerId: string, patch: object) =>
    updateDeveloper(world.deps, actor, UpdateDeveloperInput.parse({ developerId, patch }));

  it('edit their own profile, administrators any', async () => {
    const [mine, other] = [await anAgent(world, 'Dev Own'), await anAgent(world, 'Dev Other')];
    const { id } = await profileOf(mine);

    const after = await update(mine, id, {
      capacity: 12,
      availability: 0.5,
      experienceYears: 7.5,
      timezone: 'Europe/Berlin',
      title: null,
      outOfOfficeFrom: '2026-12-24T00:00:00+01:00',
      outOfOfficeTo: '2027-01-02T00:00:00Z',
    });

    expect(after).toMatchObject({
      name: 'Dev Own',
      capacity: 12,
      availability: 0.5,
      experienceYears: 7.5,
      timezone: 'Europe/Berlin',
      outOfOfficeFrom: '2026-12-23T23:00:00.000Z',
      outOfOfficeTo: '2027-01-02T00:00:00.000Z',
      currentWorkload: 0,
    });
    expect(await getDeveloper(world.deps, other, { developerId: id })).toEqual(after);
    await expect(update(other, id, { capacity: 1 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await update(world.admin, id, { capacity: 30 })).toMatchObject({ capacity: 30, availability: 0.5 });
  });

  it('are not for customers', async () => {
    const customer = await aCustomer(world);
    const [{ id: developerId } = { id: '' }] = await list();

    for (const id of [developerId, newId()]) {
      const seen = getDeveloper(world.deps, customer, { developerId: id });
      await expect(seen).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(update(customer, id, { capacity: 1 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await expect(list({}, customer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const missing = getDeveloper(world.deps, world.admin, { developerId: newId() });
    await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('have a list of skills that is replaced as a whole', async () => {
    const person = await anAgent(world);
    const { id } = await profileOf(person);
    const [b, a] = await Promise.all(
      ['B skill', 'A skill'].map((name) => createSkill(world.deps, world.admin, { name, aliases: [] })),
    );
    const set = (...skills: object[]) => update(person, id, { skills });

    const both = await set({ skillId: b!.id, level: 2 }, { skillId: a!.id, level: 5 });

    expect(both.skills).toEqual([
      { skillId: a!.id, name: 'A skill', level: 5 },
      { skillId: b!.id, name: 'B skill', level: 2 },
    ]);
    await expect(set({ skillId: newId(), level: 1 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(set({ skillId: a!.id, level: 1 }, { skillId: a!.id, level: 2 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    expect((await update(person, id, { capacity: 3 })).skills).toEqual(both.skills);
    expect((await set({ skillId: b!.id, level: 4 })).skills).toMatchObject([{ skillId: b!.id, level: 4 }]);
    expect((await list({ skillId: b!.id })).map((developer) => developer.id)).toEqual([id]);
    expect(await list({ skillId: a!.id })).toEqual([]);
    expect((await set()).skills).toEqual([]);
  });

  it('keep names of their own and absences in order', async () => {
    const [one, two] = [await profileOf(await anAgent(world, 'Pat')), await profileOf(await anAgent(world, 'Pat'))];
    const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];

    expect([one.name, two.name]).toEqual(['Pat', 'Pat (2)']);
    await expect(update(world.admin, two.id, { name: 'Pat' })).rejects.toMatchObject({ code: 'DUPLICATE' });
    await update(world.admin, one.id, { outOfOfficeFrom: late });
    await expect(update(world.admin, one.id, { outOfOfficeTo: early })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await update(world.admin, one.id, { outOfOfficeFrom: null, outOfOfficeTo: early })).toMatchObject({
      outOfOfficeFrom: null,
      outOfOfficeTo: '2026-01-01T00:00:00.000Z',
    });
  });

  it('are listed by project, activity, text and page; a foreign project answers as a missing one', async () => {
    const [lead, member, gone, changed] = [
      await anAgent(world, 'List Lead'),
      await anAgent(world, 'List Member'),
      await anAgent(world, 'List Gone'),
      await anAgent(world, 'List Changed'),
    ];
    const project = await aProject(world, {
      lead,
      members: [member, gone, changed],
      customers: [await aCustomer(world)],
    });
    await deactivateUser(world.deps, world.admin, { userId: gone.userId });
    await setUserRole(world.deps, world.admin, { userId: changed.userId, role: 'CUSTOMER' });
    const names = async (input: object) => (await list(input)).map(({ name }) => name);

    expect(await names({ projectId: project.id })).toEqual(['List Gone', 'List Lead', 'List Member']);
    expect(await names({ projectId: project.id, active: true })).toEqual(['List Lead', 'List Member']);
    expect(await names({ text: 'list ', active: false })).toEqual(['List Gone']);
    expect(await names({ text: 'list changed' })).toEqual([]);
    const first = await listDevelopers(world.deps, lead, { limit: 2, text: 'list' });
    expect(await names({ text: 'list', limit: 2, cursor: first.nextCursor })).toEqual(['List Member']);
    const stranger = await anAgent(world);
    for (const projectId of [project.id, newId()])
      await expect(list({ projectId }, stranger)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'No such project.',
      });
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { ListDepartmentsInput } from '../../contract/department.js';
import { ListDevelopersInput } from '../../contract/developer.js';
import { ListProjectsInput } from '../../contract/project.js';
import { ListSkillsInput } from '../../contract/skill.js';
import { ListUsersInput } from '../../contract/user.js';
import { createDepartment } from '../../server/features/departments/commands/createDepartment.js';
import { updateDepartment } from '../../server/features/departments/commands/updateDepartment.js';
import { listDepartments } from '../../server/features/departments/departments.queries.js';
import { listDevelopers } from '../../server/features/developers/developers.queries.js';
import { listProjects } from '../../server/features/projects/projects.queries.js';
import { createSkill } from '../../server/features/skills/commands/createSkill.js';
import { encodeCursor } from '../../server/features/keysetPage.js';
import { listSkills } from '../../server/features/skills/skills.queries.js';
import { listUsers } from '../../server/features/users/users.queries.js';
import { anAgent, aProject } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';

interface Listed {
  readonly items: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly nextCursor: string | null;
}

const lists: Record<string, (world: World, input: object) => Promise<Listed>> = {
  users: ({ deps, admin }, input) => listUsers(deps, admin, ListUsersInput.parse(input)),
  departments: ({ deps }, input) => listDepartments(deps, ListDepartmentsInput.parse(input)),
  projects: ({ deps, admin }, input) => listProjects(deps, admin, ListProjectsInput.parse(input)),
  developers: ({ deps, admin }, input) => listDevelopers(deps, admin, ListDevelopersInput.parse(input)),
  skills: ({ deps, admin }, input) => listSkills(deps, admin, ListSkillsInput.parse(input)),
};
const orders = ['name', 'createdAt', 'updatedAt'].flatMap((by) => ['asc', 'desc'].map((dir) => ({ by, dir })));
const rows = Object.keys(lists).flatMap((noun) => orders.map((sort) => [noun, sort.by, sort.dir] as const));

describeEachDialect('a list', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
    for (const name of ['Zoe', 'ann', 'Ann', 'Élise', '日本', '\u{10ffff}']) {
      await anAgent(world, name);
      await aProject(world);
      const { id } = await createDepartment(world.deps, world.admin, { name, description: '', active: true });
      await createSkill(world.deps, world.admin, { name: `${name} ${id}`, aliases: [] });
    }
    const [first] = (await listDepartments(world.deps, { limit: 1 })).items;
    const touched = { departmentId: first!.id, patch: { description: 'touched' } };
    await updateDepartment(world.deps, world.admin, touched);
  });
  afterAll(() => world.close());

  async function pagesOf(noun: string, sort: object): Promise<Listed['items']> {
    const items = [];
    let cursor: string | null | undefined;
    do {
      const page = await lists[noun]!(world, { sort, limit: 2, ...(cursor && { cursor }) });
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return items;
  }
  const bytes = (text: unknown) => Buffer.from(String(text));

  it.each(rows)('of %s by %s %s goes so, whole and page by page', async (noun, by, dir) => {
    const sort = { by, dir };
    const { items } = await lists[noun]!(world, { sort, limit: 200 });

    const upwards = items.toSorted(
      (a, b) => Buffer.compare(bytes(a[by]), bytes(b[by])) || Buffer.compare(bytes(a.id), bytes(b.id)),
    );
    expect(items.length).toBeGreaterThan(5);
    expect(items.map(({ id }) => id)).toEqual((dir === 'asc' ? upwards : upwards.toReversed()).map(({ id }) => id));
    expect(await pagesOf(noun, sort)).toEqual(items);
  });

  it.each(Object.keys(lists))('of %s takes no cursor of another order', async (noun) => {
    const { nextCursor: cursor } = await lists[noun]!(world, { limit: 1 });
    const { nextCursor: other } = await lists[noun]!(world, { limit: 1, sort: { by: 'createdAt', dir: 'desc' } });

    const forged = encodeCursor(['createdAt desc', '+275760-09-13T00:00:00.000Z', 'x']);
    const mixed = [
      { cursor: forged, sort: { by: 'createdAt', dir: 'desc' } },
      { cursor, sort: { by: 'createdAt', dir: 'desc' } },
      { cursor: other, sort: { by: 'createdAt', dir: 'asc' } },
      { cursor: other },
    ];
    for (const input of mixed)
      await expect(lists[noun]!(world, input)).rejects.toThrow('This cursor is not one of this list.');
    await expect(lists[noun]!(world, { cursor })).resolves.toBeDefined();
  });

  it.each(Object.keys(lists))('of %s goes by no other field, and in no other direction', (noun) => {
    for (const sort of [
      { by: 'id', dir: 'asc' },
      { by: 'name', dir: 'up' },
      { by: 'name' },
      { by: 'name', dir: 'asc', nulls: 'last' },
    ])
      expect(() => lists[noun]!(world, { sort })).toThrow();
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDepartment } from '../../server/features/departments/commands/createDepartment.js';
import { updateDepartment } from '../../server/features/departments/commands/updateDepartment.js';
import { updateDeveloper } from '../../server/features/developers/commands/updateDeveloper.js';
import { getDeveloper } from '../../server/features/developers/developers.queries.js';
import { createSkill } from '../../server/features/skills/commands/createSkill.js';
import { updateSkill } from '../../server/features/skills/commands/updateSkill.js';
import { updateUser } from '../../server/features/users/commands/updateUser.js';
import { getUser } from '../../server/features/users/users.queries.js';
import { digestOf } from '../../server/db/digest.js';
import { anAgent } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { rows } from '../support/ticketWorld.js';
import { aWorld, type World } from '../support/world.js';

interface Versioned {
  readonly version: number;
  readonly name: string;
}
interface Thing {
  /** As it was made. */
  readonly made: Versioned;
  readonly rename: (name: string, expectedVersion?: number) => Promise<Versioned>;
}
const withVersion = (expectedVersion: number | undefined) => (expectedVersion === undefined ? {} : { expectedVersion });

const things: Record<string, (world: World) => Promise<Thing>> = {
  async departments({ deps, admin }) {
    const made = await createDepartment(deps, admin, { name: 'Night shift', description: '', active: true });
    const of = { departmentId: made.id };
    return {
      made,
      rename: (name, at) => updateDepartment(deps, admin, { ...of, patch: { name }, ...withVersion(at) }),
    };
  },
  async skills({ deps, admin }) {
    const made = await createSkill(deps, admin, { name: 'Juggling', aliases: [] });
    const of = { skillId: made.id };
    return { made, rename: (name, at) => updateSkill(deps, admin, { ...of, patch: { name }, ...withVersion(at) }) };
  },
  async users(world) {
    const { deps, admin } = world;
    const { userId } = await anAgent(world, 'Nora');
    const made = await getUser(deps, admin, { userId });
    return { made, rename: (name, at) => updateUser(deps, admin, { userId, patch: { name }, ...withVersion(at) }) };
  },
  async developers(world) {
    const { deps, admin } = world;
    const { userId } = await anAgent(world, 'Otto');
    const [{ id: developerId } = { id: '' }] = await rows<{ id: string }>(
      world,
      'SELECT id FROM developers WHERE user_id = $1',
      userId,
    );
    const made = await getDeveloper(deps, admin, { developerId });
    return {
      made,
      rename: (name, at) => updateDeveloper(deps, admin, { developerId, patch: { name }, ...withVersion(at) }),
    };
  },
};

describeEachDialect('a version', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());

  it.each(Object.keys(things))(
    'of %s counts what was changed, and a change of an older one is a conflict',
    async (noun) => {
      const { made, rename } = await things[noun]!(world);
      expect(made.version).toBe(1);
      expect(await rename('Second name')).toMatchObject({ version: 2, name: 'Second name' });
      expect(await rename('Third name', 2)).toMatchObject({ version: 3 });

      const before = await digestOf(world.db.sequelize);
      for (const stale of [1, 2, 4])
        await expect(rename('Late', stale)).rejects.toMatchObject({ code: 'CONFLICT', details: { currentVersion: 3 } });
      expect(await digestOf(world.db.sequelize)).toEqual(before);
    },
  );
});

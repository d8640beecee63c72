import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestOf } from '../../server/db/digest.js';
import { nestUnits } from '../../server/db/nestedUnits.js';
import { adHoc, statement } from '../../server/db/statement.js';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import type { Deps } from '../../server/features/deps.js';
import { createDepartment } from '../../server/features/departments/commands/createDepartment.js';
import { describeEachDialect } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';

const namesIn = async ({ db }: Pick<Deps, 'db'>): Promise<string[]> =>
  (await db.all<{ name: string }>(adHoc('SELECT name FROM departments ORDER BY name'), [])).map(({ name }) => name);

describeEachDialect('units of work inside of one transaction', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect);
  });
  afterAll(() => world.close());
  const make = (deps: Deps, name: string) =>
    createDepartment(deps, world.admin, { name, description: '', active: true });

  it('see what units before them wrote, and nobody else does until the end', async () => {
    const units = nestUnits(world.db);
    const deps = { ...world.deps, db: units.db };

    await units.begin();
    await make(deps, 'Alpha');
    const [inside, outside] = [await namesIn(deps), await namesIn(world)];
    await units.commit();

    expect([inside, outside, await namesIn(world)]).toEqual([['Alpha'], [], ['Alpha']]);
  });

  it('undo the one that failed alone', async () => {
    const units = nestUnits(world.db);
    const deps = { ...world.deps, db: units.db };
    const failing = statement('test.failing', "INSERT INTO departments (id, name) VALUES ('x', NULL)");

    await units.begin();
    await make(deps, 'Beta');
    const call = { actor: world.admin, procedure: 'test', input: {} };
    await expect(inUnitOfWork(deps, call, (unit) => unit.all(failing, []))).rejects.toThrow();
    await expect(make(deps, 'Beta')).rejects.toMatchObject({ code: 'DUPLICATE' });
    await make(deps, 'Gamma');
    await units.commit();

    expect(await namesIn(world)).toEqual(['Alpha', 'Beta', 'Gamma']);
  });

  it('leave nothing behind a rollback, also nested twice', async () => {
    const before = await digestOf(world.db.sequelize);
    const outer = nestUnits(world.db);
    const inner = nestUnits(outer.db, { savepoints: false });

    await outer.begin();
    await inner.begin();
    await make({ ...world.deps, db: inner.db }, 'Delta');
    await inner.rollback();
    await inner.begin();
    await make({ ...world.deps, db: inner.db }, 'Epsilon');
    await inner.commit();
    const seen = await namesIn({ db: outer.db });
    await outer.rollback();

    expect(seen).toEqual(['Alpha', 'Beta', 'Epsilon', 'Gamma']);
    expect(await digestOf(world.db.sequelize)).toEqual(before);
  });

  it('want to be begun', async () => {
    const units = nestUnits(world.db);

    await expect(make({ ...world.deps, db: units.db }, 'Zeta')).rejects.toThrow('call begin() first');
  });
});

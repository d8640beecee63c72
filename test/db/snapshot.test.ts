import { afterAll, beforeAll, expect, it } from 'vitest';
import { adHoc } from '../../server/db/statement.js';
import { describeEachDialect } from '../support/services.js';
import { aWorld, addPerson, type World } from '../support/world.js';

const count = adHoc('SELECT count(*) AS n FROM users');

describeEachDialect('a snapshot', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(dialect, { poolSize: 2 });
  });
  afterAll(() => world.close());

  const people = async (all: World['db']['all']) => Number((await all<{ n: number | string }>(count, []))[0]?.n);

  it('shows one moment to all its reads, while others write and commit', async () => {
    const before = await people(world.db.all);

    const seen = await world.db.snapshot(async (all) => {
      const first = await people(all);
      await addPerson(world.deps, 'AGENT', 'Newcomer');
      return [first, await people(all), await people(world.db.all)];
    });

    expect(seen).toEqual([before, before, before + 1]);
    expect(await world.db.snapshot(people)).toBe(before + 1);
  });

  it('leaves nothing open behind when its work fails, however often', async () => {
    for (let nth = 0; nth < 5; nth++) {
      const broken = world.db.snapshot((all) => all(adHoc('SELECT nonsense'), []));
      await expect(broken).rejects.toThrow();
    }
    const before = await people(world.db.all);
    await addPerson(world.deps, 'AGENT', 'Another');

    expect(await world.db.snapshot(people)).toBe(before + 1);
    expect(await people(world.db.all)).toBe(before + 1);
  });

  it('cannot write', async () => {
    const write = world.db.snapshot((all) => all(adHoc("UPDATE users SET name = 'x'"), []));

    await expect(write).rejects.toThrow(/read-?only/i);
    expect(await world.db.all(adHoc("SELECT id FROM users WHERE name = 'x'"), [])).toEqual([]);
  });

  it('is refused inside of a unit of work', () => {
    expect(() => world.db.guard.inside(() => world.db.snapshot(people))).toThrow(/stray query/);
  });
});

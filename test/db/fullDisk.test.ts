import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../server/db/database.js';
import { adHoc } from '../../server/db/statement.js';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { createLogger } from '../../server/kernel/logger.js';
import { noteIn, notesOf } from '../support/notes.js';
import { aProject } from '../support/people.js';
import { aWorld, type World } from '../support/world.js';

describe('a database that has no room left', () => {
  let world: World;
  let db: Database;
  beforeAll(async () => {
    world = await aWorld('sqlite');
    db = openDatabase({ url: world.url, poolSize: 2, ssl: false, prepared: true, log: createLogger('silent') });
  });
  afterAll(async () => {
    await db.close();
    await world.close();
  });

  /** SQLite refuses to grow beyond it with the error that a full disk makes: on the connection of all units of work. */
  const allow = async (pages: number): Promise<void> => {
    const open = await db.begin({ alone: true });
    await open.all(adHoc(`PRAGMA max_page_count = ${pages}`), []);
    await open.commit();
  };
  const writeMuch = (projectId: string, count: number) =>
    Promise.allSettled(
      Array.from({ length: count }, (_, nth) =>
        inUnitOfWork(
          { ...world.deps, db },
          { actor: world.admin, procedure: 'test.note', input: {} },
          async (unit) => ({
            seq: await noteIn(unit, projectId, `${nth} ${'x'.repeat(10_000)}`),
          }),
        ),
      ),
    );

  it('is told at once as UNAVAILABLE; what was acknowledged is there, the rest is not, and later there is room again', async () => {
    const { id: projectId } = await aProject(world);
    const [{ pages } = { pages: 0 }] = await db.all<{ pages: number }>(
      adHoc('SELECT page_count AS pages FROM pragma_page_count'),
      [],
    );
    await allow(pages + 20);
    const began = performance.now();
    const written = await writeMuch(projectId, 30);

    expect(performance.now() - began).toBeLessThan(4_000);
    const refused = written.filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'UNAVAILABLE' });
    await allow(1_000_000);
    const [again] = await writeMuch(projectId, 1);
    expect(again?.status).toBe('fulfilled');
    const kept = await Promise.all(
      written.map(
        async ({ status }, nth) => [status, await notesOf(world, projectId, `${nth} ${'x'.repeat(10_000)}`)] as const,
      ),
    );
    for (const [nth, [status, notes]] of kept.entries())
      expect(notes).toHaveLength(Number(status === 'fulfilled') + Number(nth === 0));
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../server/db/database.js';
import { adHoc } from '../../server/db/statement.js';
import { inUnitOfWork } from '../../server/db/unitOfWork.js';
import { createLogger } from '../../server/kernel/logger.js';
import { noteIn, notesOf } from '../support/notes.js';
import { aProject } from '../support/people.js';
import { describeWith } from '../support/services.js';
import { startTcpProxy, type TcpProxy } from '../support/tcpProxy.js';
import { aWorld, type World } from '../support/world.js';

const ANSWER_MS = 500;
/** Somebody may have had to open a connection first. */
const CONNECT_MS = 3_000;
const one = adHoc('SELECT 1 AS one');

describeWith('postgres')('a database that does not answer', () => {
  let world: World;
  let network: TcpProxy;
  let db: Database;
  beforeAll(async () => {
    world = await aWorld('postgres');
    network = await startTcpProxy(world.url);
    const log = createLogger('silent');
    db = openDatabase({ url: network.url, poolSize: 2, ssl: false, prepared: true, answerMs: ANSWER_MS, log });
  });
  afterAll(async () => {
    await db.close();
    await network.close();
    await world.close();
  });

  it('costs whoever asks no more than the time it has, and no connection of the pool', async () => {
    await Promise.all([db.all(one, []), db.all(one, [])]);
    network.silence();
    const began = performance.now();
    const asked = await Promise.allSettled([db.all(one, []), db.all(one, [])]);
    const tookMs = performance.now() - began;
    network.speak();

    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(tookMs).toBeLessThan(CONNECT_MS + 3 * ANSWER_MS);
    for (let nth = 0; nth < 5; nth++) expect(await db.all(one, [])).toEqual([{ one: 1 }]);
  });

  it('is told to the caller of a mutation in the middle of it as UNAVAILABLE; nothing of it is stored', async () => {
    const { id: projectId } = await aProject(world);
    const call = { actor: world.admin, procedure: 'test.note', input: {} };
    const began = performance.now();
    const work = inUnitOfWork({ ...world.deps, db }, call, async (unit) => {
      const seq = await noteIn(unit, projectId, 'in the silence');
      network.silence();
      await unit.all(one, []);
      return { seq };
    });

    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - began).toBeLessThan(9_000);
    network.speak();
    expect(await notesOf(world, projectId, 'in the silence')).toEqual([]);
    expect(await db.all(one, [])).toEqual([{ one: 1 }]);
  });
});

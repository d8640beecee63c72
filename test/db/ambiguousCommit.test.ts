import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../server/db/database.js';
import type { Wake } from '../../server/db/wake.js';
import { adHoc } from '../../server/db/statement.js';
import { inUnitOfWork, type WriteDeps } from '../../server/db/unitOfWork.js';
import { startCutProxy, type Cut, type CutProxy } from '../support/cutProxy.js';
import { openTestDatabase } from '../support/database.js';
import { findViolations } from '../support/invariants.js';
import { noteIn, notesOf } from '../support/notes.js';
import { aProject } from '../support/people.js';
import { describeWith } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';

describeWith('postgres')('a connection cut around COMMIT', () => {
  let world: World;
  let proxy: CutProxy;
  let db: Database;
  let projectId: string;
  let deps: WriteDeps;
  const wakes: Wake[] = [];

  beforeAll(async () => {
    world = await aWorld('postgres');
    ({ id: projectId } = await aProject(world));
    proxy = await startCutProxy(world.url);
    db = openTestDatabase(proxy.url);
    deps = { ...world.deps, db, wake: (moved) => void wakes.push(...moved) };
  });
  beforeEach(() => void (wakes.length = 0));
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await db.close();
    await proxy.close();
    await world.close();
  });

  let calls = 0;
  const note = (text: string, idempotencyKey?: string) =>
    inUnitOfWork(deps, { actor: world.admin, procedure: 'test.note', input: { idempotencyKey } }, async (unit) => {
      calls++;
      return { seq: await noteIn(unit, projectId, text) };
    });
  const places: Record<Cut, string> = {
    before: 'before the COMMIT got through',
    torn: 'between the COMMIT and what came with it',
    after: 'before its answer came back',
    late: 'while the COMMIT was still on its way',
  };

  describe.each(Object.entries(places) as [Cut, string][])('(%s): %s', (cut) => {
    it.each([
      ['by the key', 'with'],
      ['by its event', 'without'],
    ])('leaves exactly one effect, told %s', async (_how, key) => {
      for (let round = 0; round < 5; round++) {
        const [text, before] = [`${cut} ${key} ${round}`, proxy.cuts];
        calls = 0;
        proxy.cutNext(cut);
        const reply = await note(text, key === 'with' ? text : undefined);

        expect(proxy.cuts).toBe(before + 1);
        expect(calls).toBe(cut === 'before' || cut === 'torn' ? 2 : 1);
        expect(await notesOf(world, projectId, text)).toEqual([reply.seq]);
        expect(wakes.at(-1)).toMatchObject({ kind: 'project', id: projectId, seq: reply.seq });
      }
    });

    it('gives the first reply to whoever asks again with the key', async () => {
      const text = `${cut} again`;
      proxy.cutNext(cut);
      const reply = await note(text, text);

      expect(await note(text, text)).toEqual(reply);
      expect(await notesOf(world, projectId, text)).toEqual([reply.seq]);
    });
  });

  it('says that the outcome is unknown when there is neither key nor event, and does not do the work twice', async () => {
    const sql = adHoc('UPDATE users SET title = coalesce(title, $2) || $2 WHERE id = $1');
    proxy.cutNext('after');
    const call = { actor: world.admin, procedure: 'test.title', input: {} };
    const work = inUnitOfWork(deps, call, async (unit) => ({
      n: (await unit.all(sql, [world.admin.userId, 'x'])).length,
    }));

    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE', details: { outcome: 'UNKNOWN' } });
    const [row] = await world.db.all(adHoc('SELECT title FROM users WHERE id = $1'), [world.admin.userId]);
    expect(row).toEqual({ title: 'xx' });
  });

  it('is no matter for a statement that travelled with the COMMIT and failed: nothing was stored, and no one asks', async () => {
    const impossible = adHoc(
      "INSERT INTO departments (id, name, created_at, updated_at) VALUES ('x', NULL, now(), now())",
    );
    const call = { actor: world.admin, procedure: 'test.note', input: { idempotencyKey: 'failing' } };
    calls = 0;
    const work = inUnitOfWork(deps, call, async (unit) => {
      calls++;
      const seq = await noteIn(unit, projectId, 'with the failing one');
      unit.send(impossible, []);
      return { seq };
    });

    await expect(work).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(calls).toBe(1);
    expect(await notesOf(world, projectId, 'with the failing one')).toEqual([]);
    expect(await note('the next one')).toMatchObject({ seq: expect.any(Number) as number });
  });

  it('is made in three round trips, key and all, however many statements there are', async () => {
    await note('warm', 'warm');
    const before = proxy.trips;
    await inUnitOfWork(
      deps,
      { actor: world.admin, procedure: 'test.three', input: { idempotencyKey: 'three' } },
      async (unit) => {
        await Promise.all([1, 2, 3].map((n) => unit.all(adHoc(`SELECT ${n} AS n`), [])));
        await noteIn(unit, projectId, 'in three');
        unit.record.notify({
          userId: world.admin.userId,
          projectId: null,
          ticketId: null,
          type: 'user.updated',
          payload: { role: 'ADMIN', active: true },
        });
        return {};
      },
    );

    expect(proxy.trips - before).toBe(3);
  });
});

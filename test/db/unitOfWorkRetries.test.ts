import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adHoc } from '../../server/db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../server/db/unitOfWork.js';
import { AppError } from '../../server/kernel/errors.js';
import { openTestDatabase } from '../support/database.js';
import { findViolations } from '../support/invariants.js';
import { noteIn, notesOf } from '../support/notes.js';
import { anAgent, aProject } from '../support/people.js';
import { describeWith } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';

describeWith('postgres')('units of work that get into each other’s way', () => {
  let world: World;
  let projectId: string;
  let people: readonly [string, string];
  beforeAll(async () => {
    world = await aWorld('postgres', { poolSize: 10 });
    ({ id: projectId } = await aProject(world));
    people = [world.admin.userId, (await anAgent(world)).userId];
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const run = <Reply>(work: (unit: UnitOfWork) => Promise<Reply>): Promise<Reply> =>
    inUnitOfWork(world.deps, { actor: world.admin, procedure: 'test.run', input: {} }, work);
  const lock = adHoc('SELECT id FROM users WHERE id = $1 FOR UPDATE');

  /** Resolves for both callers once both have come, for the first two only. */
  function rendezvous(): () => Promise<void> {
    let [waiting, open] = [0, () => undefined as void];
    const met = new Promise<void>((resolve) => (open = resolve));
    return () => {
      if (++waiting === 2) open();
      return met;
    };
  }
  const title = async (): Promise<string> => {
    const [row] = await world.db.all<{ title: string }>(adHoc('SELECT title FROM users WHERE id = $1'), [people[0]]);
    return row!.title;
  };

  it('by locking in opposite order are run again, until both are done', async () => {
    const meet = rendezvous();
    let attempts = 0;
    const opposed = (text: string, [first, second]: readonly string[]) =>
      run(async (unit) => {
        attempts++;
        await unit.all(lock, [first!]);
        await meet();
        await unit.all(lock, [second!]);
        return noteIn(unit, projectId, text);
      });
    const seqs = await Promise.all([opposed('ab', people), opposed('ba', people.toReversed())]);

    expect(attempts).toBe(3);
    expect(await notesOf(world, projectId, 'ab')).toEqual([seqs[0]]);
    expect(await notesOf(world, projectId, 'ba')).toEqual([seqs[1]]);
  });

  it('are run again also when the work swallowed the deadlock’s error', async () => {
    const meet = rendezvous();
    let attempts = 0;
    const opposed = (text: string, [first, second]: readonly string[]) =>
      run(async (unit) => {
        attempts++;
        await unit.all(lock, [first!]);
        await meet();
        await unit.all(lock, [second!]).catch(() => undefined);
        return noteIn(unit, projectId, text);
      });
    await Promise.all([opposed('careless', people), opposed('careless', people.toReversed())]);

    expect(attempts).toBe(3);
    expect(await notesOf(world, projectId, 'careless')).toHaveLength(2);
  });

  it('are run again when their order cannot be told', async () => {
    const meet = rendezvous();
    let attempts = 0;
    await world.db.all(adHoc("UPDATE users SET title = '' WHERE id = $1"), [people[0]]);
    const append = (letter: string) =>
      run(async (unit) => {
        attempts++;
        await unit.all(adHoc('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'), []);
        const [row] = await unit.all<{ title: string }>(adHoc('SELECT title FROM users WHERE id = $1'), [people[0]]);
        await meet();
        await unit.all(adHoc('UPDATE users SET title = $2 WHERE id = $1'), [people[0], row!.title + letter]);
      });
    await Promise.all([append('x'), append('x')]);

    expect(attempts).toBe(3);
    expect(await title()).toBe('xx');
  });

  it('are not run again for what they refused themselves', async () => {
    let attempts = 0;
    const refusing = run(() => {
      attempts++;
      return Promise.reject(new AppError('CONFLICT', 'connection timeout'));
    });

    await expect(refusing).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(attempts).toBe(1);
  });

  it('end as UNAVAILABLE when nothing helps', async () => {
    const url = new URL(world.url);
    url.port = '1';
    const db = openTestDatabase(url.href);
    const call = { actor: world.admin, procedure: 'test.run', input: {} };
    const work = inUnitOfWork({ ...world.deps, db }, call, (unit) => unit.all(lock, [people[0]]));

    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await db.close();
  });

  it('number events so that a reader of “after the last” sees each once, whoever commits when', async () => {
    const [first] = await world.db.all<{ seq: number }>(adHoc('SELECT max(seq) AS seq FROM events WHERE project_id = $1'), [projectId]); // prettier-ignore
    const seen: number[] = [];
    let [last, writing] = [first!.seq, true];
    const poll = async () => {
      const sql = adHoc('SELECT seq FROM events WHERE project_id = $1 AND seq > $2 ORDER BY seq LIMIT 50');
      for (;;) {
        const ended = !writing;
        const found = await world.db.all<{ seq: number }>(sql, [projectId, last]);
        seen.push(...found.map(({ seq }) => seq));
        last = seen.at(-1) ?? last;
        if (ended && found.length === 0) return;
      }
    };
    let committed = 0;
    const writer = async (w: number) => {
      for (let n = 0; n < 40; n++) {
        const fails = Math.random() < 0.2;
        await run(async (unit) => {
          await sleep(Math.random() * 3);
          await noteIn(unit, projectId, `writer ${w}`);
          await sleep(Math.random() * 3);
          if (fails) throw new AppError('CONFLICT', 'changed my mind');
        }).then(
          () => committed++,
          () => undefined,
        );
      }
    };
    const reader = poll();
    await Promise.all(Array.from({ length: 8 }, (_, w) => writer(w)));
    writing = false;
    await reader;

    expect(seen).toEqual(Array.from({ length: committed }, (_, n) => first!.seq + 1 + n));
  });
});

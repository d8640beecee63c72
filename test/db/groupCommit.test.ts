import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adHoc } from '../../server/db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../server/db/unitOfWork.js';
import { AppError } from '../../server/kernel/errors.js';
import { openTestDatabase } from '../support/database.js';
import { findViolations } from '../support/invariants.js';
import { noteIn, notesOf } from '../support/notes.js';
import { aProject } from '../support/people.js';
import { aWorld, type World } from '../support/world.js';

describe('units of work that come at once to SQLite', () => {
  let world: World;
  let projectId: string;
  beforeAll(async () => {
    world = await aWorld('sqlite');
    ({ id: projectId } = await aProject(world));
    // Said at COMMIT, of a unit that was content with itself.
    await world.db.sequelize.query(
      'CREATE TABLE late (user_id varchar(36) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)',
    );
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  const run = <Reply>(work: (unit: UnitOfWork) => Promise<Reply>, idempotencyKey?: string): Promise<Reply> =>
    inUnitOfWork(world.deps, { actor: world.admin, procedure: 'test.run', input: { idempotencyKey } }, work);
  const note = (text: string, key?: string) => run(async (unit) => ({ seq: await noteIn(unit, projectId, text) }), key);
  const notes = (text: string) => notesOf(world, projectId, text);
  const statuses = (settled: readonly PromiseSettledResult<unknown>[]) => settled.map(({ status }) => status);
  const eight = Array.from({ length: 8 }, (_, n) => n);

  it('share one transaction, and none is answered before it is committed', async () => {
    const seen: string[] = [];
    const units = eight.map((n) =>
      run(async (unit) => {
        seen.push(`work ${n}`);
        return noteIn(unit, projectId, 'shared');
      }).then(() => seen.push('answered')),
    );
    await Promise.all(units);

    expect(seen).toEqual([...eight.map((n) => `work ${n}`), ...eight.map(() => 'answered')]);
    expect(await notes('shared')).toHaveLength(8);
  });

  it('leave nothing of any of them when the process ends in the middle', async () => {
    const { file } = world.db;
    const units = eight.map((n) =>
      run(async (unit) => {
        const seq = await noteIn(unit, projectId, 'crashed');
        // What is on the disk at this moment is all that would be left.
        if (n === 7) for (const part of ['', '-wal']) await copyFile(`${file}${part}`, `${file}.left${part}`);
        return seq;
      }),
    );
    await Promise.all(units);
    const left = openTestDatabase(`sqlite:${file}.left`);

    expect(await notesOf({ ...world, db: left }, projectId, 'shared')).toHaveLength(8);
    expect(await notesOf({ ...world, db: left }, projectId, 'crashed')).toEqual([]);
    expect(await notes('crashed')).toHaveLength(8);
    await left.close();
  });

  it('share nothing with one that is to be alone', async () => {
    const seen: string[] = [];
    const unit = async (name: string, alone: boolean) => {
      const open = await world.db.begin({ alone });
      seen.push(`${name} begins`);
      await open.all(adHoc('SELECT 1 AS one'), []);
      await open.commit();
      seen.push(`${name} ends`);
    };
    await Promise.all([unit('a', false), unit('b', true), unit('c', false)]);

    expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  const failures: Record<string, (unit: UnitOfWork) => unknown> = {
    'by its own refusal': () => Promise.reject(new AppError('CONFLICT', 'no')),
    'by a statement': (unit) => unit.all(adHoc("UPDATE users SET role = 'KING'"), []),
    'by a statement that nobody waited for': (unit) => unit.send(adHoc("UPDATE users SET role = 'KING'"), []),
    'at COMMIT': (unit) => unit.all(adHoc("INSERT INTO late (user_id) VALUES ('nobody')"), []),
  };
  describe.each(Object.entries(failures))('of which one fails %s', (how, fail) => {
    it.each([0, 3, 7])('lose that one only (number %i)', async (failing) => {
      const text = `beside ${failing} ${how}`;
      const units = eight.map((n) =>
        run(async (unit) => {
          const seq = await noteIn(unit, projectId, text);
          if (n === failing) await fail(unit);
          return seq;
        }, `${text} ${n}`),
      );
      const settled = await Promise.allSettled(units);

      expect(statuses(settled)).toEqual(eight.map((n) => (n === failing ? 'rejected' : 'fulfilled')));
      expect(await notes(text)).toHaveLength(7);
    });
  });

  it('of which several have the same key are one, with one reply', async () => {
    const replies = await Promise.all(eight.map((n) => note('same key', n % 2 ? 'odd' : 'even')));

    expect(await notes('same key')).toHaveLength(2);
    expect(new Set(replies.map(({ seq }) => seq)).size).toBe(2);
  });

  it('keep what was written when the one with the same key fails first', async () => {
    let calls = 0;
    const flaky = () =>
      run(async (unit) => {
        const seq = await noteIn(unit, projectId, 'second try');
        if (calls++ === 0) throw new AppError('CONFLICT', 'not the first time');
        return { seq };
      }, 'flaky');
    const settled = await Promise.allSettled([flaky(), flaky(), flaky()]);

    expect(statuses(settled)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await notes('second try')).toHaveLength(1);
  });
});

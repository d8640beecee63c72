import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Department } from '../../server/db/models/Department.js';
import { adHoc } from '../../server/db/statement.js';
import { inUnitOfWork, type UnitOfWork } from '../../server/db/unitOfWork.js';
import { AppError } from '../../server/kernel/errors.js';
import { findViolations } from '../support/invariants.js';
import { noteIn, notesOf } from '../support/notes.js';
import { aProject, anAgent } from '../support/people.js';
import { describeEachDialect } from '../support/services.js';
import { refusal } from '../support/ticketWorld.js';
import { aWorld, type Person, type World } from '../support/world.js';

const impossible = adHoc("INSERT INTO departments (id, name, created_at, updated_at) VALUES ('x', NULL, NULL, NULL)");

describeEachDialect('a unit of work', (dialect) => {
  let world: World;
  let projectId: string;
  let other: Person;
  beforeAll(async () => {
    world = await aWorld(dialect);
    ({ id: projectId } = await aProject(world));
    other = await anAgent(world);
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });

  interface Options {
    readonly key?: string;
    readonly actor?: Person;
    readonly procedure?: string;
    readonly input?: object;
  }
  const run = <Reply>(work: (unit: UnitOfWork) => Promise<Reply>, options: Options = {}): Promise<Reply> => {
    const { key, actor = world.admin, procedure = 'test.run', input } = options;
    return inUnitOfWork(world.deps, { actor, procedure, input: { ...input, idempotencyKey: key } }, work);
  };
  const note = async (unit: UnitOfWork, text: string) => ({ seq: await noteIn(unit, projectId, text) });
  const notes = (text: string) => notesOf(world, projectId, text);

  it('stores what it did, and then wakes whoever follows the streams it moved', async () => {
    const before = world.wakes.length;
    const { seq } = await run((unit) => note(unit, 'plain'));

    expect(await notes('plain')).toEqual([seq]);
    expect(world.wakes.slice(before)).toEqual([{ kind: 'project', id: projectId, seq }]);
  });

  it('wakes nobody before other connections can see what it did', async () => {
    const seen: Promise<number[]>[] = [];
    const deps = { ...world.deps, wake: () => void seen.push(notes('seen when woken')) };
    const call = { actor: world.admin, procedure: 'test.run', input: {} };
    const { seq } = await inUnitOfWork(deps, call, (unit) => note(unit, 'seen when woken'));

    expect(await Promise.all(seen)).toEqual([[seq]]);
  });

  it('that fails stores nothing and wakes nobody', async () => {
    const work = async (unit: UnitOfWork) => {
      await note(unit, 'undone');
      throw new AppError('CONFLICT', 'no');
    };

    await refusal(world, 'CONFLICT', () => run(work));
    expect(await notes('undone')).toEqual([]);
  });

  describe('with a statement that failed', () => {
    const failures: Record<string, (unit: UnitOfWork) => Promise<unknown>> = {
      'a named statement': (unit) => unit.all(impossible, []),
      'one of several statements': (unit) =>
        Promise.all([unit.all(adHoc('SELECT 1 AS one'), []), unit.all(impossible, [])]),
      'a model’s call': ({ transaction }) =>
        Department.create({ name: null as never }, { transaction, validate: false }),
    };
    it.each(Object.entries(failures))('is not committed though %s’s error was swallowed', async (_what, fail) => {
      const before = world.wakes.length;
      const work = run(async (unit) => {
        const reply = await note(unit, 'swallowed');
        await fail(unit).catch(() => undefined);
        return reply;
      });

      await expect(work).rejects.toThrow(/swallowed/);
      expect(await notes('swallowed')).toEqual([]);
      expect(world.wakes).toHaveLength(before);
    });

    it('that nobody waited for is not committed either, and fails by its error', async () => {
      const work = () =>
        run(async (unit) => {
          const reply = await note(unit, 'sent');
          unit.send(impossible, []);
          unit.send(adHoc('UPDATE users SET title = $1'), ['never']);
          return reply;
        });

      await refusal(world, 'BAD_INPUT', work);
      expect(await notes('sent')).toEqual([]);
      const titled = await world.db.all(adHoc("SELECT id FROM users WHERE title = 'never'"), []);
      expect(titled).toEqual([]);
    });

    it('fails by what the database said, in words for the caller', async () => {
      await refusal(world, 'BAD_INPUT', () => run((unit) => unit.all(adHoc("UPDATE users SET role = 'KING'"), [])));
      const email = adHoc('UPDATE users SET email = $1');
      await refusal(world, 'DUPLICATE', () => run((unit) => unit.all(email, [world.admin.email])));
    });
  });

  describe('refuses at once, and undoes,', () => {
    const strays: Record<string, () => Promise<unknown>> = {
      'a statement without its transaction': () => world.db.all(adHoc('SELECT 1 AS one'), []),
      'a model’s query without its transaction': () => Department.findAll(),
      'a raw query without its transaction': () => world.db.sequelize.query('SELECT 1'),
      'another unit of work': () => run((unit) => note(unit, 'inner')),
    };
    it.each(Object.entries(strays))('%s', async (_what, stray) => {
      const work = run(async (unit) => {
        await note(unit, 'strayed');
        await stray();
      });

      await expect(work).rejects.toThrow(/stray query/);
      expect(await notes('strayed')).toEqual([]);
      expect(await notes('inner')).toEqual([]);
    });
  });

  describe('whose COMMIT fails', () => {
    beforeAll(async () => {
      const when = 'DEFERRABLE INITIALLY DEFERRED';
      await world.db.sequelize.query(`CREATE TABLE late (user_id varchar(36) REFERENCES users (id) ${when})`);
    });
    afterAll(() => world.db.sequelize.query('DROP TABLE late'));
    const late = adHoc("INSERT INTO late (user_id) VALUES ('nobody')");

    it('stores nothing, wakes nobody, and runs no afterCommit of Sequelize', async () => {
      const before = world.wakes.length;
      const hook = vi.fn();
      const work = run(async (unit) => {
        unit.transaction.afterCommit(hook);
        await unit.all(late, []);
        return note(unit, 'never committed');
      });

      await expect(work).rejects.toMatchObject({ code: 'BAD_INPUT' });
      expect(hook).not.toHaveBeenCalled();
      expect(world.wakes).toHaveLength(before);
      expect(await notes('never committed')).toEqual([]);
    });

    it('leaves the connection fit for the next one', async () => {
      const { seq } = await run((unit) => note(unit, 'next'));

      expect(await notes('next')).toEqual([seq]);
    });
  });

  describe('with an idempotency key', () => {
    it('is done once however often it is asked for at once, with equal replies', async () => {
      const asked = Array.from({ length: 20 }, () =>
        run(async (unit) => ({ ...(await note(unit, 'once')), z: 1, a: 'é', none: null }), { key: 'once' }),
      );
      const replies = await Promise.all(asked);

      expect(await notes('once')).toEqual([replies[0]!.seq]);
      expect(replies).toEqual(replies.map(() => replies[0]));
    });

    it('answers later as at first, whatever the work would do now', async () => {
      const first = await run((unit) => note(unit, 'later'), { key: 'later', input: { b: 1, a: { y: 1, x: [] } } });
      const before = world.wakes.length;
      const again = await run(() => Promise.reject(new Error('not run')), {
        key: 'later',
        input: { a: { x: [], y: 1 }, b: 1 },
      });

      expect(again).toEqual(first);
      expect(world.wakes).toHaveLength(before);
    });

    it('refuses the key for another input or another procedure, but not for another person', async () => {
      await run((unit) => note(unit, 'mine'), { key: 'mine', input: { title: 'a' } });
      const reuse = (options: Options) => () => run((unit) => note(unit, 'theirs'), { key: 'mine', ...options });

      await refusal(world, 'IDEMPOTENCY_KEY_REUSED', reuse({ input: { title: 'b' } }));
      await refusal(world, 'IDEMPOTENCY_KEY_REUSED', reuse({ input: { title: 'a', extra: null } }));
      await refusal(world, 'IDEMPOTENCY_KEY_REUSED', reuse({ input: { title: 'a' }, procedure: 'test.other' }));
      const { seq } = await reuse({ input: { title: 'a' }, actor: other })();
      expect(await notes('theirs')).toEqual([seq]);
    });

    it('leaves the key free when the work failed', async () => {
      const fail = () => run(() => Promise.reject(new AppError('CONFLICT', 'not now')), { key: 'free' });

      await refusal(world, 'CONFLICT', fail);
      const { seq } = await run((unit) => note(unit, 'freed'), { key: 'free' });
      expect(await notes('freed')).toEqual([seq]);
    });

    it('gives the place to the next when the first of two fails', async () => {
      let began = () => undefined as void;
      const begun = new Promise<void>((resolve) => (began = resolve));
      const failing = run(
        async (unit) => {
          await unit.all(adHoc('SELECT 1 AS one'), []);
          began();
          await sleep(100);
          throw new AppError('CONFLICT', 'not now');
        },
        { key: 'contended' },
      );
      const refused = expect(failing).rejects.toMatchObject({ code: 'CONFLICT' });
      await begun;
      const { seq } = await run((unit) => note(unit, 'second'), { key: 'contended' });

      await refused;
      expect(await notes('second')).toEqual([seq]);
    });
  });

  it('runs beside 63 others and readers, none of which hangs or finds the database busy', async () => {
    const units = Array.from({ length: 64 }, (_, n) =>
      run(async (unit) => {
        await sleep(n % 3);
        return note(unit, 'crowd');
      }),
    );
    const reads = Array.from({ length: 64 }, () => notes('crowd'));
    const seqs = (await Promise.all(units)).map(({ seq }) => seq).toSorted((a, b) => a - b);

    await Promise.all(reads);
    expect(await notes('crowd')).toEqual(seqs);
    expect(new Set(seqs).size).toBe(64);
  });

  it('numbers the feeds of many people told at once, each without a gap', async () => {
    const tell = (n: number) =>
      run(async (unit) => {
        const people = n % 2 ? [world.admin, other] : [other, world.admin];
        for (const { userId } of people) {
          const at = { userId, projectId: null, ticketId: null } as const;
          unit.record.notify({ ...at, type: 'user.updated', payload: { role: 'AGENT', active: true } });
        }
      });

    await Promise.all(Array.from({ length: 20 }, (_, n) => tell(n)));
    expect(await findViolations(world.db)).toEqual([]);
  });
});

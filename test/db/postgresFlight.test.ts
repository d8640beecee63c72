import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../server/db/database.js';
import { insertsAlike, insertsByCount } from '../../server/db/rowStatements.js';
import { adHoc, recurring, statement } from '../../server/db/statement.js';
import { createLogger } from '../../server/kernel/logger.js';
import { aMigratedDatabase } from '../support/database.js';
import { describeWith } from '../support/services.js';

describeWith('postgres')('a flight of statements', () => {
  let url: string;
  beforeAll(async () => {
    ({ url } = await aMigratedDatabase('postgres'));
  });

  describe.each([
    ['named', true],
    ['unnamed, for PgBouncer,', false],
  ])('%s', (_how, prepared) => {
    let db: Database;
    beforeAll(() => {
      // One connection: what one flight prepared, the next one meets.
      db = openDatabase({ url, poolSize: 1, ssl: false, prepared, log: createLogger('silent') });
    });
    afterAll(() => db.close());
    const add = statement('test.add', 'SELECT $1::int + 1 AS n');
    const divide = statement('test.divide', 'SELECT 10 / $1::int AS n');

    it('answers each statement with its own rows, also one that comes twice', async () => {
      const open = await db.begin();
      const flight = Promise.all([open.all(add, [1]), open.all(divide, [5]), open.all(add, [2])]);

      expect(await flight).toEqual([[{ n: 2 }], [{ n: 2 }], [{ n: 3 }]]);
      expect(await open.all(add, [3])).toEqual([{ n: 4 }]);
      await open.commit();
    });

    it('carries values as they are', async () => {
      const moment = new Date('2026-11-26T01:02:03.456Z');
      const list = ['plain', 'a "quote"', String.raw`a \ stroke`, 'a, comma', '{}', 'NULL', ''];
      const sql =
        'SELECT $1::timestamptz AS moment, $2::text[] AS list, $3::bool AS yes, $4::text AS nothing, $5::jsonb AS json';
      const rows = await db.all(adHoc(sql), [moment, list, true, null, '{"a":[1]}']);

      expect(rows).toEqual([{ moment, list, yes: true, nothing: null, json: { a: [1] } }]);
    });

    it('fails as one behind the first error, and leaves the connection fit', async () => {
      const fresh = statement('test.fresh', 'SELECT 1 / $1::int AS n');
      const open = await db.begin();
      const settled = await Promise.allSettled([open.all(add, [1]), open.all(fresh, [0]), open.all(add, [2])]);
      await expect(open.commit()).rejects.toMatchObject({ code: '22012' });

      expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(settled[2]).toMatchObject({ reason: { code: '22012' } });
      expect(await db.all(fresh, [1])).toEqual([{ n: 1 }]);
    });

    it('inserts many rows as they are, and fails by one of them', async () => {
      const nasty = ['', ' ', String.raw`\N`, String.raw`\.`, 'a\tb\nc\rd', String.raw`\t`, '"', 'é😀', '\b\v\f', null];
      const rows = Array.from({ length: 40 }, (_, n) => ({
        n,
        said: nasty[n % nasty.length]!,
        held: { said: nasty[n % 10] },
      }));
      const valuesOf = (some: typeof rows) =>
        some.flatMap(({ n, said, held }) => [n, said, JSON.stringify(held), n % 2 === 0]);
      const insert = insertsByCount('test.rows', 'flight_rows', ['n', 'said', 'held', 'is_even'])(rows.length);
      const open = await db.begin();
      open.send(adHoc('CREATE TEMP TABLE flight_rows (n int PRIMARY KEY, said text, held jsonb, is_even bool)'), []);
      open.send(insert, valuesOf(rows));
      const after = open.all(add, [1]);
      const found = open.all(adHoc('SELECT n, said, held FROM flight_rows ORDER BY n'), []);

      expect(await after).toEqual([{ n: 2 }]);
      expect(await found).toEqual(rows);
      await open.commit();

      const twice = await db.begin();
      const settled = Promise.allSettled([twice.all(insert, valuesOf(rows)), twice.all(add, [1])]);
      expect(await settled).toMatchObject([{ reason: { code: '23505' } }, { reason: { code: '23505' } }]);
      await twice.rollback();
      const doomed = await db.begin();
      const behind = Promise.allSettled([doomed.all(divide, [0]), doomed.all(insert, valuesOf(rows))]);
      expect(await behind).toMatchObject([{ reason: { code: '22012' } }, { reason: { code: '22012' } }]);
      await doomed.rollback();
      expect(await db.all(adHoc('SELECT count(*)::int AS n FROM flight_rows'), [])).toEqual([{ n: 40 }]);
      await db.all(adHoc('DROP TABLE flight_rows'), []);
    });

    it('inserts rows that are told once what all of them hold', async () => {
      const common = ['a\tb', JSON.stringify({ held: [1] }), new Date('2026-11-22T10:00:00.123Z'), null];
      const rows = Array.from({ length: 32 }, (_, n) => [n, n % 3 === 0 ? null : `n ${n}`]);
      const columns = ['said', 'held', 'at', 'nothing', 'n', 'own'];
      const insert = insertsAlike('test.alike', 'alike_rows', columns, common.length)(rows.length);
      const table = 'said text, held jsonb, at timestamptz, nothing int, n int PRIMARY KEY, own text';
      const open = await db.begin();
      open.send(adHoc(`CREATE TEMP TABLE alike_rows (${table}) ON COMMIT DROP`), []);
      open.send(insert, [...common, ...rows.flat()]);
      const found = open.all(
        adHoc('SELECT said, held::text AS held, at, nothing, n, own FROM alike_rows ORDER BY n'),
        [],
      );

      const [said, held, at, nothing] = ['a\tb', '{"held": [1]}', common[2], null];
      expect(await found).toEqual(rows.map(([n, own]) => ({ said, held, at, nothing, n, own })));
      await open.commit();
    });

    it('is not sent with a value that cannot be written down', async () => {
      await expect(db.all(adHoc('SELECT $1::timestamptz AS never'), [new Date(Number.NaN)])).rejects.toThrow(
        RangeError,
      );
      expect(await db.all(add, [1])).toEqual([{ n: 2 }]);
    });

    it(prepared ? 'is planned once on a connection' : 'leaves nothing behind on the connection', async () => {
      const sql = "SELECT count(*)::int AS n FROM pg_prepared_statements WHERE name = 'test.add'";

      expect(await db.all(adHoc(sql), [])).toEqual([{ n: prepared ? 1 : 0 }]);
    });
  });

  it('keeps of statements that recur the ones asked for last', async () => {
    const db = openDatabase({ url, poolSize: 1, ssl: false, prepared: true, log: createLogger('silent') });
    const ask = (n: number) => db.all(recurring(`SELECT ${n} AS n, $1::int AS m`), [n]);
    const kept = async () => {
      const sql = "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'recurring.%' ORDER BY prepare_time";
      const rows = await db.all<{ statement: string }>(adHoc(sql), []);
      return rows.map(({ statement: text }) => Number(/SELECT (\d+)/.exec(text)?.[1]));
    };
    for (let n = 0; n < 100; n++) {
      expect(await ask(n)).toEqual([{ n, m: n }]);
      expect(await ask(7)).toEqual([{ n: 7, m: 7 }]);
    }

    const [oldest, ...others] = await kept();
    expect(oldest).toBe(7);
    expect(others).toEqual(Array.from({ length: 15 }, (_, nth) => 85 + nth));
    const fails = recurring('SELECT 1 / $1::int AS n');
    await expect(db.all(fails, [0])).rejects.toMatchObject({ code: '22012' });
    expect(await db.all(fails, [1])).toEqual([{ n: 1 }]);
    expect(await kept()).toHaveLength(16);
    await db.close();
  });

  it('has planned once what is to be, and leaves other statements and transactions alone', async () => {
    const db = openDatabase({ url, poolSize: 1, ssl: false, prepared: true, log: createLogger('silent') });
    // For each value alone there would be less to do.
    const found = (isPlannedOnce: boolean) =>
      recurring(
        `SELECT count(*)::int AS n FROM generate_series(1, 10) i WHERE i = $1::int -- ${isPlannedOnce}`,
        isPlannedOnce,
      );
    for (let n = 1; n <= 8; n++)
      for (const isPlannedOnce of [true, false]) expect(await db.all(found(isPlannedOnce), [n])).toEqual([{ n: 1 }]);
    const plans = adHoc(
      "SELECT generic_plans::int AS generic FROM pg_prepared_statements WHERE name LIKE 'recurring.%' ORDER BY prepare_time",
    );
    const mode = adHoc('SHOW plan_cache_mode');
    const [once, asEver] = (await db.all(plans, [])) as { generic: number }[];
    await expect(db.all(recurring('SELECT 1 / $1::int AS n', true), [0])).rejects.toMatchObject({ code: '22012' });

    expect(once).toEqual({ generic: 8 });
    expect(asEver?.generic).toBeLessThan(8);
    expect(await db.all(mode, [])).toEqual([{ plan_cache_mode: 'auto' }]);
    const open = await db.begin();
    await open.all(adHoc('SELECT 1 AS n'), []);
    await open.all(found(true), [1]);
    expect(await open.all(mode, [])).toEqual([{ plan_cache_mode: 'auto' }]);
    await open.rollback();
    await db.close();
  });

  describe('behind another one', () => {
    interface Client {
      readonly connection: { readonly stream: Socket };
      query(sql: string): Promise<unknown>;
    }
    let db: Database;
    let client: Client;
    beforeAll(async () => {
      db = openDatabase({ url, poolSize: 1, ssl: false, prepared: true, log: createLogger('silent') });
      const open = await db.begin();
      ({ connection: client } = open.model as unknown as { connection: Client });
      await open.all(adHoc('CREATE TABLE flight_notes (n int)'), []);
      await open.commit();
    });
    afterAll(() => db.close());
    const waits = adHoc('SELECT pg_sleep(0.3)');
    const note = statement('test.note', 'INSERT INTO flight_notes VALUES ($1)');
    const notes = () => db.all(adHoc('SELECT n FROM flight_notes ORDER BY n'), []);
    const sent = (): number => client.connection.stream.bytesWritten;

    it('is sent at once, a third one when the first has landed, and all are answered in their order', async () => {
      const open = await db.begin();
      await open.all(note, [1]);
      const landed: string[] = [];
      const leave = async (name: string, asked = note) => {
        void open.all(asked, asked === note ? [2] : []).then(() => landed.push(name));
        await nextTurn();
        return sent();
      };
      const first = await leave('first', waits);
      const second = await leave('second');
      const third = await leave('third');
      await open.commit();

      expect(second).toBeGreaterThan(first);
      expect(third).toBe(second);
      expect(landed).toEqual(['first', 'second', 'third']);
      expect(await notes()).toEqual([{ n: 1 }, { n: 2 }, { n: 2 }]);
    });

    it('waits when its statement is one of those that make room for each other', async () => {
      const open = await db.begin();
      await open.all(note, [3]);
      const first = open.all(waits, []);
      await nextTurn();
      const before = sent();
      const second = open.all(recurring('SELECT count(*)::int AS n FROM flight_notes'), []);
      await nextTurn();

      expect(sent()).toBe(before);
      await first;
      expect(await second).toEqual([{ n: 4 }]);
      await open.rollback();
    });

    it('is not sent before that one, which waits for a call of another kind', async () => {
      const open = await db.begin();
      await open.all(note, [7]);
      const other = client.query('SELECT pg_sleep(0.2)');
      const first = open.all(statement('test.one', 'SELECT $1::int AS one'), [1]);
      await nextTurn();
      const second = open.all(statement('test.two', 'SELECT $1::int AS two'), [2]);

      expect(await Promise.all([first, second])).toEqual([[{ one: 1 }], [{ two: 2 }]]);
      await other;
      await open.rollback();
    });

    it('waits in a transaction in which models take part', async () => {
      const open = await db.begin();
      await open.all(note, [8]);
      expect(open.model).toBeDefined();
      const first = open.all(waits, []);
      await nextTurn();
      const before = sent();
      const second = open.all(note, [9]);
      await nextTurn();

      expect(sent()).toBe(before);
      await Promise.all([first, second]);
      await open.rollback();
    });

    it('has its many rows put together while it waits', async () => {
      const before = await notes();
      const rows = Array.from({ length: 40 }, (_, n) => 100 + n);
      const values = [...rows];
      const open = await db.begin();
      const ahead = [open.all(waits, [])];
      await nextTurn();
      ahead.push(open.all(note, [99]));
      await nextTurn();
      const many = open.all(insertsByCount('test.notes', 'flight_notes', ['n'])(rows.length), values);
      values.fill(0);
      await Promise.all([...ahead, many]);
      await open.commit();

      expect(await notes()).toEqual([...before, ...[99, ...rows].map((n) => ({ n }))]);
    });

    it('fails by the error of that one, with the COMMIT that was sent meanwhile', async () => {
      const before = await notes();
      const open = await db.begin();
      await open.all(note, [4]);
      open.send(adHoc('SELECT 1 / 0 FROM pg_sleep(0.2)'), []);
      const first = open.all(note, [5]);
      await nextTurn();
      const second = open.all(note, [6]);
      const settled = Promise.allSettled([first, second]);
      await nextTurn();
      await expect(open.commit()).rejects.toMatchObject({ code: '22012' });

      expect(await settled).toMatchObject([{ reason: { code: '22012' } }, { reason: { code: '22012' } }]);
      expect(await notes()).toEqual(before);
    });
  });

  it('commits nothing when the transaction had failed in the database only', async () => {
    const db = openDatabase({ url, poolSize: 1, ssl: false, prepared: true, log: createLogger('silent') });
    const open = await db.begin();
    await open.all(adHoc('SELECT 1 AS one'), []);
    const { connection } = open.model as unknown as { connection: { query(sql: string): Promise<unknown> } };
    await connection.query('SELECT 1 / 0').catch(() => undefined);

    await expect(open.commit()).rejects.toThrow('rolled back');
    await db.close();
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeHandle, flyOnSqlite, openHandle, type SqliteHandle } from '../../server/db/sqliteDriver.js';
import { adHoc, statement, type Asked, type Statement, type Value } from '../../server/db/statement.js';

let folder: string;
let handle: SqliteHandle;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flight-'));
  handle = await openHandle(join(folder, 'flight.db'));
  await handle.runPrepared(adHoc('CREATE TABLE t (n INTEGER PRIMARY KEY, word TEXT, at TEXT)'), []);
});
afterEach(async () => {
  await closeHandle(handle);
  await rm(folder, { recursive: true });
});

/** So many that their values are handed over while the statement before runs. */
const ROWS = 400;
const many = statement(
  'many',
  `INSERT INTO t VALUES ${Array.from({ length: ROWS }, (_, row) => `($${3 * row + 1}, $${3 * row + 2}, $${3 * row + 3})`).join(', ')}`,
);
const rowsFrom = (first: number, word: string, at: Date | null = null): Value[] =>
  Array.from({ length: ROWS }, (_, row) => [first + row, word, at]).flat();

/** What became of each statement of one flight. */
async function flown(asked: readonly (readonly [Statement, readonly Value[]])[]): Promise<string[]> {
  const outcomes: string[] = [];
  const flight = asked.map(([one, values], nth): Asked => ({
    statement: one,
    values,
    resolve: () => (outcomes[nth] = 'done'),
    reject: (error) => (outcomes[nth] = String(error)),
  }));
  await flyOnSqlite(handle)(flight);
  return outcomes;
}
const words = (): Promise<{ word: string; n: number; least: number }[]> =>
  handle.runPrepared(adHoc('SELECT word, count(*) AS n, min(n) AS least FROM t GROUP BY word ORDER BY least'), []);

test('statements that are handed over while others run write what they were given, in their order', async () => {
  const [one, other] = [new Date('2026-01-02T03:04:05.678Z'), new Date('2027-01-02T03:04:05.678Z')];
  const outcomes = await flown([
    [many, rowsFrom(0, 'first', one)],
    [many, rowsFrom(1_000, 'second', other)],
    [statement('few', 'INSERT INTO t VALUES ($1, $2, $3)'), [2_000, 'third', one]],
    [many, rowsFrom(3_000, 'fourth')],
  ]);
  expect(outcomes).toEqual(['done', 'done', 'done', 'done']);
  expect(await words()).toEqual([
    { word: 'first', n: ROWS, least: 0 },
    { word: 'second', n: ROWS, least: 1_000 },
    { word: 'third', n: 1, least: 2_000 },
    { word: 'fourth', n: ROWS, least: 3_000 },
  ]);
  const moments = await handle.runPrepared(adHoc('SELECT DISTINCT word, at FROM t ORDER BY n'), []);
  expect(moments).toEqual([
    { word: 'first', at: '2026-01-02 03:04:05.678 +00:00' },
    { word: 'second', at: '2027-01-02 03:04:05.678 +00:00' },
    { word: 'third', at: '2026-01-02 03:04:05.678 +00:00' },
    { word: 'fourth', at: null },
  ]);
});

test('what waits behind a statement that fails is not run, and its values are in no later one', async () => {
  await flown([[many, rowsFrom(0, 'first')]]);
  const outcomes = await flown([
    [many, rowsFrom(100, 'taken')],
    [many, rowsFrom(1_000, 'behind')],
  ]);
  expect(outcomes).toEqual([expect.stringContaining('UNIQUE'), expect.stringContaining('UNIQUE')]);
  await flown([[many, rowsFrom(2_000, 'later')]]);
  expect(await words()).toEqual([
    { word: 'first', n: ROWS, least: 0 },
    { word: 'later', n: ROWS, least: 2_000 },
  ]);
});

test('two flights with the same statement keep to their own values', async () => {
  const slow = statement('slow', 'SELECT count(*) FROM t a, t b WHERE a.n + b.n < $1');
  await flown([[many, rowsFrom(0, 'there')]]);
  await Promise.all([
    flown([
      [slow, [300]],
      [many, rowsFrom(1_000, 'one')],
    ]),
    flown([[many, rowsFrom(2_000, 'other')]]),
    flown([
      [slow, [300]],
      [many, rowsFrom(3_000, 'third')],
    ]),
  ]);
  expect(await words()).toEqual([
    { word: 'there', n: ROWS, least: 0 },
    { word: 'one', n: ROWS, least: 1_000 },
    { word: 'other', n: ROWS, least: 2_000 },
    { word: 'third', n: ROWS, least: 3_000 },
  ]);
});

test('values that wait in a statement are handed over again when somebody else has run it', async () => {
  const own = rowsFrom(0, 'own');
  await handle.bindAhead(many, own);
  await Promise.all([handle.runPrepared(many, own), handle.runPrepared(many, rowsFrom(1_000, 'other'))]);
  expect((await words()).map(({ word, n }) => [word, n])).toEqual([
    ['own', ROWS],
    ['other', ROWS],
  ]);
});

test('a statement that is none, and values that cannot be bound, fail where they stand', async () => {
  const wrong = statement('wrong', 'INSERT INTO nowhere VALUES ($1)');
  const first = await flown([
    [many, rowsFrom(0, 'first')],
    [wrong, rowsFrom(1_000, 'second')],
    [many, rowsFrom(2_000, 'third')],
  ]);
  expect(first).toEqual(['done', ...Array(2).fill(expect.stringContaining('no such table'))]);
  const unbindable = [...rowsFrom(1_000, 'second'), 'one too many'];
  const second = await flown([
    [many, rowsFrom(3_000, 'fourth')],
    [many, unbindable],
    [many, rowsFrom(4_000, 'fifth')],
  ]);
  expect(second).toEqual(['done', ...Array(2).fill(expect.stringContaining('SQLITE_RANGE'))]);
  expect((await words()).map(({ word }) => word)).toEqual(['first', 'fourth']);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../server/db/database.js';
import { refreshStatistics } from '../../server/db/plannerStatistics.js';
import { adHoc, type RunStatement } from '../../server/db/statement.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';

let db: Database;
beforeAll(async () => {
  db = openTestDatabase((await aMigratedDatabase('sqlite')).url);
});
afterAll(() => db.close());

const fill = adHoc(`INSERT INTO looked (rare, common)
  WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000) SELECT n, n % 2 FROM n`);
/** Both columns are asked for: only who knows how many rows each leads to takes the right index. */
const question = adHoc('EXPLAIN QUERY PLAN SELECT * FROM looked WHERE common = 1 AND rare = 17');
const planBy = async (all: RunStatement): Promise<string> => {
  // Only what is run looks whether tables have come or gone.
  await all(adHoc('SELECT 1 FROM looked LIMIT 1'), []);
  return (await all<{ detail: string }>(question, [])).map(({ detail }) => detail).join('; ');
};

it('lets every handle take the index that leads to few', async () => {
  const open = await db.begin({});
  await open.all(adHoc('CREATE TABLE looked (rare INTEGER, common INTEGER)'), []);
  await open.all(adHoc('CREATE INDEX looked_rare ON looked (rare)'), []);
  await open.all(adHoc('CREATE INDEX looked_common ON looked (common)'), []);
  await open.commit();
  // There is something to look at already, so that the next look does not make a table that everybody would read anew.
  await refreshStatistics(db);
  const grown = await db.begin({});
  await grown.all(fill, []);
  await grown.commit();
  const before = [await planBy(db.all), await db.snapshot(planBy)];
  await refreshStatistics(db);

  for (const plan of before) expect(plan).toContain('looked_common');
  expect(await planBy(db.all)).toContain('looked_rare');
  expect(await db.snapshot(planBy)).toContain('looked_rare');
});

it('looks at what has grown on PostgreSQL, and at nothing else', async () => {
  const grown = openTestDatabase((await aMigratedDatabase('postgres')).url);
  const run = (sql: string) => grown.all(adHoc(sql), []);
  const believed = async () => {
    const [row] = await grown.all<{ n: number }>(
      adHoc(`SELECT reltuples::int AS n FROM pg_class WHERE relname = 'looked'`),
      [],
    );
    return row?.n;
  };
  const changed = async () => {
    const [row] = await grown.all<{ n: number }>(
      adHoc(`SELECT n_mod_since_analyze::int AS n FROM pg_stat_user_tables WHERE relname = 'looked'`),
      [],
    );
    return row?.n;
  };
  const add = (from: number, to: number) => run(`INSERT INTO looked SELECT n FROM generate_series(${from}, ${to}) n`);
  try {
    await run('CREATE TABLE looked (id INTEGER PRIMARY KEY) WITH (autovacuum_enabled = false)');
    await add(1, 100);
    await run('ANALYZE looked');
    await add(101, 20_000);
    // A connection tells of its changes a moment later; what a look forgets must have been told before it.
    await expect.poll(changed).toBeGreaterThanOrEqual(19_900);
    await refreshStatistics(grown);
    expect(await believed()).toBe(20_000);
    await add(20_001, 30_000);
    await refreshStatistics(grown);
    expect(await believed()).toBe(20_000);
    // Briefly: there are ten ranges instead of a hundred, and what changed still counts for the thorough look of PostgreSQL itself.
    const [{ ranges } = {}] = await grown.all<{ ranges: number }>(
      adHoc(`SELECT cardinality(histogram_bounds::text::int[]) - 1 AS ranges FROM pg_stats WHERE tablename = 'looked'`),
      [],
    );
    expect(ranges).toBe(10);
    await expect.poll(changed).toBeGreaterThanOrEqual(29_900);
  } finally {
    await grown.close();
  }
});

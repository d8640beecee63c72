import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../server/db/database.js';
import { bucketOf, bucketSql, middleOf } from '../../server/db/durationBuckets.js';
import { adHoc } from '../../server/db/statement.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { describeEachDialect } from '../support/services.js';

const durations = fc.oneof(
  fc.integer({ min: 0, max: 5_000 }),
  fc.integer({ min: 0, max: 2 ** 46 - 1 }),
  fc
    .tuple(fc.integer({ min: 0, max: 45 }), fc.integer({ min: -2, max: 2 }))
    .map(([e, off]) => Math.max(0, 2 ** e + off)),
);

describe('buckets of durations', () => {
  it('stand for what is in them to 1.6 %, and exactly for what is short', () => {
    fc.assert(
      fc.property(durations, (ms) => {
        const middle = middleOf(bucketOf(ms));

        expect(Math.abs(middle - ms)).toBeLessThanOrEqual(ms < 64 ? 0 : ms * 0.016);
        expect(bucketOf(middle)).toBe(bucketOf(ms));
      }),
      { numRuns: 5_000 },
    );
  });

  it('follow each other without a gap', () => {
    const all = Array.from({ length: bucketOf(2 ** 46 - 1) + 1 }, (_, bucket) => bucket);

    expect(all.map((bucket) => bucketOf(middleOf(bucket)))).toEqual(all);
    expect(all.map(middleOf)).toEqual(all.map(middleOf).toSorted((a, b) => a - b));
  });

  it('take what is negative as no time, and thousands of years as the longest', () => {
    expect([bucketOf(-5), bucketOf(2 ** 50)]).toEqual([0, bucketOf(2 ** 46 - 1)]);
  });
});

describeEachDialect('buckets of durations', (dialect) => {
  let db: Database;
  beforeAll(async () => {
    db = openTestDatabase((await aMigratedDatabase(dialect)).url);
  });
  afterAll(() => db.close());

  it('are cut at the same places by the database', async () => {
    const drawn = [...fc.sample(durations, { numRuns: 3_000, seed: 7 }), -1, 2 ** 46, 2 ** 50];
    const as = dialect === 'postgres' ? "CAST(value #>> '{}' AS bigint)" : 'value';
    const sql = `SELECT ms, ${bucketSql('ms')} AS bucket FROM (SELECT ${as} AS ms FROM ${db.dialect.itemsOf('$1', 'i')}) d`;

    const rows = await db.all<{ ms: number | string; bucket: number | string }>(adHoc(sql), [JSON.stringify(drawn)]);

    expect(rows.map(({ ms, bucket }) => [Number(ms), Number(bucket)])).toEqual(drawn.map((ms) => [ms, bucketOf(ms)]));
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { dialects } from '../../server/db/dialect.js';
import { openDatabase, type Database } from '../../server/db/database.js';
import { QueryProfile } from '../../server/db/queryProfile.js';
import { adHoc, statement } from '../../server/db/statement.js';
import { aMigratedDatabase } from '../support/database.js';
import { describeEachDialect } from '../support/services.js';

/** A log whose lines can be looked at. */
function aLog() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

describe('the profile of statements', () => {
  const quick = statement('quick', 'SELECT 1');

  it('knows count, mean, 95th percentile and maximum, the most time first', () => {
    const profile = new QueryProfile(dialects.postgres, aLog().log, 0);
    for (let ms = 1; ms <= 100; ms++) profile.observe(quick, ms);
    profile.observe(adHoc('SELECT 2'), 6_000);
    const [first, second] = profile.top();

    expect(first).toMatchObject({ name: 'made for one call', count: 1, maxMs: 6_000 });
    expect(second).toMatchObject({ name: 'quick', count: 100, totalMs: 5_050, meanMs: 50.5, maxMs: 100 });
    expect(Math.abs(second!.p95Ms / 95 - 1)).toBeLessThan(0.016);
    expect(profile.top(1)).toHaveLength(1);
  });

  it('costs a few microseconds each at most', () => {
    const profile = new QueryProfile(dialects.postgres, aLog().log, 1_000_000);
    const run = (count: number) => {
      const began = performance.now();
      for (let nth = 0; nth < count; nth++) profile.observe(quick, nth % 50);
      return ((performance.now() - began) * 1_000) / count;
    };
    run(100_000);

    expect(Math.min(...[1, 2, 3].map(() => run(100_000)))).toBeLessThan(3);
  });

  it('tells of a slow statement once a second, and how often it was slow since', () => {
    let now = 0;
    const { log, lines } = aLog();
    const profile = new QueryProfile(dialects.postgres, log, 100, () => now);
    profile.observe(quick, 99);
    for (now = 0; now < 1_000; now += 100) profile.observe(quick, 150);
    now = 1_000;
    profile.observe(quick, 200);

    expect(lines.map(({ statement: name, ms, alsoSlow }) => [name, ms, alsoSlow])).toEqual([
      ['quick', 150, 0],
      ['quick', 200, 9],
    ]);
  });
});

describeEachDialect('a database with a threshold', (dialect) => {
  const { log, lines } = aLog();
  let db: Database;
  beforeAll(async () => {
    const { url } = await aMigratedDatabase(dialect);
    db = openDatabase({ url, poolSize: 2, ssl: false, prepared: true, slowMs: 30, log });
  });
  afterAll(() => db.close());

  it('logs what is slow, by its text and without its values, and nothing else', async () => {
    const slow =
      dialect === 'postgres'
        ? adHoc('SELECT pg_sleep(0.05), $1::text AS word')
        : adHoc(
            'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT max(i), $1 AS word FROM n',
          );
    await db.all(statement('quick', 'SELECT 1 AS one'), []);
    await db.all(slow, ['a secret']);

    const told = lines.filter(({ msg }) => msg === 'slow statement');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ level: 40, statement: 'made for one call' });
    expect(told[0]!['text']).toContain('$1');
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(db.profile.top()[0]!.maxMs).toBeGreaterThan(30);
    expect(db.profile.top().find(({ name }) => name === 'quick')).toMatchObject({ count: 1 });
  });
});

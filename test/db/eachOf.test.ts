import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../server/db/database.js';
import type { Dialect } from '../../server/db/dialect.js';
import { adHoc } from '../../server/db/statement.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { describeEachDialect } from '../support/services.js';
import { aTicketWorld } from '../support/ticketWorld.js';

describe('a list looked up in a database that knows nothing of its tables', () => {
  let db: Database;
  beforeAll(async () => {
    db = openTestDatabase((await aMigratedDatabase('sqlite')).url);
  });
  afterAll(() => db.close());

  const planOf = async (sql: (d: Dialect) => string): Promise<string> => {
    const asked = adHoc((d) => `EXPLAIN QUERY PLAN ${sql(d)}`);
    const plan = await db.all<{ detail: string }>(asked, [['a', 'b'], 'csv', 'p']);
    return plan.map(({ detail }) => detail).join('; ');
  };

  it('takes the index of its column, where a set would read the whole project', async () => {
    const rest = 't.external_source = $2 AND t.project_id = $3';
    const set = (d: Dialect) => `SELECT t.id FROM tickets t WHERE ${d.anyOf('t.external_id', '$1')} AND ${rest}`;
    const each = (d: Dialect) =>
      `SELECT t.id FROM ${d.eachOf('$1', 'tickets', 't', 'external_id', 't.external_source = $2')} WHERE t.project_id = $3`;

    expect(await planOf(each)).toMatch(/tickets_external_unique/);
    expect(await planOf(set)).not.toMatch(/tickets_external_unique/);
  });
});

describeEachDialect('a list looked up', (dialect) => {
  it('finds each row once, however often it is named', async () => {
    const world = await aTicketWorld(dialect);
    const { userId } = world.admin;
    const named = adHoc((d) => `SELECT u.id FROM ${d.eachOf('$1', 'users', 'u', 'id')} WHERE u.active`);

    const rows = await world.db.all(named, [[userId, 'nobody', userId]]);
    await world.close();

    expect(rows).toEqual([{ id: userId }]);
  });
});

import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import pg from 'pg';
import { createMigrator } from '../../server/db/migrator.js';
import { adHoc } from '../../server/db/statement.js';
import { openTestDatabase } from '../support/database.js';
import { aDatabase, describeWith } from '../support/services.js';

/** Locks one table and, while another session waits for it, that session's. What counts the attempts is not undone with them. */
const MIGRATION = `
const say = ({ context, transaction }) => (sql) => context.sequelize.query(sql, { transaction, raw: true });
export async function up(asked) {
  const run = say(asked);
  await run("SELECT nextval('attempts')");
  await run('LOCK TABLE one IN ACCESS EXCLUSIVE MODE');
  await run('SELECT pg_sleep(0.5)');
  await run('LOCK TABLE other IN ACCESS EXCLUSIVE MODE');
  await run('CREATE TABLE made (id INTEGER)');
}
export const down = (asked) => say(asked)('DROP TABLE made');
`;

describeWith('postgres')('a migration and a server that wait for each other', () => {
  it('is tried again when it was ended for it', async () => {
    const { url } = await aDatabase('postgres');
    const db = openTestDatabase(url);
    for (const sql of ['CREATE TABLE one (id INTEGER)', 'CREATE TABLE other (id INTEGER)', 'CREATE SEQUENCE attempts'])
      await db.all(adHoc(sql), []);
    const folder = await mkdtemp(join(inject('runFolder'), 'migrations-'));
    await writeFile(join(folder, '20260101T0000-both.ts'), MIGRATION);
    const server = new pg.Client({ connectionString: url });
    await server.connect();
    // Of two that wait for each other the one is ended that looks first.
    await server.query("SET deadlock_timeout = '20s'");
    await server.query('BEGIN');
    await server.query('LOCK TABLE other IN ROW EXCLUSIVE MODE');

    const migrating = createMigrator(db, undefined, { folder, table: 'tried' }).up();
    await expect
      .poll(() => db.all(adHoc("SELECT 1 FROM pg_locks WHERE relation = 'one'::regclass AND granted"), []))
      .toHaveLength(1);
    await server.query('LOCK TABLE one IN ROW EXCLUSIVE MODE');
    await server.query('COMMIT');

    expect(await migrating).toEqual(['20260101T0000-both']);
    expect(await db.all(adHoc('SELECT last_value::int AS attempts FROM attempts'), [])).toEqual([{ attempts: 2 }]);
    await server.end();
    await db.close();
  });
});

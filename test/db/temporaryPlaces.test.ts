import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { createMigrator } from '../../server/db/migrator.js';
import { adHoc } from '../../server/db/statement.js';
import { openTestDatabase } from '../support/database.js';
import { aDatabase } from '../support/services.js';

/** @see https://www.sqlite.org/pragma.html#pragma_temp_store */
const MEMORY = 2;

test('what SQLite would undo a unit of work by is kept in memory, and what a migration sorts goes into files', async () => {
  const { url } = await aDatabase('sqlite');
  const db = openTestDatabase(url);
  const folder = await mkdtemp(join(inject('runFolder'), 'temporary-'));
  await writeFile(
    join(folder, '20270101T0000-where.ts'),
    `export const up = async ({ context, transaction }) => {
       const [[row]] = await context.sequelize.query('PRAGMA temp_store', { transaction });
       await context.sequelize.query(\`CREATE TABLE seen AS SELECT \${row.temp_store} AS place\`, { transaction });
     };
     export const down = async () => {};`,
  );
  const placeOfUnits = async () => {
    const open = await db.begin();
    const [row] = await open.all<{ temp_store: number }>(adHoc('PRAGMA temp_store'), []);
    await open.rollback();
    return row?.temp_store;
  };

  await createMigrator(db, undefined, { folder, table: 'sequelize_data' }).up();
  const [seen] = await db.all<{ place: number }>(adHoc('SELECT place FROM seen'), []);

  expect(seen?.place).not.toBe(MEMORY);
  expect(await placeOfUnits()).toBe(MEMORY);
  await db.close();
});

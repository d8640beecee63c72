import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../server/db/database.js';
import { digestedTables, digestOf } from '../../server/db/digest.js';
import { createMigrator, type Migrator } from '../../server/db/migrator.js';
import { Installation } from '../../server/db/models/Installation.js';
import { Ticket } from '../../server/db/models/Ticket.js';
import { indexTickets } from '../../server/db/searchIndex.js';
import { openTestDatabase } from '../support/database.js';
import { fillEveryTable } from '../support/everyTable.js';
import { searchRows } from '../support/searchRows.js';
import { aDatabase, describeEachDialect } from '../support/services.js';

/** So many at a time, then twice as many, and so on. */
const STEPS = 9;

const rowsOf = (tables: Record<string, { rows: number } | undefined>) =>
  Object.fromEntries(Object.entries(tables).map(([table, digest]) => [table, digest?.rows]));

describeEachDialect('migrations', (dialect) => {
  let database: Database;
  let migrator: Migrator;
  beforeEach(async () => {
    database = openTestDatabase((await aDatabase(dialect)).url);
    migrator = createMigrator(database);
  });
  afterEach(() => database.close());

  const tables = async (): Promise<string[]> => {
    const all = (await database.sequelize.getQueryInterface().showAllTables()) as unknown as (
      string | { tableName: string }
    )[];
    return all.map((table) => (typeof table === 'string' ? table : table.tableName)).toSorted();
  };
  const filled = async (): Promise<void> => {
    await migrator.up();
    await fillEveryTable(database.sequelize);
    const open = await database.begin();
    indexTickets(open, database.dialect, await Ticket.findAll());
    await open.commit();
  };

  it('make every table, and say so in the status', async () => {
    const before = await migrator.status();
    const ran = await migrator.up();
    const after = await migrator.status();

    expect(before).toEqual({ executed: [], pending: ran, unknown: [] });
    expect(after).toEqual({ executed: ran, pending: [], unknown: [] });
    expect(await tables()).toEqual(expect.arrayContaining([...digestedTables(), 'ticket_search', 'sequelize_meta']));
    expect(await Installation.count()).toBe(1);
  });

  it('change nothing when nothing is pending', async () => {
    await filled();
    const before = await digestOf(database.sequelize);

    expect(await migrator.up()).toEqual([]);
    expect(await digestOf(database.sequelize)).toEqual(before);
  });

  it('leave no table behind when all are rolled back, and can be run again', async () => {
    const ran = await migrator.up();
    await fillEveryTable(database.sequelize);

    expect(await migrator.down({ to: null })).toEqual(ran.toReversed());
    expect(await tables()).toEqual(['sequelize_meta']);
    expect(await migrator.up()).toEqual(ran);
    await fillEveryTable(database.sequelize);
  });

  it('keep, at every step down and up again, the rows of the tables that stay', { timeout: 120_000 }, async () => {
    await filled();
    let before = await digestOf(database.sequelize);
    expect(Object.keys(before).toSorted()).toEqual(digestedTables());
    expect(Object.entries(before).filter(([, { rows }]) => rows === 0)).toEqual([]);

    for (const name of (await migrator.status()).executed.toReversed()) {
      await migrator.down();
      const kept = await digestOf(database.sequelize);
      const expected = Object.fromEntries(Object.keys(kept).map((table) => [table, before[table]]));
      // A column that came with the migration is gone from the digest; whether the others were kept is seen when it is back.
      expect(rowsOf(kept), `after rolling back ${name}`).toEqual(rowsOf(expected));

      expect(await migrator.up(name)).toEqual([name]);
      const again = await digestOf(database.sequelize);
      expect(again, `after coming up again to ${name}`).toMatchObject(expected);
      expect(Object.keys(again)).toEqual(Object.keys(before));
      await migrator.down();
      before = kept;
    }
  });

  it('keep them, and what is searched, over many steps down and up again', { timeout: 120_000 }, async () => {
    await filled();
    const whole = await digestOf(database.sequelize);
    const words = await searchRows(database.sequelize);
    expect(words.length).toBeGreaterThan(1);

    const newestFirst = (await migrator.status()).executed.toReversed();
    for (const name of newestFirst.filter((_, at) => at % STEPS === 0)) {
      await migrator.down({ to: name });
      const kept = Object.keys(await digestOf(database.sequelize));
      await migrator.up();

      const again = await digestOf(database.sequelize);
      const expected = Object.fromEntries(kept.map((table) => [table, whole[table]]));
      expect(again, `after coming up again from ${name}`).toMatchObject(expected);
      expect(Object.keys(again)).toEqual(Object.keys(whole));
      if (kept.includes('tickets')) expect(await searchRows(database.sequelize)).toEqual(words);
    }
  });

  it('roll back one file unless told otherwise, and go up to the one that is named', async () => {
    const ran = await migrator.up();

    expect(await migrator.down()).toEqual(ran.slice(-1));
    expect(await migrator.down({ steps: 2 })).toEqual(ran.slice(-3, -1).toReversed());
    expect(await migrator.up(ran.at(-2))).toEqual(ran.slice(-3, -1));
    expect(await migrator.status()).toMatchObject({ pending: ran.slice(-1) });
    await expect(migrator.down({ to: ran.at(-1) ?? '' })).rejects.toThrow(/has not been executed/);
  });

  it('leave nothing of a file that fails half-way', async () => {
    const folder = fileURLToPath(new URL('../support/halfMigrations', import.meta.url));
    const half = createMigrator(database, undefined, { folder, table: 'half_meta' });

    await expect(half.up()).rejects.toThrow(/^20260102T0000-half failed going up: the disk is full\. Nothing/);
    expect(await tables()).toEqual(['half_meta', 'whole']);
    expect(await database.sequelize.query('SELECT * FROM whole')).toMatchObject([[], {}]);
    expect(await half.status()).toMatchObject({ executed: ['20260101T0000-whole'], pending: ['20260102T0000-half'] });
  });

  if (dialect === 'sqlite')
    it('wait for as long as another process writes', async () => {
      const { pending } = await migrator.status();
      const other = openTestDatabase(`sqlite:${database.file ?? ''}`);
      const writing = await other.sequelize.transaction();
      setTimeout(() => void writing.commit(), 3_000);

      expect(await migrator.up()).toEqual(pending);
      await other.close();
    });

  it('know the files that another version of the program has run', async () => {
    await migrator.up();
    await database.sequelize.query("INSERT INTO sequelize_meta (name) VALUES ('29990101T0000-from-the-future')");

    expect(await migrator.status()).toMatchObject({ pending: [], unknown: ['29990101T0000-from-the-future'] });
    expect(await migrator.up()).toEqual([]);
  });

  it('are not rolled back from under those of a newer version', async () => {
    const ran = await migrator.up();
    await database.sequelize.query("INSERT INTO sequelize_meta (name) VALUES ('29990101T0000-from-the-future')");

    await expect(migrator.down()).rejects.toThrow(/^29990101T0000-from-the-future was run by another version/);
    await expect(migrator.down({ to: null })).rejects.toThrow(/was run by another version/);
    expect((await migrator.status()).executed).toEqual(ran);
  });
});

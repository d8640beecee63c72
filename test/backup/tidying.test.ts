import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportTables } from '../../server/backup/exportTables.js';
import { optimize } from '../../server/backup/optimize.js';
import { sizesOf } from '../../server/backup/statistics.js';
import { adHoc } from '../../server/db/statement.js';
import { countForgettable, pruneOnce } from '../../server/realtime/retention.js';
import { describeEachDialect } from '../support/services.js';
import { findViolations } from '../support/invariants.js';
import { aTicket, aTicketWorld, type TicketWorld } from '../support/ticketWorld.js';
import { aFolder } from './backups.js';

describeEachDialect('what is done with a database now and then', (dialect) => {
  let world: TicketWorld;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    await aTicket(world, { title: '=SUM(A1)', customFields: {} });
  });
  afterAll(() => world.close());

  it('tables become files that no spreadsheet runs, and that nobody can sign in by', async () => {
    const folder = await aFolder();
    const write = (format: 'csv' | 'json', tables: readonly string[]) =>
      world.db.snapshot((all) =>
        exportTables({ db: world.db, format, folder, tables, progress: () => undefined }, all),
      );

    await write('csv', ['tickets']);
    expect(await readFile(join(folder, 'tickets.csv'), 'utf8')).toContain(",'=SUM(A1),");
    const files = await write('json', []);
    expect(files.map(({ table }) => table)).toContain('events');
    expect(await readdir(folder)).not.toContain('refresh_tokens.json');
    const people = JSON.parse(await readFile(join(folder, 'users.json'), 'utf8')) as Record<string, unknown>[];
    expect(people).toHaveLength(7);
    expect(Object.keys(people[0] ?? {})).toEqual(expect.arrayContaining(['id', 'email']));
    expect(Object.keys(people[0] ?? {}).join()).not.toContain('hash');
    await expect(write('csv', ['nothing'])).rejects.toThrow('there is no table nothing to export');
  });

  it('its tables are counted and measured', async () => {
    const { tables, projects, bytes } = await world.db.snapshot((all) => sizesOf(world.db, all));

    expect(tables).toContainEqual(expect.objectContaining({ table: 'tickets', rows: 1 }));
    expect(tables.every((table) => table.bytes + table.indexBytes >= 0)).toBe(true);
    expect(bytes).toBeGreaterThan(100_000);
    expect(projects).toContainEqual({
      key: world.project.key,
      tickets: 1,
      open: 1,
      head: expect.any(Number),
      oldest: 1,
    });
  });

  it('it is tidied up, and a search index that was lost is made anew', async () => {
    await world.db.all(adHoc('DELETE FROM ticket_search'), []);
    expect(await findViolations(world.db)).not.toEqual([]);

    await optimize({ db: world.db, full: dialect === 'sqlite', search: true, progress: () => undefined });

    expect(await findViolations(world.db)).toEqual([]);
  });

  it('what is old is counted before it is forgotten', async () => {
    const { db, clock, deps } = world;
    const at = new Date(clock.now().getTime() - 40 * 86_400_000);
    await db.all(
      adHoc(
        `INSERT INTO idempotency_keys (user_id, key, procedure, request_hash, reply, created_at) VALUES ($1, 'k', 'p', 'h', '{}', $2)`,
      ),
      [world.ann.userId, at],
    );
    const options = { db, clock, logger: deps.log, eventDays: 0, auditDays: 0, keptDays: 30, notificationDays: 30 };

    expect(await countForgettable(options)).toMatchObject({ keys: 1, events: 0 });
    expect(await pruneOnce(options)).toMatchObject({ keys: 1, events: 0 });
    expect(await countForgettable(options)).toMatchObject({ keys: 0 });
  });
});

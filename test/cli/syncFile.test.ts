import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { takeDevelopers, takeTickets, type TicketOrder } from '../../server/cli/sync/syncFile.js';
import type { PageDone } from '../../server/csv/syncPages.js';
import { digestOf } from '../../server/db/digest.js';
import { newId } from '../../server/kernel/ids.js';
import { findViolations } from '../support/invariants.js';
import { describeEachDialect } from '../support/services.js';
import { aTicketWorld, rows, type TicketWorld } from '../support/ticketWorld.js';

describeEachDialect('a table in a file', (dialect) => {
  let world: TicketWorld;
  let folder: string;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    folder = await mkdtemp(join(inject('runFolder'), 'sync-'));
  });
  afterAll(async () => {
    expect(await findViolations(world.db)).toEqual([]);
    await world.close();
  });
  const aFile = async (text: string | Buffer) => {
    const file = join(folder, `${newId()}.csv`);
    await writeFile(file, text);
    return file;
  };
  const plain = { as: null, encoding: 'utf-8', delimiter: ',', dryRun: false };
  const order = (file: string, rest: Partial<TicketOrder> = {}): TicketOrder => ({
    ...plain,
    file,
    project: world.project.key,
    source: file.slice(-40),
    ...rest,
  });
  const countOf = async (source: string) =>
    (
      await rows<{ n: number }>(
        world,
        'SELECT CAST(count(*) AS INTEGER) AS n FROM tickets WHERE external_source = $1',
        source,
      )
    )[0]!.n;

  it('that was cut short goes on where it ended, with exact counts', async () => {
    const lines = Array.from({ length: 1800 }, (_, nth) =>
      nth === 700 ? 'bad,' : `${nth},"Row\r\n${nth}",${nth % 9}`,
    );
    const file = await aFile(['id,description,story_points', ...lines].join('\n'));
    const cut = {
      page: ({ rows: done }: PageDone) => {
        if (done >= 1000) throw new Error('cut');
      },
    };

    await expect(takeTickets(world.deps, order(file), cut)).rejects.toThrow('cut');
    // The page that had begun by then is written to its end.
    expect(await countOf(order(file).source)).toBe(1535);
    const report = await takeTickets(world.deps, order(file));

    expect(report).toMatchObject({ rows: 1800, created: 264, updated: 0, unchanged: 1535, refused: 1 });
    // Each row before it holds a line end.
    expect(report.refusals).toMatchObject([{ line: 1402, column: null }]);
    const before = await digestOf(world.db.sequelize);
    expect(await takeTickets(world.deps, order(file))).toMatchObject({ created: 0, unchanged: 1799, refused: 1 });
    expect(await digestOf(world.db.sequelize)).toEqual(before);
  });

  it('is read as UTF-16 by its mark, and rehearsed page by page without a trace', async () => {
    const lines = Array.from({ length: 600 }, (_, nth) => `${nth},Größe ${nth},Rare ${folder}`);
    const text = ['id,description,required_skill', ...lines].join('\r\n');
    const file = await aFile(Buffer.from(`\uFEFF${text}`, 'utf16le'));
    const before = await digestOf(world.db.sequelize);

    const report = await takeTickets(world.deps, order(file, { dryRun: true }));

    expect(report).toMatchObject({ dryRun: true, rows: 600, created: 600, skillsCreated: [`Rare ${folder}`] });
    expect(await digestOf(world.db.sequelize)).toEqual(before);
  });

  it('may hold developers, and is refused where it cannot be used', async () => {
    const team = await aFile(`name,skills\nDev ${folder},Go; SQL`);
    expect(await takeDevelopers(world.deps, { ...plain, file: team })).toMatchObject({ created: 1, refused: 0 });
    expect(await takeDevelopers(world.deps, { ...plain, file: team })).toMatchObject({ unchanged: 1 });
    for (const unfit of [
      order('/nowhere.csv'),
      order(team),
      order(team, { project: 'NONE' }),
      order(team, { as: 'nobody@example.com' }),
    ])
      await expect(takeTickets(world.deps, unfit)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backUpWhenDue, lastBackup, type ScheduleOptions } from '../../server/backup/scheduled.js';
import { adHoc } from '../../server/db/statement.js';
import { describeEachDialect } from '../support/services.js';
import { aWorld, type World } from '../support/world.js';
import { aFolder, aStore, anEmptyPlace, factsOf, restoreInto } from './backups.js';

const HOUR = 3_600_000;

describeEachDialect('backups that servers make by themselves', (dialect) => {
  let world: World;
  let options: ScheduleOptions;
  beforeAll(async () => {
    world = await aWorld(dialect);
    const { db, clock, deps } = world;
    options = { db, clock, logger: deps.log, store: await aStore(), folder: await aFolder(), everyMs: HOUR, keep: 2 };
  });
  afterAll(() => world.close());
  const tars = async () => (await readdir(options.folder)).filter((name) => name.endsWith('.tar'));

  it('are made by one node of many that look at once, and not before they are due', async () => {
    const looks = await Promise.all([1, 2, 3, 4].map(() => backUpWhenDue(options)));

    expect(looks.filter(Boolean)).toHaveLength(1);
    expect(await tars()).toHaveLength(1);
    world.clock.advance(HOUR - 60_000);
    expect(await backUpWhenDue(options)).toBeNull();
    world.clock.advance(60_000);
    expect(await backUpWhenDue(options)).toMatchObject({ files: 0 });
    expect(await lastBackup(world.db)).toMatchObject({ outcome: 'DONE', bytes: expect.any(Number) as number });
  });

  it('leave so many in the folder, and what is not theirs', async () => {
    await writeFile(join(options.folder, 'mine.tar'), 'x');
    world.clock.advance(HOUR);
    await backUpWhenDue(options);

    expect(await tars()).toEqual([expect.any(String), expect.any(String), 'mine.tar']);
  });

  it('can be restored, and the half-made one in them does not stand in the way of the next', async () => {
    world.clock.advance(HOUR);
    const made = await backUpWhenDue(options);
    const place = await anEmptyPlace(dialect);
    await restoreInto(place, made?.file ?? '');
    const { backup_runs: _, ...facts } = await factsOf(place.db);
    const { backup_runs: __, ...before } = await factsOf(world.db);
    expect(facts).toEqual(before);

    world.clock.advance(6 * 60_000 + HOUR);
    expect(await backUpWhenDue({ ...options, ...place, folder: await aFolder() })).not.toBeNull();
    const abandoned = adHoc("SELECT detail FROM backup_runs WHERE outcome = 'FAILED'");
    expect(await place.db.all(abandoned, [])).toEqual([{ detail: 'its node went away' }]);
    await place.db.close();
  });

  it('are tried again when one failed, and health tells of it', async () => {
    world.clock.advance(HOUR);
    const broken = { ...options, folder: join(options.folder, 'mine.tar', 'below') };

    await expect(backUpWhenDue(broken)).rejects.toThrow();
    expect(await lastBackup(world.db)).toMatchObject({ outcome: 'FAILED', bytes: null });
    expect(await backUpWhenDue(options)).toBeNull();
    world.clock.advance(16 * 60_000);
    expect(await backUpWhenDue(options)).not.toBeNull();
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTables } from '../../server/backup/catalog.js';
import { openFileStore } from '../../server/storage/openFileStore.js';
import { aFileWorld, someBytes } from '../features/attachments/fileWorld.js';
import { openTestDatabase } from '../support/database.js';
import { aDatabase } from '../support/services.js';
import { aBackup, aFolder, restoreInto, type Place } from './backups.js';
import { corruptions } from './corruptions.js';

/** The same numbers for everybody: mulberry32. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

describe('a backup that is damaged', () => {
  let good: string;
  let place: Place;
  let files: string;
  beforeAll(async () => {
    const world = await aFileWorld('sqlite');
    const ticket = await world.ticket();
    for (const length of [700, 5]) await world.attach(world.ann, ticket, someBytes(length));
    ({ file: good } = await aBackup({ db: world.db, store: world.deps.files.store }));
    await world.close();
    files = await aFolder();
    place = { db: openTestDatabase((await aDatabase('sqlite')).url), store: openFileStore({ folder: files }) };
  });
  afterAll(() => place.db.close());

  it.each(Object.entries(corruptions))('with %s is refused before anything is touched', async (name, corrupt) => {
    const bad = join(await aFolder(), 'bad.tar');
    await corrupt(good, bad, numbers(name.length));

    await expect(restoreInto(place, bad)).rejects.toThrow(/cannot be restored: .+ The database is as it was\./);

    expect(await hasTables(place.db.all, place.db.dialect)).toBe(false);
    expect(await readdir(files)).toEqual([]);
  });

  it('is told apart from a whole one', async () => {
    await restoreInto(place, good);

    expect(await hasTables(place.db.all, place.db.dialect)).toBe(true);
  });
});

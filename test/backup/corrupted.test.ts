import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTables } from '../../server/backup/catalog.js';
import { digestOf } from '../../server/db/digest.js';
import type { FileStore } from '../../server/storage/fileStore.js';
import { openFileStore } from '../../server/storage/openFileStore.js';
import { aFileWorld, someBytes } from '../features/attachments/fileWorld.js';
import { openTestDatabase } from '../support/database.js';
import { aDatabase, describeEachDialect, type Dialect } from '../support/services.js';
import { aBackup, aFolder, restoreInto, type Place } from './backups.js';
import { corruptions, type Corruption } from './corruptions.js';

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

/** A backup of a world with a ticket and two files. */
async function aGoodBackup(): Promise<string> {
  const { world, place } = await aFilledPlace('sqlite');
  const { file } = await aBackup(place);
  await world.close();
  return file;
}

async function aFilledPlace(dialect: Dialect) {
  const world = await aFileWorld(dialect);
  const ticket = await world.ticket();
  for (const length of [700, 5]) await world.attach(world.ann, ticket, someBytes(length));
  return { world, place: { db: world.db, store: world.deps.files.store } };
}

async function filesOf(store: FileStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const files of store.list()) ids.push(...files.map(({ id }) => id));
  return ids.toSorted();
}

/** Writes the damaged one. */
async function damaged(good: string, name: string, corrupt: Corruption): Promise<string> {
  const bad = join(await aFolder(), 'bad.tar');
  await corrupt(good, bad, numbers(name.length));
  return bad;
}

describe('a backup that is damaged', () => {
  let good: string;
  let place: Place;
  let files: string;
  beforeAll(async () => {
    good = await aGoodBackup();
    files = await aFolder();
    place = { db: openTestDatabase((await aDatabase('sqlite')).url), store: openFileStore({ folder: files }) };
  });
  afterAll(() => place.db.close());

  it.each(Object.entries(corruptions))('with %s is refused before anything is touched', async (name, corrupt) => {
    const bad = await damaged(good, name, corrupt);

    await expect(restoreInto(place, bad)).rejects.toThrow(/cannot be restored: .+ The database is as it was\./);

    expect(await hasTables(place.db.all, place.db.dialect)).toBe(false);
    expect(await readdir(files)).toEqual([]);
  });

  it('is told apart from a whole one', async () => {
    await restoreInto(place, good);

    expect(await hasTables(place.db.all, place.db.dialect)).toBe(true);
  });
});

describeEachDialect('what a damaged backup would replace', (dialect) => {
  it('is as it was after each kind of damage', { timeout: 120_000 }, async () => {
    const good = await aGoodBackup();
    const { world, place } = await aFilledPlace(dialect);
    const state = async () => [await digestOf(place.db.sequelize), await filesOf(place.store)];
    const before = await state();
    const taken: string[] = [];
    for (const [name, corrupt] of Object.entries(corruptions)) {
      const bad = await damaged(good, name, corrupt);
      const why = await restoreInto(place, bad, { force: true }).then(() => 'restored', String);
      if (!/cannot be restored: .+ The database is as it was\./.test(why)) taken.push(`${name}: ${why}`);
    }

    expect(taken).toEqual([]);
    expect(await state()).toEqual(before);
    await restoreInto(place, good, { force: true });
    expect(await state()).not.toEqual(before);
    await world.close();
  });
});

import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyDatabase } from '../../server/backup/copy.js';
import { digestOf } from '../../server/db/digest.js';
import { createMigrator } from '../../server/db/migrator.js';
import { adHoc } from '../../server/db/statement.js';
import { createComment } from '../../server/features/comments/commands/createComment.js';
import { CreateCommentInput } from '../../contract/comment.js';
import { aFileWorld, someBytes, type FileWorld } from '../features/attachments/fileWorld.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { fillEveryTable } from '../support/everyTable.js';
import { describeEachDialect, type Dialect } from '../support/services.js';
import { aTicket, give, parsed, patchTicket } from '../support/ticketWorld.js';
import { aBackup, aStore, anEmptyPlace, factsOf, findingsIn, restoreInto, type Place } from './backups.js';

const others: Readonly<Record<Dialect, readonly Dialect[]>> = {
  sqlite: ['sqlite', 'postgres'],
  postgres: ['postgres', 'sqlite'],
};

describeEachDialect('a backup', (dialect) => {
  let world: FileWorld;
  let from: Place;
  let file: string;
  beforeAll(async () => {
    world = await aFileWorld(dialect);
    from = { db: world.db, store: world.deps.files.store };
    const child = await aTicket(world, { title: 'Chíld "quoted" \\ 🎉', storyPoints: 3 });
    const parent = await world.ticket();
    // A row that points at one that comes after it.
    await patchTicket(world, world.ann, child.id, { parentId: parent.id, priority: 'HIGH' });
    await give(world, child, world.ann);
    await world.attach(world.ann, parent, someBytes(70_000));
    await world.attach(world.ann, child, Buffer.from('text'));
    const input = { ticketId: child.id, content: 'words\nin lines', visibility: 'PUBLIC' as const };
    await createComment(world.deps, world.bob, parsed(CreateCommentInput, input));
    ({ file } = await aBackup(from));
  });
  afterAll(() => world.close());

  it.each(others[dialect])('brings all of it into an empty database on %s', async (target) => {
    const place = await anEmptyPlace(target, target !== dialect);

    const restored = await restoreInto(place, file);

    expect(await factsOf(place.db)).toEqual(await factsOf(world.db));
    expect(await findingsIn(place)).toEqual([]);
    expect(restored).toMatchObject({ source: dialect, files: 2, ownsFiles: true, migrated: [] });
    const epochs = [world.db, place.db].map((db) =>
      db.all<{ epoch: string }>(adHoc('SELECT epoch FROM installation'), []),
    );
    const [[before], [after]] = [await epochs[0]!, await epochs[1]!];
    expect(after?.epoch).toBe(restored.epoch);
    expect(before?.epoch).not.toBe(restored.epoch);
    const signedIn = adHoc('SELECT id FROM refresh_tokens WHERE revoked_at IS NULL');
    expect(await place.db.all(signedIn, [])).toEqual([]);
    await place.db.close();
  });

  it('is a file under its own name only when it is whole, and takes no other’s name', async () => {
    await expect(aBackup(from, { file })).rejects.toThrow('is there already');

    expect(await readdir(dirname(file))).toEqual(['backup.tar']);
  });

  it('goes into a database that holds something only by force, and that keeps what it has when it fails', async () => {
    const place = await anEmptyPlace(dialect);
    await restoreInto(place, file);
    const before = await factsOf(place.db);

    await expect(restoreInto(place, file)).rejects.toThrow('not empty');
    const store = { ...place.store, put: () => Promise.reject(new Error('no room')) };
    await expect(
      restoreInto({ ...place, store: Object.assign(await aStore(), store) }, file, { force: true }),
    ).rejects.toThrow('no room');
    expect(await factsOf(place.db)).toEqual(before);

    await restoreInto(place, file, { force: true });
    expect(await factsOf(place.db)).toEqual(before);
    expect(await findingsIn(place)).toEqual([]);
    await place.db.close();
  });

  it('leaves a storage that is another database’s to that one, unless that one is gone', async () => {
    const place = await anEmptyPlace(dialect);
    await place.store.claim('somebody');

    expect(await restoreInto(place, file)).toMatchObject({ ownsFiles: false });
    expect(await place.store.owner()).toBe('somebody');

    const adopted = await restoreInto(place, file, { force: true, adoptFiles: true });
    expect(adopted.ownsFiles).toBe(true);
    expect(await place.store.owner()).toBe(adopted.epoch);
    await place.db.close();
  });

  it('says which bytes it lacks, and restores the rest', async () => {
    const [{ id: lost } = { id: '' }] = await world.db.all<{ id: string }>(
      adHoc('SELECT id FROM stored_files ORDER BY id'),
      [],
    );
    const { store } = world.deps.files;
    const read: typeof store.read = (id, first, last) =>
      store.read(id === lost ? lost.replace(/.$/, 'x') : id, first, last);
    const lossy = Object.assign(Object.create(store) as typeof store, { read });

    const made = await aBackup({ db: world.db, store: lossy });

    expect(made).toMatchObject({ files: 1, missing: [lost] });
    const place = await anEmptyPlace(dialect);
    await restoreInto(place, made.file);
    expect(await findingsIn(place)).toEqual([`files.there: ${lost}: it is not there`]);
    await place.db.close();
  });
});

describeEachDialect('a copy of a database with rows in every table', (dialect) => {
  it('is not made into the database itself, by whatever address that is known', async () => {
    const { url } = await aMigratedDatabase(dialect);
    const spelled = dialect === 'postgres' ? url.replace('127.0.0.1', 'localhost') : url.replace(/[^/]+$/, './$&');
    expect(spelled).not.toBe(url);
    const [from, to] = [openTestDatabase(url), openTestDatabase(spelled)];
    await fillEveryTable(from.sequelize);
    const before = await digestOf(from.sequelize);

    const target = { db: to, migrator: createMigrator(to) };
    const copying = copyDatabase({ from, to: target, now: new Date(), force: true });

    await expect(copying).rejects.toThrow('that is the database that would be copied.');
    expect(await digestOf(from.sequelize)).toEqual(before);
    await Promise.all([from.close(), to.close()]);
  });

  it('goes to the other kind and back, and is equal', async () => {
    const a = await anEmptyPlace(dialect);
    await fillEveryTable(a.db.sequelize);
    const [b, c] = [await anEmptyPlace(others[dialect][1]!), await anEmptyPlace(dialect)];

    const now = new Date();
    await copyDatabase({ from: a.db, to: { db: b.db, migrator: createMigrator(b.db) }, now, move: true });
    await copyDatabase({ from: b.db, to: { db: c.db, migrator: createMigrator(c.db) }, now, move: true });

    expect(await digestOf(c.db.sequelize)).toEqual(await digestOf(a.db.sequelize));
    await expect(copyDatabase({ from: a.db, to: { db: c.db, migrator: createMigrator(c.db) }, now })).rejects.toThrow(
      'not empty',
    );
    for (const { db } of [a, b, c]) await db.close();
  });
});

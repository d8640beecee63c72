import { chmod, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { createMigrator } from '../../server/db/migrator.js';
import { baton } from '../support/baton.js';
import { openTestDatabase } from '../support/database.js';

const modeOf = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(inject('runFolder'), 'modes-'));
  file = join(folder, 'made', 'baton.db');
});

/** What SQLite keeps beside it is there only while it is open. */
async function modesWhileOpen(): Promise<string[]> {
  const db = openTestDatabase(`sqlite:${file}`);
  await createMigrator(db).up();
  const modes = await Promise.all(['', '-wal', '-shm'].map((ending) => modeOf(file + ending)));
  await db.close();
  return modes;
}

describe('the file of a SQLite database', () => {
  it('that is made can be read by its owner alone, and so can its log', async () => {
    expect(await modesWhileOpen()).toEqual(['600', '600', '600']);
  });

  it('that is there keeps its mode', async () => {
    file = join(folder, 'baton.db');
    await writeFile(file, '');
    await chmod(file, 0o640);

    expect(await modesWhileOpen()).toEqual(['640', '640', '640']);
  });

  it('is made alike by a command, and so is a backup of it', async () => {
    const url = `sqlite:${file}`;
    const backup = join(folder, 'backup.tar');

    const codes = [await baton(url, 'db migrate'), await baton(url, `db backup ${backup}`)].map(({ code }) => code);

    expect(codes).toEqual([0, 0]);
    expect([await modeOf(file), await modeOf(backup)]).toEqual(['600', '600']);
  });
});

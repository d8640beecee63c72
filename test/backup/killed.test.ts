import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyArchive } from '../../server/backup/verifyArchive.js';
import { adHoc } from '../../server/db/statement.js';
import { testProgramArgs } from '../support/program.js';
import { describeEachDialect } from '../support/services.js';
import { aTicket, aTicketWorld, type TicketWorld } from '../support/ticketWorld.js';
import { aBackup, aFolder, aStore, anEmptyPlace, factsOf, findingsIn, restoreInto, type Place } from './backups.js';

/** Runs it until it has said so much, then kills it. @returns whether it was done before. */
async function killedAfter(steps: number, args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, await testProgramArgs('test/backup/dying.ts', ...args), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TSX_TSCONFIG_PATH: resolve('tsconfig.json') },
  });
  let [seen, isDone] = [0, false];
  for await (const line of createInterface({ input: child.stdout })) {
    isDone ||= line === 'done';
    if (++seen === steps) child.kill('SIGKILL');
  }
  return isDone;
}

describeEachDialect('a process that is killed', (dialect) => {
  let world: TicketWorld;
  let from: Place;
  beforeAll(async () => {
    world = await aTicketWorld(dialect);
    from = { db: world.db, store: await aStore() };
    for (let nth = 0; nth < 5; nth++) await aTicket(world, { title: `Ticket ${nth}` });
  });
  afterAll(() => world.close());

  it('leaves no backup under the name of one, or a whole one', async () => {
    for (const steps of [9]) {
      const folder = await aFolder();
      const file = join(folder, 'b.tar');
      const isDone = await killedAfter(steps, ['backup', world.url, file, await aFolder()]);

      const names = await readdir(folder);
      if (names.includes('b.tar')) await verifyArchive(file);
      else expect([isDone, names.filter((name) => !name.startsWith('.unfinished-'))]).toEqual([false, []]);
    }
  });

  it('leaves what was there before its restore, and the next one comes through', async () => {
    const { file } = await aBackup(from);
    const place = await anEmptyPlace(dialect);
    await place.db.all(
      adHoc(
        "INSERT INTO skills (id, name, aliases, created_at, updated_at) SELECT 's', 'S', '[]', created_at, created_at FROM installation",
      ),
      [],
    );
    const before = await factsOf(place.db);
    const url = dialect === 'sqlite' ? `sqlite:${place.db.file}` : urlOf(place, world.url);
    for (const steps of [14]) {
      const isDone = await killedAfter(steps, ['restore', url, file, await aFolder()]);
      expect(isDone).toBe(false);
      expect(await factsOf(place.db)).toEqual(before);
    }

    await restoreInto(place, file, { force: true });
    expect(await factsOf(place.db)).toEqual(await factsOf(world.db));
    expect(await findingsIn(place)).toEqual([]);
    await place.db.close();
  });
});

/** On the same server, by its name. */
function urlOf({ db }: Place, beside: string): string {
  const url = new URL(beside);
  url.pathname = `/${db.sequelize.config.database}`;
  return url.href;
}

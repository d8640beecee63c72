import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { createClient, type BatonClient } from '../../client-sdk/src/index.js';
import type { App } from '../../server/app.js';
import { ADMIN_EMAIL } from '../../server/cli/csvMode/beginCsvMode.js';
import type { Output } from '../../server/cli/output.js';
import { digestOf } from '../../server/db/digest.js';
import { createLogger } from '../../server/kernel/logger.js';
import { serve } from '../../server/main.js';
import { aMigratedDatabase, openTestDatabase } from '../support/database.js';
import { findViolations } from '../support/invariants.js';
import { startNodeProcess } from '../support/nodeProcess.js';
import { NODE_SECRET } from '../support/node.js';
import { programArgs } from '../support/program.js';
import { describeEachDialect, releaseLater, type Dialect } from '../support/services.js';
import { testConfig } from '../transport/anApp.js';

const DEVELOPERS = 'name,title,experience_years,current_workload,availability,skills';
const TICKETS = 'id,title,description,story_points,required_skill,priority,due_date';
const NEW_PASSWORD = 'correct horse battery';

interface Served {
  readonly app: App;
  readonly lines: readonly string[];
  readonly client: BatonClient;
}

const running: App[] = [];
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

async function aFolder(tables: { readonly developers?: string; readonly tickets?: string | Buffer }): Promise<string> {
  const folder = await mkdtemp(join(inject('runFolder'), 'csv-mode-'));
  for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, `${name}.csv`), text);
  return folder;
}
const fileIn = (folder: string, name: string) => readFile(join(folder, `${name}.csv`), 'utf8');

async function served(url: string, folder: string): Promise<Served> {
  const lines: string[] = [];
  const output: Output = {
    machine: false,
    line: (text = '') => void lines.push(text),
    table: () => undefined,
    result: () => undefined,
    failure: () => undefined,
    progress: () => ({ to: () => undefined, end: () => undefined }),
  };
  const app = await serve(testConfig(url, { jwtSecret: NODE_SECRET }), output, createLogger('silent'), folder);
  running.push(app);
  return { app, lines, client: createClient({ url: `http://127.0.0.1:${app.port}` }) };
}

/** Signs in for the first time, and keeps an API key for what follows. */
async function firstSignIn({ lines, client }: Served): Promise<string> {
  const password = lines.map((line) => /\n\n {2}(\S+)\n/.exec(line)?.[1]).find(Boolean) ?? '';
  await client.login({ email: ADMIN_EMAIL, password });
  await client.auth.changePassword({ currentPassword: password, newPassword: NEW_PASSWORD });
  await client.login({ email: ADMIN_EMAIL, password: NEW_PASSWORD });
  return (await client.auth.apiKeys.create({ name: 'test', scopes: ['read', 'write'] })).key;
}

const soon = <Value>(check: () => Promise<Value>) => vi.waitFor(check, { timeout: 15_000, interval: 100 });

async function filesOf(dialect: Dialect, tickets: string): Promise<{ url: string; folder: string }> {
  const folder = await aFolder({ developers: `${DEVELOPERS}\nAnn,Engineer,7,0,0.8,SQL:5\n`, tickets });
  return { url: (await aMigratedDatabase(dialect)).url, folder };
}

async function inDatabase<Result>(url: string, work: (db: ReturnType<typeof openTestDatabase>) => Promise<Result>) {
  const db = openTestDatabase(url);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

vi.setConfig({ testTimeout: 120_000 });

describeEachDialect('a folder of tables that is served', (dialect) => {
  it('begins an empty database, holds what is changed, and begins another one alike', async () => {
    const { url, folder } = await filesOf(
      dialect,
      '\uFEFFid,description,priority\r\nT-1,"Printer, ""on"" fire",high\nT-2,=1+1,\n',
    );
    const first = await served(url, folder);
    expect(first.lines.filter((line) => line.includes(ADMIN_EMAIL))).toHaveLength(1);
    await firstSignIn(first);
    const { items } = await first.client.tickets.list({ sort: { by: 'createdAt', dir: 'asc' } });
    expect(items.map(({ key, externalId, description, priority }) => [key, externalId, description, priority])).toEqual(
      [
        ['CSV-1', 'T-1', 'Printer, "on" fire', 'HIGH'],
        ['CSV-2', 'T-2', '=1+1', 'MEDIUM'],
      ],
    );

    const [one] = items;
    await first.client.tickets.update({ ticketId: one!.id, patch: { storyPoints: 8, dueDate: '2026-12-31' } });
    const made = await first.client.tickets.create({ projectId: one!.projectId, title: 'Made on the board' });
    const [ann] = (await first.client.developers.list({ text: 'Ann' })).items;
    await first.client.developers.update({ developerId: ann!.id, patch: { title: 'Lead' } });
    const tickets = [
      TICKETS,
      'T-1,,"Printer, ""on"" fire",8,,HIGH,2026-12-31',
      "T-2,,'=1+1,,,MEDIUM,",
      `${made.id},Made on the board,,,,MEDIUM,`,
      '',
    ].join('\r\n');
    await soon(async () => expect(await fileIn(folder, 'tickets')).toBe(tickets));
    expect(await fileIn(folder, 'developers')).toBe(`${DEVELOPERS}\r\nAnn,Lead,7,0,0.8,SQL:5\r\n`);
    // Nobody waits for this one: the end does.
    await first.client.tickets.delete({ ticketId: made.id });
    await first.app.close();
    const atEnd = tickets.replace(/^[0-9a-f-]{36},.*\r\n/m, '');
    expect(await fileIn(folder, 'tickets')).toBe(atEnd);

    const before = await inDatabase(url, (db) => digestOf(db.sequelize));
    const again = await served(url, folder);
    expect(again.lines.some((line) => line.includes(ADMIN_EMAIL))).toBe(false);
    await again.app.close();
    expect(await inDatabase(url, (db) => digestOf(db.sequelize))).toEqual(before);

    const other = await aFolder({});
    for (const name of ['developers', 'tickets'])
      await copyFile(join(folder, `${name}.csv`), join(other, `${name}.csv`));
    const { url: empty } = await aMigratedDatabase(dialect);
    await (await served(empty, other)).app.close();
    expect(await fileIn(other, 'tickets')).toBe(atEnd);
    expect(await fileIn(other, 'developers')).toBe(await fileIn(folder, 'developers'));
    expect(await inDatabase(empty, findViolations)).toEqual([]);
  });

  it('loses nothing when it is killed before a change is written', async () => {
    const { url, folder } = await filesOf(dialect, 'id,description\nT-1,One\n');
    const first = await served(url, folder);
    const token = await firstSignIn(first);
    await first.app.close();
    const node = releaseLater(
      await startNodeProcess(
        { databaseUrl: url },
        {
          folder: await aFolder({}),
          args: [...programArgs('server/cli/baton.ts'), 'serve', '--csv', folder],
        },
      ),
    );
    const client = createClient({ url: node.url, token });
    const [ticket] = (await client.tickets.list({})).items;

    await client.tickets.update({ ticketId: ticket!.id, patch: { description: 'One, changed' } });
    await node.kill();

    expect(await fileIn(folder, 'tickets')).not.toContain('changed');
    await node.start();
    expect(await fileIn(folder, 'tickets')).toContain('"One, changed"');
    await node.stop();
    expect((await readdir(folder)).toSorted()).toEqual(['.baton', 'developers.csv', 'tickets.csv']);
  });

  it('takes over what somebody changes in a file, cell by cell, and keeps what was changed elsewhere', async () => {
    const { url, folder } = await filesOf(dialect, 'id,description,story_points\nT-1,One,1\nT-2,Two,2\nT-3,Three,3\n');
    const { app, client, ...rest } = await served(url, folder);
    await firstSignIn({ app, client, ...rest });
    const idOf = async (externalId: string) =>
      (await client.tickets.list({})).items.find((ticket) => ticket.externalId === externalId)!.id;
    const [one, two] = [await idOf('T-1'), await idOf('T-2')];
    const edited = (await fileIn(folder, 'tickets')).replace('One,1', 'One by hand,1').replace('Three,3', 'Three,5');

    // Both at once, in different cells of one ticket, and in another.
    await client.tickets.update({ ticketId: one, patch: { storyPoints: 13 } });
    await client.tickets.update({ ticketId: two, patch: { description: 'Two by the board' } });
    await writeFile(join(folder, 'tickets.csv'), `${edited}T-4,,Four,,,,\r\n`);

    const wanted = ['T-1,,One by hand,13,', 'T-2,Two,Two by the board,2,', 'T-3,,Three,5,', 'T-4,,Four,,,MEDIUM,'];
    await soon(async () => {
      const text = await fileIn(folder, 'tickets');
      for (const line of wanted) expect(text).toContain(`\n${line}`);
    });
    await app.close();
    expect(await inDatabase(url, findViolations)).toEqual([]);
  });

  it('leaves a file alone that cannot be taken over, until it is put right', async () => {
    const { url, folder } = await filesOf(dialect, 'id,description\nT-1,One\n');
    const { app, client, ...rest } = await served(url, folder);
    await firstSignIn({ app, client, ...rest });
    const [ticket] = (await client.tickets.list({})).items;
    const bad = `${TICKETS}\r\nT-1,,By hand,,,SOON,\r\nT-2,,New,,,,\r\n`;
    await writeFile(join(folder, 'tickets.csv'), bad);
    await client.tickets.update({ ticketId: ticket!.id, patch: { storyPoints: 5 } });
    const [ann] = (await client.developers.list({ text: 'Ann' })).items;
    await client.developers.update({ developerId: ann!.id, patch: { title: 'Lead' } });

    await soon(async () => expect(await fileIn(folder, 'developers')).toContain('Ann,Lead'));
    await app.close();
    expect(await fileIn(folder, 'tickets')).toBe(bad);
    await expect(served(url, folder)).rejects.toThrow('tickets.csv, line 2, priority: is none of LOW');
    expect(await fileIn(folder, 'tickets')).toBe(bad);

    await writeFile(join(folder, 'tickets.csv'), bad.replace('SOON', 'LOW'));
    const again = await served(url, folder);
    expect(await fileIn(folder, 'tickets')).toBe(`${TICKETS}\r\nT-1,,By hand,5,,LOW,\r\nT-2,,New,,,MEDIUM,\r\n`);
    await again.app.close();
  });

  it('is refused where something would be lost, and nothing is begun', async () => {
    const { url } = await aMigratedDatabase(dialect);
    const before = await inDatabase(url, (db) => digestOf(db.sequelize));
    const developers = `${DEVELOPERS}\nAnn,,,,,\n`;
    for (const [tables, why] of [
      [{}, 'holds neither developers.csv nor tickets.csv'],
      [{ tickets: 'id,description\nT-1,One\nT-1,Two\n' }, 'tickets.csv, line 3, id: repeats the id of line 2'],
      [{ developers, tickets: 'id,description,notes\nT-1,One,x\n' }, 'The column "notes" would be lost'],
      [{ developers, tickets: 'id,description\nT-1,"One\n' }, 'tickets.csv: The file is not readable as CSV'],
    ] as const) {
      const folder = await aFolder(tables);
      await expect(served(url, folder)).rejects.toThrow(why);
      for (const [name, text] of Object.entries(tables)) expect(await fileIn(folder, name)).toBe(text);
    }
    await expect(served(url, resolve('nowhere'))).rejects.toThrow('is not a folder');
    // The departments that every database begins with are there, and nobody.
    const tables = await inDatabase(url, (db) => digestOf(db.sequelize));
    expect(Object.keys(tables).filter((name) => tables[name]?.digest !== before[name]?.digest)).toEqual([
      'departments',
    ]);

    const folder = await aFolder({ developers });
    await (await served(url, folder)).app.close();
    expect(await fileIn(folder, 'tickets')).toBe(`${TICKETS}\r\n`);
    await expect(served(url, await aFolder({ developers }))).rejects.toThrow(`was begun from ${folder}`);
    const { url: used } = await aMigratedDatabase(dialect);
    const { app } = await served(used, await aFolder({ developers }));
    await app.close();
    await inDatabase(used, (db) => db.sequelize.query('UPDATE installation SET csv_mode = NULL'));
    await expect(served(used, folder)).rejects.toThrow('the database is not empty');
  });

  it('knows its own files whenever it ended, and what somebody made of them', async () => {
    const { url, folder } = await filesOf(dialect, 'id,description\nT-1,One\n');
    await (await served(url, folder)).app.close();
    const [file, base, next] = ['tickets.csv', '.baton/tickets.base.csv', '.baton/tickets.next.csv'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    const text = await readFile(file, 'utf8');
    const older = text.replace('One', 'Older');
    const states: readonly [string, () => Promise<void>][] = [
      [
        'prepared and not put',
        () =>
          writeFile(next, text)
            .then(() => put(file, older))
            .then(() => put(base, older)),
      ],
      ['put and not settled', () => put(base, older).then(() => writeFile(next, text))],
      [
        'put and not settled, and more has changed since',
        async () => {
          for (const copy of [file, next]) await put(copy, older);
          await put(base, text.replace('One', 'Oldest'));
        },
      ],
      ['half a draft', () => writeFile(join(folder, '.baton/tickets.draft.csv'), 'id,desc')],
      ['no file', () => rm(file)],
      ['no copies', () => rm(join(folder, '.baton'), { recursive: true })],
    ];
    for (const [state, make] of states) {
      await make();
      await (await served(url, folder)).app.close();
      expect([state, await readFile(file, 'utf8')]).toEqual([state, text]);
    }

    // Without its copy nobody knows what was changed.
    await rm(join(folder, '.baton'), { recursive: true });
    await put(file, older);
    await expect(served(url, folder)).rejects.toThrow('its copy in .baton is gone');
    expect(await readFile(file, 'utf8')).toBe(older);
    await rename(file, join(folder, 'mine.csv'));
    await (await served(url, folder)).app.close();
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});

async function put(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
}

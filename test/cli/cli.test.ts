import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { baton, batonProcess } from '../support/baton.js';
import { nodeEnv } from '../support/node.js';
import { aDatabase, describeEachDialect } from '../support/services.js';
import { openTestDatabase } from '../support/database.js';
import { adHoc } from '../../server/db/statement.js';

const MINUTE = 60_000;
const root = resolve('.');

const nowhere = 'sqlite:./nothing.db';

describe('the command line', { timeout: 2 * MINUTE }, () => {
  it('shows its help, and each command’s with examples', async () => {
    const help = await batonProcess(nowhere, '--help');
    const version = await batonProcess(nowhere, '--version');
    const each = [
      await baton(nowhere, 'import --help'),
      await baton(nowhere, 'sync tickets --help'),
      await baton(nowhere, 'db reset --help'),
    ];

    expect(help.code).toBe(0);
    for (const command of ['serve', 'db', 'seed', 'import', 'sync', 'admin', 'health'])
      expect(help.out).toContain(`\n  ${command} `);
    expect(version).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
    for (const { code, out } of each) expect([code, out]).toEqual([0, expect.stringMatching(/Examples?:/)]);
    for (const tracker of ['jira', 'github', 'gitlab', 'linear', 'zendesk'])
      expect(each[0]?.out).toMatch(new RegExp(`^  ${tracker} +(CSV|JSON): `, 'm'));
  });

  it.each([
    ['', 'Usage: baton'],
    ['db', 'Usage: baton db'],
    ['sevre', "baton: unknown command 'sevre'"],
    ['seed --tickets many', 'It is a whole number up to 2000000'],
    ['import log.csv', "baton: required option '--map <mapping>' not specified"],
    ['import log.csv --map x.json --project sup', 'A key is 2 to 10 of A-Z and 0-9'],
    ['db create-migration Nice_Name', 'is not a name such as add-ticket-due-date'],
    ['db reset', 'baton db reset --yes'],
    ['db reset --yes', 'baton db reset --yes --force', { NODE_ENV: 'production' }],
  ])('ends "%s" with 2 and says what to do', async (args, words, env?: Record<string, string>) => {
    const { code, err, out } = await baton(nowhere, args, env);

    expect(err).toContain(words);
    expect([code, out]).toEqual([2, '']);
  });

  it.each([
    ['--json', 'a command is missing'],
    ['--json db', 'a command is missing'],
    ['sevre --json', "unknown command 'sevre'"],
    ['seed --json --colour', "unknown option '--colour'"],
    ['import --json log.csv', "required option '--map <mapping>' not specified"],
    ['db cleanup --days-old many --json', 'It is a whole number from 1'],
  ])('tells a machine what is wrong with "%s" as it tells everything, as one JSON document', async (args, words) => {
    const { code, json } = await baton(nowhere, args);

    expect(json).toEqual({ error: { code: 'USAGE', message: expect.stringContaining(words) as string } });
    expect(code).toBe(2);
  });

  it('tells a machine also why it does not serve', async () => {
    const { code, json } = await batonProcess(nowhere, 'serve --json', { PORT: 'many' });

    expect(json).toEqual({
      error: { code: 'REFUSED', message: expect.stringContaining('PORT is not a whole number') as string },
    });
    expect(code).toBe(78);
  });

  it('ends as a process as it does here', async () => {
    const [here, alone] = [await baton(nowhere, 'sevre'), await batonProcess(nowhere, 'sevre')];

    expect(alone).toMatchObject({ code: 2, out: '', err: here.err });
  });

  it('refuses a bad configuration with 78, naming it', async () => {
    const setting = await batonProcess('mysql://somewhere', 'db status');
    const demo = await baton(nowhere, 'db status', { DB_POOL_SIZE: 'many' });

    expect(setting).toMatchObject({ code: 78, err: expect.stringContaining('DATABASE_URL') as string });
    expect(demo).toMatchObject({ code: 78, err: expect.stringContaining('DB_POOL_SIZE') as string });
  });

  it('writes a migration into the sources', async () => {
    const { code, err } = await baton(nowhere, 'db create-migration add-colour');

    expect([code, err]).toEqual([2, expect.stringContaining('no folder migrations here')]);
    const before = await readdir('migrations');
    const made = await new Promise<string>((done) => {
      execFile(
        process.execPath,
        ['--import', 'tsx', 'server/cli/baton.ts', 'db', 'create-migration', 'add-colour', '--json'],
        { env: nodeEnv({ databaseUrl: nowhere }) },
        (_, out) => done((JSON.parse(out) as { file: string }).file),
      );
    });
    expect(made).toMatch(/^migrations\/\d{8}T\d{4}-add-colour\.ts$/);
    await rm(made);
    expect(await readdir('migrations')).toEqual(before);
  });
});

describe('the command line on SQLite', () => {
  it('takes a database from nothing to generated tickets and back', { timeout: 5 * MINUTE }, async () => {
    const { url } = await aDatabase('sqlite');
    const run = (args: string, env?: Record<string, string>) => baton(url, args, env);
    const runProcess = (args: string) => batonProcess(url, args);

    expect(await run('seed')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Run: baton db migrate') as string,
    });
    const pending = (await runProcess('db status --json')).json as { executed: string[]; pending: string[] };
    expect(pending.executed).toEqual([]);
    expect((await runProcess('db migrate --json')).json).toEqual({ ran: pending.pending });
    expect((await run('--json db status')).json).toEqual({ executed: pending.pending, pending: [], unknown: [] });

    expect(await run('seed --demo', { NODE_ENV: 'production' })).toMatchObject({ code: 78 });
    const seeded = { departments: true, people: true, demo: false, tickets: { made: 30, existing: 0 } };
    expect((await runProcess('seed --tickets 30 --json')).json).toMatchObject(seeded);

    const health = await runProcess('health --json');
    expect(health).toMatchObject({
      code: 0,
      json: { healthy: true, database: { ok: true }, migrations: { ok: true } },
    });

    const [last] = pending.pending.slice(-1);
    expect((await runProcess('db rollback --json')).json).toEqual({ rolledBack: [last] });
    expect(await run('health')).toMatchObject({
      code: 1,
      out: expect.stringContaining('1 pending: baton db migrate') as string,
    });
    expect(await run('db rollback --to nothing')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing has not been executed') as string,
    });
  });
});

describeEachDialect('the command line on a database', (dialect) => {
  /** Each command once as people run it: there a connection that is left open would keep it from ending. */
  const asPeopleDo = dialect === 'postgres' ? batonProcess : baton;

  it('makes it, makes its first administrator, and throws it away', { timeout: 3 * MINUTE }, async () => {
    const { url } = await aDatabase(dialect);
    const run = (args: string) => asPeopleDo(url, args);

    expect((await run('db init --json')).json).toMatchObject({ seeded: ['20261122T1000-default-departments'] });
    const admin = (await run('admin create Ada@Example.com --json')).json as { email: string; password: string };
    expect(admin).toEqual({
      email: 'ada@example.com',
      password: expect.stringMatching(/^(\w{4}-){3}\w{4}$/) as string,
    });
    expect(await baton(url, 'admin create ada@example.com --json')).toMatchObject({
      code: 1,
      json: { error: { code: 'DUPLICATE' } },
      err: expect.stringContaining('exists already') as string,
    });
    expect(await run('db reset --yes')).toMatchObject({ code: 0 });

    const db = openTestDatabase(url);
    const count = async (table: string) =>
      Number((await db.all<{ n: string }>(adHoc(`SELECT count(*) AS n FROM ${table}`), []))[0]?.n);
    expect([await count('users'), await count('departments')]).toEqual([0, 6]);
    await db.close();
  });

  it('imports a log, and lists what did not fit in a file', { timeout: 3 * MINUTE }, async () => {
    const { url } = await aDatabase(dialect);
    await baton(url, 'db init');
    await baton(url, 'admin create ada@example.com');
    const report = join(await mkdtemp(join(inject('runFolder'), 'report-')), 'misfits.jsonl');
    const order = `import ${join(root, 'test/import/smallLog.csv')} --map ${join(root, 'imports/helpdesk.json')} --report ${report}`;

    const rehearsed = await baton(url, `${order} --dry-run`);
    const imported = await asPeopleDo(url, `${order} --project DESK --json`);
    const again = await baton(url, `${order} --project DESK --json`);

    expect(rehearsed).toMatchObject({
      code: 0,
      out: expect.stringContaining('Dry run: nothing was written.') as string,
    });
    expect(rehearsed.out).toMatch(/line +column +value +reason\n33 +Activity +Coffee +is not among/);
    expect(imported.json).toMatchObject({ dryRun: false, ticketsCreated: 9, misfits: 8, alreadyDone: 0 });
    expect(again.json).toMatchObject({ ticketsCreated: 0, changed: 0, alreadyDone: 28 });
    const { readFile } = await import('node:fs/promises');
    const lines = (await readFile(report, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number });
    expect(lines.map(({ line }) => line)).toEqual([33, 34, 35, 36, 37, 38, 39, 40]);
    const issues = join(root, 'test/import/trackers/github.json');
    const tracked = await baton(url, `import ${issues} --map github --project KITE --json`);
    expect(tracked).toMatchObject({ code: 0, json: { dryRun: false, recordsRead: 3, created: 2, passedOver: 1 } });
  });
});

describe('a report that cannot be written', () => {
  it.each([
    ['import', 'import small.json --map github --project KITE'],
    ['sync', 'sync tickets plan.csv --project SUP'],
  ])('ends "%s" before anything is done, with one JSON document', { timeout: 3 * MINUTE }, async (_, order) => {
    const { url } = await aDatabase('sqlite');
    await baton(url, 'db init');
    const { code, json } = await baton(url, `${order} --report /nowhere/at/all --json`);

    expect(json).toEqual({ error: { code: 'FAILED', message: expect.stringMatching(/nowhere.*ENOENT/) as string } });
    expect(code).toBe(1);
  });
});

describe('a mapping that is wrong', () => {
  it('ends the import with one line', { timeout: MINUTE }, async () => {
    const { url } = await aDatabase('sqlite');
    await baton(url, 'db init');
    const map = join(await mkdtemp(join(inject('runFolder'), 'map-')), 'map.json');
    await writeFile(map, '{"name":"Old"}');

    const { code, err, out } = await baton(url, `import nothing.csv --map ${map}`);

    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^baton: The mapping .*map\.json is refused: name: .*\n$/);
  });
});

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { aDemoSite } from './realServer.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const sdk = resolve('client-sdk');
const typescript = resolve('node_modules/typescript/bin/tsc');

/** A project elsewhere that installed the client, and has nothing besides what that asks for. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-consumer-'));
  const unpacked = join(folder, 'node_modules/@baton/client');
  await mkdir(unpacked, { recursive: true });
  await run(process.execPath, [join(sdk, 'build.mjs')]);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: sdk });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await run('tar', ['-xzf', join(folder, tarball), '-C', unpacked, '--strip-components=1']);
  // ws for the snippets of the README, and its types.
  for (const name of ['@trpc', 'ws', '@types']) {
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
  await writeFile(join(folder, 'package.json'), '{ "name": "consumer", "type": "module" }');
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The files, of these named by their text, about which the compiler complains in a project as strict as can be. */
async function complaints(files: Record<string, string>, module = 'nodenext'): Promise<Record<string, string[]>> {
  const compilerOptions = {
    module,
    moduleResolution: module === 'nodenext' ? 'nodenext' : 'bundler',
    target: 'es2022',
    lib: ['ES2023', 'DOM'],
    types: [],
    noEmit: true,
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  };
  const names = Object.keys(files);
  await Promise.all(names.map((name, index) => writeFile(join(folder, `file${index}.ts`), files[name] ?? '')));
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions, files: names.map((_, index) => `file${index}.ts`) }));
  const { stdout } = await run(process.execPath, [typescript, '-p', project], { cwd: folder }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const lines = stdout.split('\n').filter((line) => line.includes('error TS'));
  const about = (index: number) => lines.filter((line) => line.startsWith(`file${index}.ts`));
  const elsewhere = lines.filter((line) => !/^file\d+\.ts/.test(line));
  return { ...Object.fromEntries(names.map((name, index) => [name, about(index)])), elsewhere };
}

const rightUse = `
import { createClient, isBatonError, saveAssignments, ticketStatuses } from '@baton/client';
import type { ProjectEvent, Ticket, TicketStatus } from '@baton/client';

const client = createClient({ url: 'http://localhost:4000' });
const title = (event: ProjectEvent): string =>
  event.type === 'ticket.created' ? event.payload.ticket.title : event.type;

export async function use(): Promise<void> {
  await client.login({ email: 'a@b.c', password: 'x' });
  const { items, nextCursor } = await client.tickets.list({ status: ['OPEN'], sort: { by: 'priority', dir: 'desc' } });
  const first: Ticket | undefined = items[0];
  const status: TicketStatus = first?.status ?? ticketStatuses[0];
  const reply = await client.assignments.claim({ ticketId: first?.id ?? '' }, { signal: new AbortController().signal });
  const [saved] = await saveAssignments(client, [{ ticketId: reply.ticketId, assigneeId: reply.assigneeId }]);
  const stream = client.live.project({ projectId: 'p' }, { onEvent: (e) => title(e), onError: (e) => e.code });
  for await (const item of client.live.me()) if (item.kind === 'event' && item.type === 'member.added') item.payload.role;
  try {
    await client.tickets.update({ ticketId: 't', patch: { status, priority: 'HIGH' }, expectedVersion: 3 });
  } catch (error) {
    if (isBatonError(error, 'CONFLICT')) error.details['holderName'];
  }
  const texts: (string | null | undefined)[] = [nextCursor, saved?.reason, stream.cursor];
  if (texts.length > 9) stream.stop();
}
`;

describe('the package', () => {
  it('has the API of its committed report; when it is meant to change: npm run sdk', async () => {
    const [built, reported] = await Promise.all(
      ['dist/index.d.ts', 'API.md'].map((name) => readFile(join(sdk, name), 'utf8')),
    );

    expect(reported).toContain(`\`\`\`ts\n${built}\`\`\`\n`);
  });

  it.each(['nodenext', 'esnext'])('can be used with the strictest of settings (module %s)', async (module) => {
    expect(await complaints({ rightUse }, module)).toEqual({ rightUse: [], elsewhere: [] });
  });

  it('does not let mistakes pass', async () => {
    const mistakes = {
      'a field that does not exist': `client.tickets.list({ colour: 'red' })`,
      'a word that does not exist': `client.tickets.list({ status: ['DONE'] })`,
      'a missing field': `client.assignments.claim({})`,
      'a wrong type': `client.tickets.get({ ticketId: 7 })`,
      'a verb that does not exist': `client.tickets.explode({})`,
      'a field of a reply that does not exist': `client.me().then((me) => me.password)`,
      'handling tokens oneself': `client.auth.refresh({ refreshToken: 'x' })`,
      'an event that does not exist': `client.live.me({}, { onEvent: (e) => e.type === 'ticket.exploded' })`,
    };
    const start = `import { createClient } from '@baton/client';\nconst client = createClient();\n`;
    const files = Object.fromEntries(
      Object.entries(mistakes).map(([name, wrong]) => [name, `${start}export const wrong = ${wrong};\n`]),
    );

    const found = await complaints(files);

    const counts = Object.entries(found).map(([name, lines]) => [name, lines.length]);
    expect(Object.fromEntries(counts)).toEqual({
      ...Object.fromEntries(Object.keys(mistakes).map((name) => [name, 1])),
      elsewhere: 0,
    });
  });

  it('names nothing of the server or of its tools', async () => {
    const dist = join(folder, 'node_modules/@baton/client/dist');
    const [types, code] = await Promise.all(
      ['index.d.ts', 'index.js'].map((name) => readFile(join(dist, name), 'utf8')),
    );
    const bare = types?.replaceAll(/\/\*[^]*?\*\//g, '');

    expect(bare?.match(/zod|sequelize|trpc|server|\bfrom '|\bimport\b|\bany\b/gi)).toBeNull();
    expect([...(code ?? '').matchAll(/ from ["']([^"']+)["']/g)].map(([, name]) => name)).toEqual(['@trpc/client']);
    expect(code?.match(/zod|sequelize/gi)).toBeNull();
  });

  it('holds what it needs and nothing else', async () => {
    const names = await readdir(join(folder, 'node_modules/@baton/client'), { recursive: true });
    const { messages } = await publint({ pkgDir: join(folder, 'node_modules/@baton/client') });

    expect(names.filter((name) => !name.endsWith('.map')).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'dist',
      'dist/index.cjs',
      'dist/index.d.cts',
      'dist/index.d.ts',
      'dist/index.js',
      'LICENSE',
      'package.json',
      'README.md',
    ]);
    expect(messages).toEqual([]);
  });

  it('has the version of the server', async () => {
    const version = async (path: string) => (JSON.parse(await readFile(path, 'utf8')) as { version: string }).version;

    expect(await version('client-sdk/package.json')).toBe(await version('package.json'));
  });

  it.each([
    ['an ES module', 'use.mjs', `import { createClient, ticketStatuses } from '@baton/client';`],
    ['CommonJS', 'use.cjs', `const { createClient, ticketStatuses } = require('@baton/client');`],
  ])('runs as %s', async (_, name, first) => {
    const lines = `${first}\nconst client = createClient({ url: 'http://localhost:1', attempts: 1 });
client.me().catch((error) => console.log(error.code, typeof client.tickets.list, ticketStatuses.length));\n`;
    await writeFile(join(folder, name), lines);

    const { stdout } = await run(process.execPath, [join(folder, name)]);

    expect(stdout.trim()).toBe('UNAVAILABLE function 5');
  });
});

describe('the README', () => {
  const snippets = async (): Promise<string[]> => {
    const text = await readFile(join(folder, 'node_modules/@baton/client/README.md'), 'utf8');
    return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code ?? '');
  };

  it('shows what compiles', async () => {
    const found = await complaints(Object.fromEntries((await snippets()).map((code) => [code, code])));

    expect(Object.values(found).flat()).toEqual([]);
  });

  it('shows what runs', async () => {
    const port = await aDemoSite();

    for (const [index, code] of (await snippets()).entries()) {
      const file = join(folder, `snippet${index}.ts`);
      await writeFile(file, code.replaceAll('127.0.0.1:4000', `127.0.0.1:${port}`));
      const { stdout } = await run(process.execPath, [
        '--import',
        resolve('node_modules/tsx/dist/esm/index.mjs'),
        file,
      ]);
      const [, promised] = /console\.log\(.*\); \/\/ (.*)$/m.exec(code) ?? [];
      if (promised !== undefined) expect(stdout.trim()).toBe(promised);
    }
  }, 120_000);
});

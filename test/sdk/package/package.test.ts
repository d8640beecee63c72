import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDemoSite } from '../realServer.js';
import { aConsumer, complaints, removed, run, sdk } from './consumer.js';

/** A project that installed the client, and has nothing besides what that asks for, and ws for the snippets of the README. */
let folder: string;

beforeAll(async () => {
  folder = await aConsumer(['@trpc', 'ws', 'react', 'react-dom', '@tanstack', '@types', 'csstype']);
}, 300_000);

afterAll(() => removed(folder));

const dist = 'node_modules/@baton/client/dist';
const entries = ['index', 'react', 'tanstack'];

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
  it('is built by whoever packs a fresh checkout, as its README says', async () => {
    const { scripts } = JSON.parse(await readFile(join(sdk, 'package.json'), 'utf8')) as { scripts?: object };

    expect(scripts).toEqual({ prepack: 'node build.mjs' });
  });

  it.each(entries)(
    'has the API of its committed report; when it is meant to change: npm run sdk (%s)',
    async (name) => {
      const [built, reported] = await Promise.all(
        [join(folder, dist, `${name}.d.ts`), join(sdk, 'API.md')].map((path) => readFile(path, 'utf8')),
      );

      expect(reported).toContain(`\`\`\`ts\n${built}\`\`\`\n`);
    },
  );

  it.each(['nodenext', 'esnext'])('can be used with the strictest of settings (module %s)', async (module) => {
    expect(await complaints(folder, { rightUse }, { module })).toEqual({ rightUse: [], elsewhere: [] });
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

    const found = await complaints(folder, files);

    const counts = Object.entries(found).map(([name, lines]) => [name, lines.length]);
    expect(Object.fromEntries(counts)).toEqual({
      ...Object.fromEntries(Object.keys(mistakes).map((name) => [name, 1])),
      elsewhere: 0,
    });
  });

  it.each([
    ['index', [], ['@trpc/client']],
    ['react', ['@baton/client', 'react'], ['@baton/client', 'react']],
    ['tanstack', ['@baton/client', '@tanstack/react-query'], []],
  ])('names nothing of the server or of its tools in %s', async (name, namedByTypes, namedByCode) => {
    const [types, code] = await Promise.all(
      [`${name}.d.ts`, `${name}.js`].map((file) => readFile(join(folder, dist, file), 'utf8')),
    );
    const bare = (types ?? '').replaceAll(/\/\*[^]*?\*\//g, '');
    const imported = (text: string) =>
      [...new Set([...text.matchAll(/ from ["']([^"']+)["']/g)].map(([, from]) => from))].toSorted((a, b) =>
        (a ?? '').localeCompare(b ?? ''),
      );

    expect(imported(bare)).toEqual(namedByTypes);
    expect(bare.match(/zod|sequelize|trpc|server|\bimport\(/gi)).toBeNull();
    expect(bare.match(/\bany\b/g)).toBeNull();
    expect(imported(code ?? '')).toEqual(namedByCode);
    expect(code?.match(/zod|sequelize/gi)).toBeNull();
  });

  it('holds what it needs and nothing else', async () => {
    const names = await readdir(join(folder, 'node_modules/@baton/client'), { recursive: true });
    const { messages } = await publint({ pkgDir: join(folder, 'node_modules/@baton/client') });

    expect(names.filter((name) => !name.endsWith('.map')).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'dist',
      ...entries.flatMap((name) => ['cjs', 'd.cts', 'd.ts', 'js'].map((extension) => `dist/${name}.${extension}`)),
      'LICENSE',
      'package.json',
      'react',
      'react/package.json',
      'README.md',
      'tanstack',
      'tanstack/package.json',
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
    return [...text.matchAll(/^```tsx?\n([^]*?)^```$/gm)].map(([, code]) => code ?? '');
  };

  it('shows what compiles', async () => {
    const found = await complaints(folder, Object.fromEntries((await snippets()).map((code) => [code, code])));

    expect(Object.values(found).flat()).toEqual([]);
  });

  it('shows what runs', async () => {
    const port = await aDemoSite();

    for (const [index, code] of (await snippets()).entries()) {
      const file = join(folder, `snippet${index}.mjs`);
      const here = code.replaceAll('127.0.0.1:4000', `127.0.0.1:${port}`);
      await writeFile(file, (await transform(here, { loader: 'tsx', jsx: 'automatic', target: 'es2022' })).code);
      const { stdout } = await run(process.execPath, [file]);
      const [, promised] = /console\.log\(.*\); \/\/ (.*)$/m.exec(code) ?? [];
      if (promised !== undefined) expect(stdout.trim()).toBe(promised);
    }
  }, 120_000);
});

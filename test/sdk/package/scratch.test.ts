import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSite, signedIn } from '../realServer.js';
import { PASSWORD } from '../../support/world.js';
import { run, thePackage } from './consumer.js';

const typescript = resolve('node_modules/typescript/bin/tsc');
/** What the project asks for besides the client, and what those need; from here, so that no registry is. */
const packages = ['@trpc/client', '@trpc/server', 'ws', '@types/ws', '@types/node', 'undici-types'];

const source = `
import { createClient, type TicketListState } from '@baton/client';
import { WebSocket } from 'ws';

/** Follows a board until it shows the title. */
export async function follow(url: string, email: string, password: string, projectId: string, title: string): Promise<string> {
  const client = createClient({ url, WebSocket });
  await client.login({ email, password });
  const board = client.tickets.live({ projectId });
  const shown = await new Promise<TicketListState>((resolve) => {
    const look = () => board.getSnapshot().items.some((ticket) => ticket.title === title) && resolve(board.getSnapshot());
    board.subscribe(look);
    console.log('following');
  });
  client.close();
  return shown.items.map(({ title, status }) => title + ' ' + status).join();
}
`;

/** A project made by hand in an empty folder, as others make theirs. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-scratch-'));
  await writeFile(join(folder, 'package.json'), '{ "name": "scratch", "private": true, "type": "module" }');
  await writeFile(join(folder, 'follow.ts'), source);
  const here = packages.map((name) => resolve('node_modules', name));
  // No registry is asked for the peers of what is named, either: those that matter are named.
  const how = ['--offline', '--legacy-peer-deps', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...how, await thePackage(), ...here], { cwd: folder });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const strict = '--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --target es2022 --types node';

function compile(module: string, skipLibCheck: boolean): Promise<string> {
  const how = `--module ${module === 'bundler' ? 'esnext' : module} --moduleResolution ${module} --skipLibCheck ${skipLibCheck}`;
  const options = `follow.ts --outDir built ${strict} ${how}`.split(' ');
  return run(process.execPath, [typescript, ...options], { cwd: folder }).then(
    () => '',
    (error: unknown) => (error as { stdout: string }).stdout,
  );
}

describe('a project made by hand', () => {
  it.each([
    ['nodenext', false],
    ['nodenext', true],
    ['bundler', false],
    ['bundler', true],
  ] as const)('compiles with %s, skipLibCheck %s', async (module, skipLibCheck) => {
    expect(await compile(module, skipLibCheck)).toBe('');
  });

  it('follows a board', async () => {
    const { port, people, projectId } = await aSite();
    const admin = await signedIn(port, people.admin);
    expect(await compile('nodenext', false)).toBe('');
    const words = [`http://127.0.0.1:${port}`, people.agent.email, PASSWORD, projectId, 'Door is stuck'];
    const code = `const { follow } = await import(${JSON.stringify(join(folder, 'built/follow.js'))});
console.log(await follow(...${JSON.stringify(words)}));`;

    const following = run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder });
    await new Promise((said) => following.child.stdout?.once('data', said));
    await admin.tickets.create({ projectId, title: 'Door is stuck' });

    expect((await following).stdout).toBe('following\nDoor is stuck OPEN\n');
  });
});

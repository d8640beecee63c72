import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { until } from '../realtime/liveWorld.js';
import { aMigratedDatabase } from '../support/database.js';
import { signIn } from '../support/people.js';
import { freePort } from '../support/childService.js';
import { anApp, upgrade, Wire, type LiveApp } from './anApp.js';

describe('a server that stops', () => {
  let app: LiveApp;
  let token: string;
  beforeEach(async () => {
    app = await anApp('sqlite');
    token = (await signIn(app, app.admin)).accessToken;
  });
  afterEach(() => app.close());

  it('answers the calls that have begun, over HTTP and the socket, and closes sockets with 1001', async () => {
    const idle = await Wire.open(app.ws, token);
    const busy = await Wire.open(app.ws, token);
    const stream = idle.begin('subscription', 'live.me');
    await Promise.all([idle.answer(stream), busy.call('query', 'auth.me')]);
    // SQLite has one writer: while the test is it, mutations wait.
    const held = await app.db.sequelize.transaction();
    const bySocket = busy.begin('mutation', 'departments.create', { name: 'By socket' });
    const byHttp = fetch(`${app.http}/trpc/departments.create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ name: 'By HTTP' }),
    });
    await new Promise((resolve) => setTimeout(resolve, 200));

    const begun = performance.now();
    const stopping = app.close();
    const { code: idleCode } = await idle.closed;
    const newcomer = await upgrade(app.http).then(
      ({ status }) => status,
      () => 'refused',
    );
    const late = busy.begin('mutation', 'departments.create', { name: 'Too late' });
    await held.rollback();
    const [reply, { code }, response] = [await busy.answer(bySocket), await busy.closed, await byHttp];
    await stopping;
    const ms = performance.now() - begun;

    expect([idleCode, code]).toEqual([1001, 1001]);
    expect(reply.result?.data.name).toBe('By socket');
    expect(response.status).toBe(200);
    expect(['refused', 503, NaN]).toContain(newcomer);
    expect(busy.frames.some(({ id }) => id === late)).toBe(false);
    expect(ms).toBeLessThan(5_000);
  });

  it('sends its sockets away a few at a time, so that they do not all arrive elsewhere at once', async () => {
    const wires = await Promise.all(Array.from({ length: 100 }, () => Wire.open(app.ws, token)));
    const closedAt: number[] = [];
    const codes = wires.map(async ({ closed }) => {
      const { code } = await closed;
      closedAt.push(performance.now());
      return code;
    });

    await app.close();

    expect(new Set(await Promise.all(codes))).toEqual(new Set([1001]));
    // Five steps of 20 ms: four waits between them.
    expect(closedAt.at(-1)! - closedAt[0]!).toBeGreaterThan(60);
  });

  it('ends within 10 seconds when a call does not', async () => {
    const wire = await Wire.open(app.ws, token);
    await wire.call('query', 'auth.me');
    const held = await app.db.sequelize.transaction();
    wire.begin('mutation', 'departments.create', { name: 'Stuck' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const release = setTimeout(() => void held.rollback(), 9_000);

    const begun = performance.now();
    const stopping = app.close();
    await wire.closed;
    const ms = performance.now() - begun;
    await stopping;
    clearTimeout(release);

    expect(ms).toBeLessThan(9_500);
  }, 20_000);
});

describe('the program', () => {
  const children: ChildProcess[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  const run = async (env: Record<string, string>) => {
    const folder = await mkdtemp(join(inject('runFolder'), 'program-'));
    const here = (path: string) => join(process.cwd(), path);
    const command = [
      here('node_modules/tsx/dist/cli.mjs'),
      '--tsconfig',
      here('tsconfig.json'),
      here('server/main.ts'),
    ];
    const child = spawn(process.execPath, command, {
      cwd: folder,
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', PORT: String(await freePort()), ...env },
    });
    children.push(child);
    const output = { text: '' };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output.text += String(chunk)));
    const exit = once(child, 'exit').then(([code]) => code as number | null);
    return { child, output, exit };
  };

  it('serves, tells the demo logins on its first run only, and exits 0 on SIGTERM', async () => {
    const folder = await mkdtemp(join(inject('runFolder'), 'first-run-'));
    const env = { DATABASE_URL: `sqlite:${join(folder, 'baton.db')}` };

    const first = await run(env);
    await until(
      () => first.output.text.includes('admin@company.com'),
      60_000,
      () => first.output.text,
    );
    const url = /http:\S+/.exec(first.output.text)?.[0] ?? '';
    const wire = await Wire.open(url.replace('http', 'ws') + 'trpc');
    first.child.kill('SIGTERM');
    const [{ code }, status] = await Promise.all([wire.closed, first.exit]);
    const second = await run(env);
    await until(
      () => second.output.text.includes('Baton serves'),
      60_000,
      () => second.output.text,
    );
    second.child.kill('SIGINT');

    expect(first.output.text).toContain('password');
    expect([code, status, await second.exit]).toEqual([1001, 0, 0]);
    expect(second.output.text).not.toContain('admin@company.com');
  }, 120_000);

  it('exits 78 in production while a demo user is active', async () => {
    const { url } = await aMigratedDatabase('sqlite');
    const app = await anApp('sqlite', { databaseUrl: url });
    await app.db.sequelize.query('UPDATE users SET is_demo = 1');
    await app.close();

    const { exit, output } = await run({
      NODE_ENV: 'production',
      JWT_SECRET: 'a secret of tests, long enough for HS256',
      DATABASE_URL: app.config.databaseUrl,
    });

    expect(await exit).toBe(78);
    expect(output.text).toContain('demo user');
  });
});

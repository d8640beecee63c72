import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createClient, type BatonClient } from '../../../client-sdk/src/index.js';
import { startBrowser } from '../../e2e/browser.js';
import { describeWith } from '../../support/services.js';
import { aServedFolder } from '../aServedFolder.js';
import { aDemoSite } from '../realServer.js';
import { aConsumer, complaints, removed, sdk } from './consumer.js';

let folder: string;
beforeAll(async () => {
  folder = await aConsumer(['@trpc', 'ws', 'react', 'react-dom', 'scheduler', '@types', 'csstype']);
}, 300_000);
afterAll(() => removed(folder));

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
const credentials = { email: 'agent@company.com', password: 'password' };

/** The lead, who makes tickets while an example looks on. */
async function aLead(port: number): Promise<{ lead: BatonClient; projectId: string }> {
  const lead = createClient({ url: `http://127.0.0.1:${port}`, WebSocket });
  onTestFinished(() => lead.close());
  await lead.login({ email: 'lead@company.com', password: 'password' });
  const [project] = (await lead.projects.list({})).items;
  return { lead, projectId: project?.id ?? '' };
}

describe('the example for Node', () => {
  it('prints the board at each change, and ends on Ctrl-C', async () => {
    const port = await aDemoSite();
    const { lead, projectId } = await aLead(port);
    await cp(join(sdk, 'examples/node'), folder, { recursive: true });
    const { email, password } = credentials;
    const child = spawn(process.execPath, ['board.mjs'], {
      cwd: folder,
      env: { ...process.env, BATON_URL: `http://127.0.0.1:${port}`, BATON_EMAIL: email, BATON_PASSWORD: password },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let printed = '';
    for (const output of [child.stdout, child.stderr]) output.on('data', (chunk) => (printed += String(chunk)));
    await until(() => expect(printed).toContain('2 to do (live)'));

    await lead.tickets.create({ projectId, title: 'Door is stuck', priority: 'URGENT' });
    await until(() => expect(printed).toMatch(/3 to do \(live\)\n\S+ {2}URGENT {2}Door is stuck\n/));
    const ended = once(child, 'exit');
    child.kill('SIGINT');

    expect(await ended).toEqual([0, null]);
    expect(printed).toContain('Signed in as Ana Agent.');
  });
});

describeWith('chromium')('the examples for a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens the page of a served folder, and signs in there. */
  async function signedInAt(page: Page): Promise<void> {
    await page.getByLabel('Email').fill(credentials.email);
    await page.getByLabel('Password').fill(credentials.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function opened(place: (folder: string) => Promise<unknown>) {
    const pages = await aServedFolder();
    onTestFinished(() => pages.close());
    await place(pages.folder);
    const port = await aDemoSite({ allowedOrigins: pages.origin });
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    page.setDefaultTimeout(15_000);
    const complained: string[] = [];
    page.on('pageerror', ({ message }) => complained.push(message));
    await page.goto(`${pages.origin}/?server=http://127.0.0.1:${port}`);
    return { page, complained, ...(await aLead(port)) };
  }

  it('runs without a bundler', async () => {
    const { page, complained, lead, projectId } = await opened(async (served) => {
      await cp(join(sdk, 'examples/page'), served, { recursive: true });
      await cp(join(folder, 'node_modules/@baton'), join(served, 'node_modules/@baton'), { recursive: true });
      await cp('node_modules/@trpc', join(served, 'node_modules/@trpc'), { recursive: true });
    });

    await signedInAt(page);
    await page.getByText('2 open (live)').waitFor();
    await lead.tickets.create({ projectId, title: 'Door is stuck' });
    await page.getByRole('listitem').filter({ hasText: 'Door is stuck' }).waitFor();

    expect(await page.getByText('3 open (live)').count()).toBe(1);
    expect(complained).toEqual([]);
  });

  it('runs as a React application', async () => {
    const app = join(folder, 'app');
    await cp(join(sdk, 'examples/react'), app, { recursive: true });
    const { page, complained, lead, projectId } = await opened((outDir) =>
      build({
        configFile: false,
        root: app,
        logLevel: 'warn',
        plugins: [react()],
        build: { outDir, emptyOutDir: false },
      }),
    );

    await signedInAt(page);
    await page.getByText('2 open (live)').waitFor();
    const { id } = await lead.tickets.create({ projectId, title: 'Door is stuck' });
    const row = page.getByRole('listitem').filter({ hasText: 'Door is stuck' });
    await row.getByRole('button', { name: 'Claim' }).click();
    await row.filter({ hasText: 'Ana Agent' }).waitFor();

    await until(async () => expect((await lead.tickets.get({ ticketId: id })).assignments).toHaveLength(1));
    expect(complained).toEqual([]);
  });

  it('are written in types that hold', async () => {
    const main = await readFile(join(sdk, 'examples/react/main.tsx'), 'utf8');

    expect(await complaints(folder, { main }, { module: 'esnext' })).toEqual({ main: [], elsewhere: [] });
  });
});

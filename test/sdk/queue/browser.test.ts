import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type * as Sdk from '../../../client-sdk/src/index.js';
import { startBrowser } from '../../e2e/browser.js';
import { describeWith } from '../../support/services.js';
import { PASSWORD } from '../../support/world.js';
import { aProxy, aSite, signedIn, type Site } from '../realServer.js';

declare global {
  interface Window {
    baton: typeof Sdk;
    client: Sdk.BatonClient;
    list: Sdk.TicketList;
  }
}

/** How much longer there is no network: OFFLINE_SECONDS=60 for as long as a tunnel. */
const OFFLINE_S = Number(process.env['OFFLINE_SECONDS'] ?? 0);
const html = `<!doctype html><script type="module">import * as baton from '/sdk.js'; window.baton = baton;</script>`;
const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 30_000, interval: 20 });
const waiting = (page: Page) => page.evaluate(() => window.client.queue.get().waiting.length);
const titles = (page: Page) => page.evaluate(() => window.list.getSnapshot().items.map(({ title }) => title));

describeWith('chromium')('a queue in a browser', () => {
  let browser: Browser;
  let sdk: string;
  beforeAll(async () => {
    [browser, sdk] = await Promise.all([
      // The page comes from nowhere, and talks to this machine.
      startBrowser('--disable-features=LocalNetworkAccessChecks'),
      bundled(),
    ]);
  }, 60_000);
  afterAll(() => browser?.close());

  /** A browser of one person, signed in; its pages are the client and nothing else. */
  async function aBrowser({ people }: Site, port: number): Promise<BrowserContext> {
    const context = await browser.newContext();
    await context.route('**/page.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await context.route('**/sdk.js', (route) => route.fulfill({ contentType: 'text/javascript', body: sdk }));
    const page = await aPage(context, port);
    await page.evaluate((who) => window.client.login(who), { email: people.agent.email, password: PASSWORD });
    await page.close();
    return context;
  }

  async function aPage(context: BrowserContext, port: number, projectId?: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${port}/page.html`);
    await started(page, projectId);
    return page;
  }

  /** As the page's own script would, at every load. */
  async function started(page: Page, projectId?: string): Promise<void> {
    await page.waitForFunction(() => 'baton' in window);
    await page.evaluate((followed) => {
      const { createClient, indexedDbQueue, webStorage } = window.baton;
      const backoff = { baseMs: 50, maxMs: 200 };
      window.client = createClient({ storage: webStorage(localStorage), queue: indexedDbQueue(), backoff });
      if (followed === undefined) return;
      window.list = window.client.tickets.live({ projectId: followed, sort: { by: 'createdAt', dir: 'asc' } });
      window.list.subscribe(() => undefined);
    }, projectId);
  }

  const edited = (page: Page, ticketIds: readonly string[], each: number) =>
    page.evaluate(
      ([ids, count]) => {
        for (let nth = 0; nth < count; nth++)
          for (const ticketId of ids)
            window.client.tickets.update({ ticketId, patch: { title: `Title ${nth}` } }).catch(() => undefined);
      },
      [ticketIds, each] as const,
    );

  it('keeps 20 edits that are made without a network, shows them after a reload, and does each once when there is one', async () => {
    const site = await aSite();
    const { port, people, projectId } = site;
    const other = await signedIn(port, people.other);
    const made = await Promise.all(['A', 'B', 'C', 'D'].map((title) => other.tickets.create({ projectId, title })));
    const context = await aBrowser(site, port);
    const page = await aPage(context, port, projectId);
    await until(async () => expect(await titles(page)).toHaveLength(4));
    const before = await head(other, projectId);

    await context.setOffline(true);
    await edited(
      page,
      made.map(({ id }) => id),
      5,
    );
    const atOnce = await titles(page);
    await until(async () => expect(await kept(page)).toBe(20));
    await page.reload();
    await started(page, projectId);
    await until(async () => expect(await waiting(page)).toBe(20));
    await sleep(OFFLINE_S * 1_000);
    const isUntouched = (await head(other, projectId)) === before;
    await context.setOffline(false);
    await until(async () => expect(await waiting(page)).toBe(0));
    await until(async () => expect(await titles(page)).toEqual(Array(4).fill('Title 4')));

    expect(atOnce).toEqual(Array(4).fill('Title 4'));
    expect(isUntouched).toBe(true);
    expect(await kept(page)).toBe(0);
    expect((await head(other, projectId)) - before).toBe(20);
    for (const { id } of made) {
      const { items } = await other.tickets.history({ ticketId: id });
      const written = items.filter(({ field }) => field === 'title').map(({ newValue }) => String(newValue));
      expect(written.toSorted()).toEqual([0, 1, 2, 3, 4].map((nth) => `Title ${nth}`));
    }
    await context.close();
  }, 160_000);

  it('does each once in two pages of one person, and the next takes over what a closed one left, replies lost or not', async () => {
    const site = await aSite();
    const { port, people, projectId } = site;
    const proxy = await aProxy(port);
    const other = await signedIn(port, people.other);
    const { id } = await other.tickets.create({ projectId, title: 'Old' });
    const context = await aBrowser(site, proxy.port);
    const [one, two] = [await aPage(context, proxy.port, projectId), await aPage(context, proxy.port, projectId)];
    for (const page of [one, two]) await until(async () => expect(await titles(page)).toEqual(['Old']));
    const before = await head(other, projectId);

    proxy.loseReplies('tickets.update', 1_000_000);
    await edited(one, [id], 10);
    await until(() => expect(proxy.lost()).toBeGreaterThan(0));
    await two.evaluate((ticketId) => {
      window.client.tickets.update({ ticketId, patch: { storyPoints: 7 } }).catch(() => undefined);
    }, id);
    await until(async () => expect(await kept(two)).toBe(11));
    await one.close();
    proxy.loseReplies('', 0);
    const next = await aPage(context, proxy.port, projectId);
    // Before it has looked, a page has nothing that waits.
    await until(async () => expect(await kept(next)).toBe(0));

    for (const page of [two, next]) expect(await waiting(page)).toBe(0);
    expect((await head(other, projectId)) - before).toBe(11);
    expect(await other.tickets.get({ ticketId: id })).toMatchObject({ title: 'Title 9', storyPoints: 7, version: 12 });
    await context.close();
  }, 90_000);
});

/** How many calls the browser's database holds. */
const kept = (page: Page) => page.evaluate(async () => (await window.baton.indexedDbQueue().load()).length);

/** The number of the project's last event: they have no gaps. */
async function head(client: Sdk.BatonClient, projectId: string): Promise<number> {
  for await (const item of client.live.project({ projectId })) if (item.kind === 'ready') return item.seq;
  throw new Error('The stream ended.');
}

/** The client with its dependencies, as an application would build it. */
async function bundled(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, lib: { entry: 'client-sdk/src/index.ts', formats: ['es'] } },
  });
  const [first] = [built].flat();
  if (!first || !('output' in first)) throw new Error('Nothing was built.');
  return first.output[0].code;
}

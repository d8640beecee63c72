import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createClient, type BatonClient } from '../../../client-sdk/src/index.js';
import { startBrowser } from '../../e2e/browser.js';
import { describeWith } from '../../support/services.js';
import { aServedFolder, type ServedFolder } from '../aServedFolder.js';
import { aSite, signedIn, type Site } from '../realServer.js';
import type { Stage } from './page.js';
import { bundled, PageWindow } from './pageWindow.js';
import { App, type Shown } from './parts.js';

declare const stage: Stage;

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

describeWith('chromium')('hooks in a page', () => {
  let browser: Browser;
  let pages: ServedFolder;
  beforeAll(async () => {
    [browser, pages] = await Promise.all([startBrowser(), aServedFolder()]);
    await writeFile(join(pages.folder, 'page.js'), await bundled('test/sdk/react/page.tsx'));
    await writeFile(
      join(pages.folder, 'page.html'),
      '<!doctype html><main></main><script type="module" src="page.js"></script>',
    );
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  /** An agent's page on a project with two tickets. */
  async function aPage(titles = ['First', 'Second']) {
    const site = await aSite({ allowedOrigins: pages.origin });
    const [agent, admin] = [await signedIn(site.port, site.people.agent), await signedIn(site.port, site.people.admin)];
    const tickets = [];
    for (const title of titles) tickets.push(await agent.tickets.create({ projectId: site.projectId, title }));
    const window = await PageWindow.open(browser, `${pages.origin}/page.html?${site.port}`);
    await window.signIn(site.people.agent);
    const shown: Shown = { lists: ['Left', 'Right'], projectId: site.projectId };
    return { site, agent, window, tickets, shown, queries: () => queriesOf(admin, site) };
  }

  /** The live queries that the server keeps for the agent. */
  const queriesOf = async (admin: BatonClient, { people }: Site) => {
    const { items } = await admin.admin.subscriptions({ userId: people.agent.userId ?? '' });
    return items.filter(({ kind }) => kind === 'query').length;
  };

  it('shares one list and one stream among all who ask the same, also drawn twice', async () => {
    const { agent, window, tickets, shown, queries } = await aPage();

    await window.show(shown);
    await window.isLive('Left', 2);
    await window.isLive('Right', 2);
    const before = await queries();
    await agent.tickets.update({ ticketId: tickets[1]?.id ?? '', patch: { title: 'Third' } });
    await window.list('Left').getByText('Third').waitFor();
    await window.list('Right').getByText('Third').waitFor();

    expect(before).toBe(1);
    expect(await queries()).toBe(1);
    expect(await window.rows('Left')).toEqual(['First', 'Third']);
    expect(window.complaints).toEqual([]);
  });

  it('does not draw rows anew that stayed as they were', async () => {
    const { agent, window, tickets, shown } = await aPage();
    await window.show({ ...shown, lists: ['Left'] });
    await window.isLive('Left', 2);
    const before = await window.page.evaluate(() => ({ ...stage.drawn }));

    for (const title of ['Third', 'Fourth']) {
      await agent.tickets.update({ ticketId: tickets[1]?.id ?? '', patch: { title } });
      await window.list('Left').getByText(title).waitFor();
    }

    const after = await window.page.evaluate(() => ({ ...stage.drawn }));
    expect(after['Left: Fourth']).toBeGreaterThan(0);
    expect(after['Left: First']).toBe(before['Left: First']);
  });

  it('shows an edit in both lists before it is answered, and takes it back when it is refused', async () => {
    const { agent, window, tickets, shown } = await aPage();
    const [{ id, version } = { id: '', version: 0 }] = tickets;
    await agent.tickets.update({ ticketId: id, patch: { title: 'Theirs' } });
    await window.show({ ...shown, rename: { ticketId: id, title: 'Mine', expectedVersion: version } });
    await window.list('Right').getByText('Theirs').waitFor();
    const held = window.hold('**/trpc/tickets.update**');

    await window.page.getByRole('button', { name: 'Rename' }).click();
    await window.list('Left').getByText('Mine').waitFor();
    await window.list('Right').getByText('Mine').waitFor();
    const busy = await window.list('Right').locator('[aria-busy=true]').allTextContents();
    const pending = await window.page.getByRole('form', { name: 'Rename' }).locator('output').textContent();
    await (await held).continue();
    await window.list('Left').getByText('Theirs').waitFor();
    await window.list('Right').getByText('Theirs').waitFor();

    const outcome = window.page.getByRole('form', { name: 'Rename' }).locator('output');
    expect(busy).toEqual(['Mine']);
    expect(pending).toBe('pending');
    await until(async () => expect(await outcome.textContent()).toBe('error CONFLICT'));
    await window.page.getByRole('button', { name: 'Forget' }).click();
    expect(await outcome.textContent()).toBe('idle');
    expect(window.complaints).toEqual([]);
  });

  it('finishes what was asked for by a component that is gone', async () => {
    const { agent, window, tickets, shown } = await aPage();
    const ticketId = tickets[0]?.id ?? '';
    await window.show({ ...shown, lists: [], commentOn: ticketId });
    const held = window.hold('**/trpc/comments.create**');

    await window.page.getByRole('button', { name: 'Comment' }).click();
    await window.show({ ...shown, lists: [] });
    await (await held).continue();

    await until(async () => expect((await agent.comments.list({ ticketId })).items).toHaveLength(1));
    expect(window.complaints).toEqual([]);
  });

  it('shows one ticket, who has it open and who types', async () => {
    const { site, agent, window, tickets, shown } = await aPage();
    const ticketId = tickets[0]?.id ?? '';
    const other = await signedIn(site.port, site.people.other);
    const theirs = other.tickets.liveOne(ticketId);
    const seen: string[] = [];
    theirs.subscribe(() =>
      seen.push(
        theirs
          .getSnapshot()
          .people.map((p) => (p.typing ? `${p.name} types` : p.name))
          .join(),
      ),
    );
    const article = window.page.getByRole('article', { name: 'Ticket' });

    await window.show({ ...shown, lists: ['Left'], ticketId });
    await article.getByRole('note').filter({ hasText: 'Bea Agent' }).filter({ hasText: 'Ben Agent' }).waitFor();
    await agent.tickets.update({ ticketId, patch: { title: 'Changed' } });
    await article.getByRole('heading', { name: 'Changed' }).waitFor();
    await window.page.getByLabel('Reply').pressSequentially('ok');
    await until(() => expect(seen.at(-1)).toContain('Ben Agent types'));
    other.presence.typing(ticketId);
    await article.getByRole('note').filter({ hasText: 'Bea Agent types' }).waitFor();
    await window.show({ ...shown, lists: ['Left'] });

    await until(() => expect(seen.at(-1)).toBe('Bea Agent'));
    expect(window.complaints).toEqual([]);
  });

  it('counts what waits for the server', async () => {
    const { agent, window, tickets, shown } = await aPage();
    const ticketId = tickets[0]?.id ?? '';
    await window.show({ ...shown, rename: { ticketId, title: 'Later' } });
    await window.isLive('Left', 2);
    const head = window.page.locator('header');

    await window.page.context().setOffline(true);
    await window.page.getByRole('button', { name: 'Rename' }).click();
    await head.getByText('1 waiting').waitFor();
    await window.page.context().setOffline(false);

    await until(async () => expect((await agent.tickets.get({ ticketId })).title).toBe('Later'));
    await head.getByText('Ben Agent online', { exact: true }).waitFor();
  });

  it('ends the stream when the last component is gone', async () => {
    const { window, shown, queries } = await aPage();
    await window.show(shown);
    await window.isLive('Right', 2);

    await window.show({ ...shown, lists: ['Left'] });
    await window.isLive('Left', 2);
    const withOne = await queries();
    await window.show({ ...shown, lists: [] });

    expect(withOne).toBe(1);
    await until(async () => expect(await queries()).toBe(0));
  });

  it('is empty as soon as somebody signs out, and full again for who signs in', async () => {
    const { site, window, shown } = await aPage();
    await window.show(shown);
    await window.isLive('Right', 2);
    const head = window.page.locator('header');
    const before = await head.textContent();

    await window.page.evaluate(() => stage.client.logout());
    await window.list('Left').getByText('error UNAUTHENTICATED 0').waitFor();

    expect(before).toBe('Ben Agent online');
    expect(await head.textContent()).toBe('nobody idle');
    expect([await window.rows('Left'), await window.rows('Right')]).toEqual([[], []]);
    await window.signIn(site.people.other);
    await window.isLive('Left', 2);
    expect(await head.textContent()).toBe('Bea Agent online');
    expect(window.complaints).toEqual([]);
  });

  it('takes over what a server has drawn, though the page knows more by now', async () => {
    const { site, window, shown } = await aPage();
    const atServer = createClient({ url: `http://127.0.0.1:${site.port}` });
    const drawn = renderToString(<App client={atServer} shown={shown} />);
    await window.page.evaluate((html) => {
      document.querySelector('main')!.innerHTML = html;
    }, drawn);
    // Followed before React comes, so that the rows are there when it does.
    await window.page.evaluate(
      ({ projectId }) =>
        new Promise<void>((resolve) => {
          const list = stage.client.tickets.live({ projectId, sort: { by: 'createdAt', dir: 'asc' } });
          list.subscribe(() => list.status === 'live' && resolve());
        }),
      shown,
    );

    await window.page.evaluate((what) => stage.hydrate(what), shown);
    await window.isLive('Left', 2);

    expect(drawn).toContain('nobody idle');
    expect(drawn).toContain('loading  0');
    expect(window.complaints).toEqual([]);
  });
});

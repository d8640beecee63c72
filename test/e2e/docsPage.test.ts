import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { everyRoute } from '../../server/transport/rest/route.js';
import { aProject, signIn } from '../support/people.js';
import { describeWith } from '../support/services.js';
import { anApp, type LiveApp } from '../transport/anApp.js';
import { startBrowser } from './browser.js';

describeWith('chromium')('the page of the REST API', () => {
  let app: LiveApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await anApp('sqlite');
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  /** The page, and what it complained about and asked of others. */
  async function open(address = '/docs') {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const elsewhere: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('requestfailed', (request) => complaints.push(request.url()));
    page.on('request', (request) => {
      if (!request.url().startsWith(app.http) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    await page.goto(`${app.http}${address}`);
    await page.locator('.opblock-tag-section').first().waitFor();
    return { page, complaints, elsewhere };
  }

  it('shows every operation, without a complaint and without asking anybody else', { timeout: 90_000 }, async () => {
    const { page, complaints, elsewhere } = await open();

    const tags = page.locator('.opblock-tag');
    expect(await tags.count()).toBe(new Set(everyRoute.map(({ procedure }) => procedure.split('.', 1)[0])).size);
    let shown = 0;
    // One after the other: of a long list the page only draws what is near.
    for (const tag of await tags.all()) {
      await tag.click();
      await page.locator('.opblock').first().waitFor();
      shown += await page.locator('.opblock').count();
      await tag.click();
      await page.locator('.opblock').first().waitFor({ state: 'detached' });
    }
    expect(shown).toBe(everyRoute.length);
    await page.locator('#operations-tag-tickets').click();
    await page.locator('#operations-tickets-ticketsCreate').click();
    await expect
      .poll(() => page.locator('#operations-tickets-ticketsCreate').textContent())
      .toMatch(/The printer is on fire/);

    expect([complaints, elsewhere]).toEqual([[], []]);
    await page.close();
  });

  it('calls the server with the token that one gives it', { timeout: 90_000 }, async () => {
    await aProject(app, { key: 'SUP' });
    const { accessToken } = await signIn(app, app.admin);
    const { page, complaints } = await open();

    await page.locator('button.authorize').first().click();
    await page.locator('.auth-container input').first().fill(accessToken);
    await page.locator('.auth-container button.authorize').first().click();
    await page.locator('button.btn-done').first().click();
    await page.locator('#operations-tag-projects').click();
    await page.locator('#operations-projects-projectsGet .opblock-summary').click();
    await page.locator('#operations-projects-projectsGet button.execute').click();
    const answer = page.locator('#operations-projects-projectsGet .live-responses-table');
    await expect.poll(() => answer.textContent(), { timeout: 20_000 }).toMatch(/200[^]*"key": "SUP"/);

    expect(complaints).toEqual([]);
    await page.close();
  });
});

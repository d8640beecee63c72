import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { signUnsubscribe } from '../../server/features/mails/unsubscribeTokens.js';
import { preferencesOf } from '../../server/features/notifications/notifications.queries.js';
import { describeWith } from '../support/services.js';
import { anApp, type LiveApp } from '../transport/anApp.js';
import { startBrowser } from './browser.js';

describeWith('chromium')('the page that ends the e-mails', () => {
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

  it('does so by its button, under the rules that all pages have', { timeout: 60_000 }, async () => {
    const { userId } = app.admin;
    const page = await browser.newPage();
    const wanted = async () =>
      (await preferencesOf(app.db.all, userId)).filter(({ email }) => email).map(({ kind }) => kind);
    await page.goto(`${app.http}/unsubscribe?token=${await signUnsubscribe(app.deps, userId)}`);
    expect(await wanted()).not.toEqual([]);

    await page.getByRole('button', { name: 'Stop the e-mails' }).click();
    await page.getByText('no more e-mails').waitFor();

    expect(await wanted()).toEqual([]);
  });
});

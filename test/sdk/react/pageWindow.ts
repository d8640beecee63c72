import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Locator, Page, Route } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { PASSWORD } from '../../support/world.js';
import type { Stage } from './page.js';
import type { Shown } from './parts.js';

declare const stage: Stage;

/** The page's code for a browser, React as in development. */
export async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  return outputFiles[0]?.text ?? '';
}

/** A page of hooks, and what the test does there. */
export class PageWindow {
  /** Uncaught errors, and what React says on the console. Refused calls are told by the browser, too; the page shows those. */
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, url: string): Promise<PageWindow> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    context.setDefaultTimeout(10_000);
    const window = new PageWindow(await context.newPage());
    await window.page.goto(url);
    return window;
  }

  /** The next request to `url`, which gets no answer until it is continued. */
  hold(url: string): Promise<Route> {
    return new Promise((held) => void this.page.route(url, held, { times: 1 }));
  }
  async signIn({ email }: { readonly email: string }): Promise<void> {
    await this.page.evaluate((who) => stage.client.login(who), { email, password: PASSWORD });
  }
  show(shown: Shown): Promise<void> {
    return this.page.evaluate((what) => stage.show(what), shown);
  }
  list(name: string): Locator {
    return this.page.getByRole('region', { name });
  }
  rows(name: string): Promise<string[]> {
    return this.list(name).getByRole('listitem').allTextContents();
  }
  async isLive(name: string, total: number): Promise<void> {
    await this.list(name)
      .getByRole('status')
      .filter({ hasText: new RegExp(`^live +${total}$`) })
      .waitFor();
  }
}

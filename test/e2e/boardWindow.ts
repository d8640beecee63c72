import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { PASSWORD } from '../support/world.js';

/** One person at one window of the board, in the words of what they see and do. */
export class BoardWindow {
  /** What the page complained about: uncaught errors and errors on its console. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A refused call and a server that is down are told by the browser, too; the board answers for both.
      if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text()))
        this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<BoardWindow> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(10_000);
    context.setDefaultNavigationTimeout(30_000);
    return new BoardWindow(await context.newPage(), url);
  }

  /** By the form. */
  async signIn({ email }: { readonly email: string }, path = '', password = PASSWORD): Promise<void> {
    await this.goTo(`#/${path}`);
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Goes to an address of the board from the beginning, signed in as before: `path` with what stands before the `#`, `?view=list#/SUP`. */
  async goTo(path: string): Promise<void> {
    if (this.page.url() !== 'about:blank') await this.page.goto('about:blank');
    await this.page.goto(`${this.url}/${path}`);
  }

  /** Goes to the board and waits until it is there and live. */
  async openBoard(projectKey: string): Promise<void> {
    await this.goTo(`#/${projectKey}`);
    await this.column('Open').waitFor();
    await this.connection('Live').waitFor();
  }

  column(name: string): Locator {
    return this.page.getByRole('region', { name: new RegExp(`^${name} `) });
  }
  card(key: string): Locator {
    return this.page
      .getByRole('listitem')
      .filter({ has: this.page.getByRole('link', { name: new RegExp(`^${key}:`) }) });
  }
  cardIn(columnName: string, key: string): Locator {
    return this.column(columnName).getByRole('link', { name: new RegExp(`^${key}:`) });
  }
  /** A row of the list view. */
  row(key: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name: new RegExp(`^${key}:`) }) });
  }
  /** Keys of the rows that are drawn, from the top. */
  async rowKeys(): Promise<string[]> {
    return this.page.locator('.list-rows .card-key').allTextContents();
  }
  connection(text: string): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }
  get feed(): Locator {
    return this.page.getByRole('complementary', { name: 'Activity' });
  }
  get alert(): Locator {
    return this.page.getByRole('region', { name: 'Messages' }).getByRole('alert');
  }
  get panel(): Locator {
    return this.page.getByRole('dialog');
  }

  get comments(): Locator {
    return this.panel.getByRole('list', { name: 'Timeline' });
  }

  /** Puts the focus on a card, as the arrow keys would. */
  async focus(key: string): Promise<void> {
    await this.page.getByRole('link', { name: new RegExp(`^${key}:`) }).focus();
  }
  press(...keys: string[]): Promise<void> {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  /** A picture to look at, when BOARD_SCREENSHOTS names a folder for it. */
  async screenshot(name: string): Promise<void> {
    const folder = process.env['BOARD_SCREENSHOTS'];
    if (folder === undefined) return;
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

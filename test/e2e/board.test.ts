import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createClient } from '../../client-sdk/src/index.js';
import { buildApp, type App } from '../../server/app.js';
import { loadConfig } from '../../server/config.js';
import { nodeEnv } from '../support/node.js';
import { describeWith } from '../support/services.js';
import { aTicketWorld, type TicketWorld } from '../support/ticketWorld.js';
import { PASSWORD, type Person } from '../support/world.js';
import { buildBoard } from './boardSite.js';
import { BoardWindow } from './boardWindow.js';
import { startBrowser } from './browser.js';
import { signedIn } from './signedIn.js';

/** What is not told at once is never told: long enough for a machine that runs other tests at the same time. */
const AT_ONCE_MS = 10_000;

/** One server, one board, and as many windows as a test opens. Each test works on tickets of its own. */
describeWith('chromium')('the board in two windows', () => {
  let world: TicketWorld;
  let app: App;
  let url: string;
  let browser: Browser;
  const windows: BoardWindow[] = [];

  beforeAll(async () => {
    await buildBoard();
    world = await aTicketWorld('sqlite');
    await world.close();
    app = await serve(0);
    url = `http://127.0.0.1:${app.port}`;
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });
  afterEach(async () => {
    const complaints = windows.flatMap((window) => window.complaints);
    await Promise.all(windows.splice(0).map((window) => window.close()));
    expect(complaints).toEqual([]);
  });

  const serve = async (port: number) => {
    const env = { PORT: String(port), LOG_LEVEL: 'silent' };
    const started = buildApp(loadConfig(nodeEnv({ databaseUrl: world.url, env })));
    await started.listen();
    return started;
  };
  const clientOf = async (person: Person) => {
    const client = createClient({ url, WebSocket });
    await client.login({ email: person.email, password: PASSWORD });
    return client;
  };
  const newTicket = async (title: string, person: Person = world.ann) => {
    const client = await clientOf(person);
    return client.tickets.create({ projectId: world.project.id, title });
  };
  const openWindow = async (options?: BrowserContextOptions) => {
    const window = await BoardWindow.open(browser, url, options);
    windows.push(window);
    return window;
  };
  const open = async (person: Person) => {
    const window = await openWindow({ storageState: await signedIn(url, person) });
    await window.openBoard(world.project.key);
    return window;
  };
  const openTwo = () => Promise.all([open(world.ann), open(world.bob)]);

  it('shows at once in the other window who claimed a ticket', async () => {
    const { key } = await newTicket('Printer prints blank pages');
    const [ann, bob] = await openTwo();

    await ann.page.getByRole('button', { name: `Claim ${key}` }).click();

    await bob.card(key).getByText('Ann Agent').waitFor({ timeout: AT_ONCE_MS });
    await bob.feed.getByText(`Ann Agent claimed ${key}`).waitFor();
    await ann.card(key).getByText('You').waitFor();
  });

  it('moves a card for both when its status is changed from the menu, and counts both columns anew', async () => {
    const { key } = await newTicket('Invoice shows the wrong rate');
    const [ann, bob] = await openTwo();
    const before = await countIn(bob, 'Review');

    await ann.page.getByRole('button', { name: `Change status of ${key}` }).click();
    await ann.page.getByRole('menuitemradio', { name: 'Review' }).click();

    await bob.cardIn('Review', key).waitFor({ timeout: AT_ONCE_MS });
    await ann.cardIn('Review', key).waitFor();
    expect(await bob.cardIn('Open', key).count()).toBe(0);
    expect(await countIn(bob, 'Review')).toBe(before + 1);
    await bob.feed.getByText(`Ann Agent moved ${key} from Open to Review`).waitFor();
    await bob.page.getByRole('log').getByText(`Ann Agent moved ${key} from Open to Review`).waitFor();
    await bob.screenshot('moved');
  });

  it('moves a card that is dragged to another column', async () => {
    const { key } = await newTicket('Export times out');
    const [ann, bob] = await openTwo();

    await ann.card(key).dragTo(ann.column('In progress'));

    await bob.cardIn('In progress', key).waitFor({ timeout: AT_ONCE_MS });
    await ann.cardIn('In progress', key).waitFor();
  });

  it('tells who holds a ticket to the one who came second', async () => {
    const { key } = await newTicket('Password mail comes late');
    const [ann, bob] = await openTwo();
    await Promise.all([ann.focus(key), bob.focus(key)]);

    await Promise.all([ann.press('c'), bob.press('c')]);

    const told = await Promise.race([
      ann.alert.getByText('is already held by').textContent(),
      bob.alert.getByText('is already held by').textContent(),
    ]);
    const [winner, loser] = told?.includes('Ann') ? [ann, bob] : [bob, ann];
    expect(told).toBe(`${key} is already held by ${winner === ann ? 'Ann Agent' : 'Bob Agent'}.`);
    await winner.card(key).getByText('You').waitFor();
    await loser
      .card(key)
      .getByText(winner === ann ? 'Ann Agent' : 'Bob Agent')
      .waitFor();
    expect(await winner.alert.textContent()).toBe('');
    await loser.screenshot('conflict');
  });

  it('can be worked by keyboard alone', async () => {
    const { key } = await newTicket('Search ignores umlauts');
    const ann = await open(world.ann);

    await ann.press('/');
    await ann.page.keyboard.type(key);
    await ann.cardIn('Open', key).waitFor();
    await ann.press('Escape', 'ArrowDown');
    await expect.poll(() => focusedCard(ann)).toMatch(/^[A-Z0-9]+-\d+:/);
    await ann.focus(key);
    await ann.press('c');
    await ann.card(key).getByText('You').waitFor();
    await ann.press('s', '3');
    await ann.cardIn('Review', key).waitFor();
    await expect.poll(() => focusedCard(ann)).toContain(`${key}:`);
    await ann.press('Shift+ArrowLeft');
    await ann.cardIn('In progress', key).waitFor();
    await expect.poll(() => focusedCard(ann)).toContain(`${key}:`);
    await ann.press('Enter');
    await ann.panel.getByRole('heading', { name: 'Search ignores umlauts' }).waitFor();
    await ann.press('Escape');
    await ann.panel.waitFor({ state: 'detached' });
    await expect.poll(() => focusedCard(ann)).toContain(`${key}:`);
    await ann.press('a');
    await ann.page.keyboard.type('bob');
    await ann.press('Enter');
    await ann.card(key).getByText('Bob Agent').waitFor();
  });

  it('passes a ticket on with a reason, and tells it in the history', async () => {
    const ticket = await newTicket('Login loops');
    await (await clientOf(world.ann)).assignments.claim({ ticketId: ticket.id });
    const [ann, bob] = await openTwo();
    await ann.card(ticket.key).getByRole('link').click();

    await ann.panel.getByRole('button', { name: 'Pass on from Ann Agent' }).click();
    const dialog = ann.page.getByRole('dialog', { name: `Pass ${ticket.key} on` });
    await dialog.getByRole('option', { name: 'Bob Agent' }).click();
    await dialog.getByLabel('Reason').fill('Knows the proxy');
    await ann.screenshot('pass-on');
    await dialog.getByRole('button', { name: 'Pass on to Bob Agent' }).click();

    await bob.card(ticket.key).getByText('You').waitFor({ timeout: AT_ONCE_MS });
    await ann.panel.getByRole('button', { name: 'History' }).click();
    await ann.panel.getByText('passed it to Bob Agent').waitFor();
    await ann.panel.getByText('Knows the proxy').waitFor();
    await ann.panel.getByRole('button', { name: 'Remove Bob Agent' }).click();
    await ann.page
      .getByRole('dialog', { name: `Take ${ticket.key} from Bob Agent` })
      .getByLabel('Reason')
      .fill('On leave');
    await ann.press('Enter');
    await bob.page.getByRole('button', { name: `Claim ${ticket.key}` }).waitFor();
  });

  it('shows a customer their own tickets and public comments, as they happen, and nothing else', async () => {
    const foreign = await newTicket('Not for customers');
    const [ann, kim] = await Promise.all([open(world.ann), open(world.customer)]);
    await kim.press('n');
    await kim.page.getByLabel('Title').fill('The portal is slow');
    await kim.page.getByRole('button', { name: 'Create ticket' }).click();
    await kim.panel.getByRole('heading', { name: 'The portal is slow' }).waitFor();
    const link = ann.column('Open').getByRole('link', { name: /The portal is slow/ });
    await link.click();

    await ann.panel.getByLabel('New comment').fill('Probably their own network.');
    await ann.panel.getByLabel('Internal').check();
    await ann.panel.getByRole('button', { name: 'Add note' }).click();
    await ann.comments.getByText('Probably their own network.').waitFor();
    await ann.panel.getByLabel('New comment').fill('We are looking into it.');
    await ann.press('Control+Enter');

    await kim.comments.getByText('We are looking into it.').waitFor({ timeout: AT_ONCE_MS });
    expect(await kim.page.getByText('Probably their own network.').count()).toBe(0);
    expect(await kim.card(foreign.key).count()).toBe(0);
    expect(await kim.page.getByRole('button', { name: /^(Claim|Change status|Assign)/ }).count()).toBe(0);
    await ann.screenshot('comments');
    await kim.screenshot('customer');
  });

  it('closes for somebody who is taken out of the project', async () => {
    const [bob, cyd] = await Promise.all([open(world.bob), open(world.cyd)]);
    const lead = await clientOf(world.lead);

    await lead.projects.members.remove({ projectId: world.project.id, userId: world.cyd.userId });

    await cyd.page
      .getByRole('alert')
      .filter({ hasText: `Project ${world.project.key}` })
      .waitFor({ timeout: AT_ONCE_MS });
    expect(await cyd.column('Open').count()).toBe(0);
    await bob.feed.getByText('Lea Lead removed Cyd Agent from the project').waitFor();
  });

  it('keeps people signed in over a reload, refuses a wrong password, and signs out', async () => {
    const ann = await openWindow();
    await ann.signIn(world.ann, world.project.key);
    await ann.column('Open').waitFor();
    await ann.page.reload();
    await ann.column('Open').waitFor();
    await ann.page.getByRole('button', { name: 'Signed in as Ann Agent' }).click();
    await ann.page.getByRole('menuitem', { name: 'Sign out' }).click();

    await ann.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await ann.signIn(world.ann, '', 'not the password');
    await ann.page
      .getByRole('alert')
      .filter({ hasText: /password/i })
      .waitFor();
  });

  it('asks for a new password where the one in use was given by somebody else, and goes on with it', async () => {
    const admin = await clientOf(world.admin);
    const newcomer = { email: 'newcomer@example.com', name: 'Nia New', role: 'AGENT' } as const;
    await admin.users.create({ ...newcomer, password: PASSWORD, mustChangePassword: true });
    const window = await openWindow();
    await window.signIn(newcomer);

    await window.page.getByLabel('Password you were given').fill(PASSWORD);
    await window.page.getByLabel('New password').fill('a password of my own');
    await window.page.getByRole('button', { name: 'Change password' }).click();

    await window.page.getByText('You are in no project yet.').waitFor();
    const { id: userId } = (await admin.users.list({ text: 'Nia' })).items[0]!;
    await admin.projects.members.add({ projectId: world.project.id, userId, role: 'MEMBER' });
    await window.page.getByRole('link', { name: world.project.key }).click({ timeout: AT_ONCE_MS });
    await window.column('Open').waitFor();
  });

  it('lets somebody leave who is asked for a new password', async () => {
    const newcomer = { email: 'visitor@example.com', name: 'Vera Visitor', role: 'AGENT' } as const;
    const given = { password: PASSWORD, mustChangePassword: true };
    await (await clientOf(world.admin)).users.create({ ...newcomer, ...given });
    const window = await openWindow();
    await window.signIn(newcomer);
    await window.page.getByRole('heading', { name: 'Choose a password' }).waitFor();
    await window.screenshot('a password of somebody else');

    await window.page.getByRole('button', { name: 'Sign out' }).click();

    await window.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await window.page.reload();
    await window.page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('is found by keys in small letters, and its address has them in capitals then', async () => {
    const { key } = await newTicket('Found by small letters');
    const ann = await openWindow({ storageState: await signedIn(url, world.ann) });

    await ann.goTo(`?view=list#/${world.project.key.toLowerCase()}/${key.toLowerCase()}`);

    await ann.panel.getByRole('heading', { name: 'Found by small letters' }).waitFor();
    await ann.row(key).waitFor();
    const { search, hash } = new URL(ann.page.url());
    expect([search, hash]).toEqual(['?view=list', `#/${world.project.key}/${key}`]);
  });

  it.each([320, 360, 400])('has its tools in two rows on a screen %i pixels wide', async (width) => {
    const lead = await openWindow({
      storageState: await signedIn(url, world.lead),
      viewport: { width, height: 740 },
    });
    await lead.goTo(`#/${world.project.key}`);
    const tools = lead.page.getByRole('group', { name: 'Board tools' });
    await tools.getByRole('link', { name: 'Settings' }).waitFor();
    await lead.screenshot(`tools at ${width}`);

    const boxes = await tools.evaluate((element) =>
      [...element.children]
        .map((child) => child.getBoundingClientRect())
        .filter((box) => box.width > 0)
        .map(({ top, bottom, right }) => ({ middle: (top + bottom) / 2, right }))
        .toSorted((a, b) => a.middle - b.middle),
    );
    const begins = boxes.filter(({ middle }, index) => middle - (boxes[index - 1]?.middle ?? -Infinity) > 10);

    expect(begins).toHaveLength(2);
    expect(Math.max(...boxes.map(({ right }) => right))).toBeLessThanOrEqual(width);
  });

  it('gives every control a name that can be spoken', async () => {
    const ticket = await newTicket('A name for everything');
    const ann = await open(world.ann);
    await ann.card(ticket.key).getByRole('link').click();
    await ann.panel.getByRole('button', { name: 'Assign…' }).waitFor();
    const behind = await ann.page.locator('body').ariaSnapshot();
    await ann.press('n');
    const inDialog = await ann.page.getByRole('dialog', { name: 'New ticket' }).ariaSnapshot();

    const nameless = /^\s*- (button|link|textbox|combobox|checkbox|spinbutton|searchbox|menuitem)(:|$| \[)/m;
    expect(`${behind}\n${inDialog}`).not.toMatch(nameless);
  });

  // The last one: it stops the server that all of them use.
  it('says since when it is offline, and catches up by itself', async () => {
    const { key, id } = await newTicket('Webhook fires twice');
    const [ann, bob] = await openTwo();

    await app.close();
    await ann.connection('Offline since').waitFor();
    await bob.connection('Offline since').waitFor();
    await ann.page.getByText('No connection to the server since').waitFor();
    await ann.screenshot('offline');
    app = await serve(app.port);
    await (await clientOf(world.lead)).assignments.claim({ ticketId: id });

    for (const window of [ann, bob]) {
      await window.card(key).getByText('Lea Lead').waitFor();
      await window.connection('Live').waitFor();
      await window.page.getByText('No connection to the server since').waitFor({ state: 'detached' });
    }
  });
});

const countIn = async (window: BoardWindow, column: string): Promise<number> =>
  Number(/\d+/.exec((await window.column(column).getByRole('heading', { level: 2 }).textContent()) ?? '')?.[0]);

const focusedCard = (window: BoardWindow): Promise<string> =>
  window.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

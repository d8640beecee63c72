import { expect, it } from 'vitest';
import { aTicket, type TicketWorld } from '../support/ticketWorld.js';
import type { BoardWindow } from './boardWindow.js';
import { describeBoard } from './describeBoard.js';

const TICKETS = 450;
/** What the first one is: at the end of every list by time, at the top by priority, found by a word of its description. */
const oldest = { title: 'The oldest of all', priority: 'URGENT', description: 'A quokka sat on the router.' } as const;

async function fill(world: TicketWorld) {
  await aTicket(world, { ...oldest, category: 'BILLING' });
  for (let index = 2; index <= TICKETS; index++)
    await aTicket(world, { title: `Number ${index}`, priority: index % 50 === 0 ? 'HIGH' : 'LOW' });
}

describeBoard('the board as a list', fill, (site) => {
  const keyOf = (number: number) => `${site.world.project.key}-${number}`;
  const openList = async (search = '?view=list') => {
    const window = await site.open(site.world.ann, `${search}#/${site.world.project.key}`);
    await window.connection('Live').waitFor();
    return window;
  };

  it('reads on as one scrolls, to the last ticket, and draws what is in sight', async () => {
    const ann = await openList();
    await ann.row(keyOf(TICKETS)).waitFor();
    const first = await ann.page.getByText(`of ${TICKETS} tickets`).textContent();

    await scrollTo(ann, keyOf(1));

    expect(first).toContain(`of ${TICKETS} tickets`);
    await ann.page.getByText(`${TICKETS} of ${TICKETS} tickets`).waitFor();
    expect((await ann.rowKeys()).length).toBeLessThan(60);
    expect((await ann.rowKeys()).at(-1)).toBe(keyOf(1));
  });

  it('shows at once what others do', async () => {
    const ann = await openList();
    await ann.row(keyOf(TICKETS)).waitFor();
    const bob = await site.clientOf(site.world.bob);

    const { id, key } = await bob.tickets.create({ projectId: site.world.project.id, title: 'Just now' });
    await ann.row(key).waitFor();
    await bob.tickets.update({ ticketId: id, patch: { title: 'Renamed just now', status: 'REVIEW' } });
    await ann.row(key).getByText('Renamed just now').waitFor();
    await ann.row(key).getByText('Review').waitFor();
    expect((await ann.rowKeys())[0]).toBe(key);

    await bob.tickets.delete({ ticketId: id });
    await ann.row(key).waitFor({ state: 'detached' });
  });

  it('sorts by its heads, also what has not been read yet, and goes back', async () => {
    const ann = await openList();
    await ann.row(keyOf(TICKETS)).waitFor();

    await ann.page.getByRole('button', { name: 'Priority', exact: true }).click();
    await expect.poll(async () => (await ann.rowKeys())[0]).toBe(keyOf(1));
    expect(await sortOf(ann, 'Priority')).toBe('descending');
    await ann.page.getByRole('button', { name: /^Priority ?↓?$/ }).click();
    await expect.poll(() => sortOf(ann, 'Priority')).toBe('ascending');
    expect(await searchOf(ann)).toBe('?sort=priority&dir=asc&view=list');

    await ann.page.goBack();
    await expect.poll(() => sortOf(ann, 'Priority')).toBe('descending');
    await ann.page.goBack();
    await expect.poll(() => sortOf(ann, 'Updated')).toBe('descending');
  });

  it('is worked by keyboard, also past what is drawn', async () => {
    const ann = await openList();
    await ann.row(keyOf(TICKETS)).waitFor();

    await ann.press('ArrowDown');
    await ann.press(...Array.from({ length: 70 }, () => 'ArrowDown'));
    await expect.poll(() => focused(ann)).toContain(`${keyOf(TICKETS - 70)}:`);
    await ann.press('Enter');
    await ann.panel.getByRole('heading', { name: `Number ${TICKETS - 70}` }).waitFor();
    await ann.press('Escape', 'v');
    await ann.column('Open').waitFor();
    expect(await searchOf(ann)).toBe('');
  });

  it('narrows by chips, asks the server for what is not here, and tells it all in the address', async () => {
    const ann = await openList();
    await ann.row(keyOf(TICKETS)).waitFor();

    await choose(ann, 'Filter by category', ['Billing']);
    await expect.poll(() => ann.rowKeys()).toEqual([keyOf(1)]);
    await choose(ann, 'Filter by priority', ['High']);
    await ann.page.getByRole('heading', { name: 'No ticket matches' }).waitFor();
    expect(await searchOf(ann)).toBe('?priority=HIGH&category=BILLING&view=list');

    await ann.page.goBack();
    await expect.poll(() => ann.rowKeys()).toEqual([keyOf(1)]);
    await ann.page.goForward();
    await ann.page.reload();
    await ann.page.getByRole('button', { name: 'Priority: High. Change' }).waitFor();
    await ann.page.getByRole('button', { name: 'Clear filters' }).click();
    await ann.row(keyOf(TICKETS)).waitFor();

    const cyd = await site.open(site.world.cyd, `?category=BILLING#/${site.world.project.key}`);
    await cyd.cardIn('Open', keyOf(1)).waitFor();
  });

  it('keeps a filter under a name for the one who saved it', async () => {
    const ann = await openList('?priority=URGENT&view=list');
    await ann.page.getByRole('button', { name: 'Save filter' }).click();
    await ann.page.getByLabel('Name').fill('Fires');
    await ann.press('Enter');
    await ann.page.getByRole('button', { name: 'Clear', exact: true }).click();
    await ann.row(keyOf(TICKETS)).waitFor();
    await ann.page.reload();

    await ann.page.getByRole('button', { name: 'Fires', exact: true }).click();

    await expect.poll(() => ann.rowKeys()).toEqual([keyOf(1)]);
    expect(await searchOf(ann)).toBe('?priority=URGENT&view=list');
    await ann.page.getByRole('button', { name: 'Forget the filter Fires' }).click();
    await ann.page.getByRole('button', { name: 'Save filter' }).waitFor();
  });

  it('finds by what it has at once, and by descriptions when the server has answered', async () => {
    const ann = await openList();
    await ann.row(keyOf(TICKETS)).waitFor();
    await ann.press('/');
    await ann.page.keyboard.type(`number ${TICKETS - 1}`);
    await expect.poll(() => ann.rowKeys()).toEqual([keyOf(TICKETS - 1)]);

    await ann.page.getByLabel('Search tickets').fill('quokka');

    await expect.poll(() => ann.rowKeys()).toEqual([keyOf(1)]);
    expect(await searchOf(ann)).toBe('?q=quokka&view=list');
  });

  it('says that it could not read on, and tries again', async () => {
    const ann = await openList();
    await ann.row(keyOf(TICKETS)).waitFor();
    const refuse = (route: { abort: () => Promise<void> }) => route.abort();
    await ann.page.route('**/trpc/tickets.list**', refuse);

    await ann.page.getByRole('button', { name: 'Due', exact: true }).click();
    await ann.page.getByRole('alert').filter({ hasText: 'could not be reached' }).waitFor({ timeout: 30_000 });
    await ann.page.unroute('**/trpc/tickets.list**', refuse);
    await ann.page.getByRole('button', { name: 'Try again' }).click();

    await ann.page.getByText(`200 of ${TICKETS} tickets`).waitFor();
  });
});

const focused = (window: BoardWindow) =>
  window.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
const searchOf = (window: BoardWindow) => window.page.evaluate(() => location.search);
const sortOf = (window: BoardWindow, head: string) =>
  window.page.getByRole('columnheader', { name: head }).getAttribute('aria-sort');

async function choose(window: BoardWindow, chip: string, names: readonly string[]): Promise<void> {
  await window.page.getByRole('button', { name: chip }).click();
  for (const name of names) await window.page.getByRole('menuitemcheckbox', { name }).click();
  await window.press('Escape');
}

/** As a wheel does it, until the ticket is there. */
async function scrollTo(window: BoardWindow, key: string): Promise<void> {
  const rows = window.page.locator('.list-rows');
  await expect
    .poll(
      async () => {
        await rows.evaluate((element) => element.scrollBy(0, 2_000));
        return window.rowKeys();
      },
      { timeout: 25_000, interval: 50 },
    )
    .toContain(key);
}

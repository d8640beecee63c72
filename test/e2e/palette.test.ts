import { expect, it } from 'vitest';
import { aTicket, type TicketWorld } from '../support/ticketWorld.js';
import type { BoardWindow } from './boardWindow.js';
import { describeBoard } from './describeBoard.js';

const SOON = { timeout: 5_000 };

async function fill(world: TicketWorld) {
  await aTicket(world, { title: 'Closed long ago', status: 'CLOSED' });
  for (const title of ['Printer on fire', 'Second', 'Third', 'Fourth', 'Fifth']) await aTicket(world, { title });
}

describeBoard('commands and changes of many', fill, (site) => {
  const keyOf = (number: number) => `${site.world.project.key}-${number}`;
  const open = async (search = '') => {
    const window = await site.open(site.world.ann, `${search}#/${site.world.project.key}`);
    // Its keys work from then on.
    await window.page.locator('.toolbar-title').waitFor();
    await window.connection('Live').waitFor();
    return window;
  };

  it('finds a ticket by some letters of its title, and opens it', async () => {
    const ann = await open();
    await ann.press('Control+k');
    await ann.page.keyboard.type('prntr');

    await expect.poll(() => chosen(ann), SOON).toContain('Printer on fire');
    await ann.press('Enter');

    await ann.panel.getByRole('heading', { name: 'Printer on fire' }).waitFor();
    expect(await ann.page.getByRole('combobox', { name: /^Find a command/ }).count()).toBe(0);
  });

  it('keeps the focus, goes round by arrows, and gives it back', async () => {
    const ann = await open();
    await ann.focus(keyOf(3));
    await ann.press('Control+k');
    const field = ann.page.getByRole('combobox', { name: /^Find a command/ });
    const first = await chosen(ann);

    await ann.press('ArrowDown');
    expect(await chosen(ann)).not.toBe(first);
    await ann.press('ArrowUp', 'ArrowUp');
    expect(await chosen(ann)).not.toBe(first);
    await ann.press('Tab', 'Tab', 'Tab');
    expect(await ann.page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
    await field.focus();
    await ann.press('Escape');

    await expect
      .poll(() => ann.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), SOON)
      .toContain(`${keyOf(3)}:`);
  });

  it('does to the ticket at hand what is chosen', async () => {
    const ann = await open();
    await ann.focus(keyOf(2));
    await ann.press('Control+k');
    await ann.page.keyboard.type('in progress');
    await ann.press('Enter');

    await ann.cardIn('In progress', keyOf(2)).waitFor();
    await ann.press('Control+k');
    await ann.page.keyboard.type('as list');
    await ann.press('Enter');
    await ann.row(keyOf(2)).getByText('In progress').waitFor();
  });

  it('shows somebody’s tickets', async () => {
    const bob = await site.clientOf(site.world.bob);
    const ticket = await bob.tickets.create({ projectId: site.world.project.id, title: 'For Bob' });
    await bob.assignments.claim({ ticketId: ticket.id });
    const ann = await open('?view=list');

    await ann.press('Control+k');
    await ann.page.keyboard.type('bob');
    await ann.page.getByRole('option', { name: 'Bob Agent' }).click();

    await expect.poll(() => ann.rowKeys()).toEqual([ticket.key]);
    await bob.tickets.delete({ ticketId: ticket.id });
  });

  it('changes what is selected by keyboard, ticket by ticket, and takes it back', async () => {
    const ann = await open('?view=list');
    await ann.focus(keyOf(3));
    await ann.press('x', 'ArrowUp', 'ArrowUp', 'Shift+X');
    await bar(ann).getByText('3 selected').waitFor();

    await ann.press('s', '3');

    await bar(ann).getByText('3 tickets moved to Review.').waitFor();
    for (const number of [3, 4, 5]) await ann.row(keyOf(number)).getByText('Review').waitFor();
    await bar(ann).getByRole('button', { name: 'Undo' }).click();
    for (const number of [3, 4, 5]) await ann.row(keyOf(number)).getByText('Open', { exact: true }).waitFor();
  });

  it('tells of each ticket for which it failed, and does the others', async () => {
    const ann = await open('?view=list');
    await ann.page.getByLabel('Select all that are shown').check();
    await bar(ann).getByRole('button', { name: 'Assign' }).click();
    await ann.page.getByRole('option', { name: 'Bob Agent' }).click();
    await ann.page.getByRole('button', { name: 'Assign to Bob Agent' }).click();

    await bar(ann).getByText('5 tickets given to Bob Agent, 1 not.').waitFor();
    const failed = await ann.page.getByRole('list', { name: 'What failed' }).getByRole('listitem').allTextContents();
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain(keyOf(1));
    for (const number of [2, 3, 4, 5, 6]) await ann.row(keyOf(number)).getByText('Bob Agent').waitFor();
  });

  it('asks before it deletes, and restores', async () => {
    const ann = await open();
    await ann.focus(keyOf(6));
    await ann.press('x', 'Delete');
    await ann.page.getByRole('button', { name: 'Delete 1 ticket' }).click();
    await ann.card(keyOf(6)).waitFor({ state: 'detached' });

    await bar(ann).getByRole('button', { name: 'Undo' }).click();

    await ann.card(keyOf(6)).waitFor();
  });

  it('offers nothing of the kind to customers', async () => {
    const kim = await site.open(site.world.customer, `#/${site.world.project.key}`);
    await kim.page.getByRole('heading', { name: 'No tickets yet' }).waitFor();
    await kim.press('x', 'Control+a', 'Control+k');
    const offered = await kim.page.getByRole('option').allTextContents();

    expect(offered.join()).not.toMatch(/select|assign|nobody holds/i);
    expect(offered.join()).toContain('New ticket');
    expect(await bar(kim).count()).toBe(0);
  });
});

const bar = (window: BoardWindow) => window.page.getByRole('group', { name: 'Selection' });

const chosen = (window: BoardWindow) =>
  window.page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant');
    return (id && document.getElementById(id)?.textContent) || '';
  });

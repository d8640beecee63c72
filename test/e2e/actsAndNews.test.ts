import { expect, it } from 'vitest';
import { PASSWORD, type Person } from '../support/world.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('what one did, and what others did', emptyBoard, (site) => {
  const newTicket = async (title: string, person: Person = site.world.ann) =>
    (await site.clientOf(person)).tickets.create({ projectId: site.world.project.id, title });
  const open = async (person: Person, key = '') => {
    const window = await site.open(person, `#/${site.world.project.key}/${key}`);
    await window.connection('Live').waitFor();
    await window.column('Open').waitFor();
    return window;
  };

  it('can be taken back by the button of its message, and by Control and Z', async () => {
    const { key } = await newTicket('Invoice shows the wrong rate');
    const ann = await open(site.world.ann);
    const messages = ann.page.getByRole('region', { name: 'Messages' });
    await ann.focus(key);

    await ann.press('s', '3');
    await messages.getByText(`${key} moved to Review`).waitFor();
    await ann.screenshot('undo');
    await messages.getByRole('button', { name: 'Undo' }).click();
    await ann.cardIn('Open', key).waitFor();
    await messages.getByText(`Undone: ${key} moved to Review`).waitFor();
    // While a card flies, there are two of it.
    await expect.poll(() => ann.card(key).count()).toBe(1);
    await ann.focus(key);
    await ann.press('c');
    await ann.card(key).getByText('You').waitFor();
    await messages.getByText(`${key} claimed`).waitFor();
    await ann.press('Control+z');

    await ann.page.getByRole('button', { name: `Claim ${key}` }).waitFor();
  });

  it('brings a deleted ticket back', async () => {
    const { key } = await newTicket('Deleted by mistake');
    const ann = await open(site.world.ann, key);
    await ann.panel.getByRole('button', { name: `More for ${key}` }).click();
    await ann.page.getByRole('menuitem', { name: 'Delete…' }).click();
    await ann.page
      .getByRole('dialog', { name: `Delete ${key}` })
      .getByRole('button', { name: 'Delete' })
      .click();
    await ann.page.locator('.panel').waitFor({ state: 'detached' });
    await expect.poll(() => ann.card(key).count()).toBe(0);

    await ann.press('Control+z');

    await ann.cardIn('Open', key).waitFor();
  });

  it('is not undone where somebody did something since', async () => {
    const { key, id } = await newTicket('Export times out');
    const ann = await open(site.world.ann);
    await ann.focus(key);
    await ann.press('s', '3');
    await ann.cardIn('Review', key).waitFor();
    const bob = await site.clientOf(site.world.bob);
    await expect.poll(async () => (await bob.tickets.get({ ticketId: id })).status).toBe('REVIEW');
    await bob.tickets.update({ ticketId: id, patch: { status: 'RESOLVED' } });
    await ann.cardIn('Resolved', key).waitFor();

    await ann.press('Control+z');

    await ann.alert.getByText(`Not undone. Somebody else has just moved ${key} to Resolved.`).waitFor();
    await ann.cardIn('Resolved', key).waitFor();
  });

  it('is told quietly when it is about a ticket that one holds or looks at, several things as one, and not one’s own', async () => {
    const [held, seen, foreign] = [await newTicket('Held'), await newTicket('Seen'), await newTicket('Foreign')];
    const own = await site.clientOf(site.world.ann);
    await own.assignments.claim({ ticketId: held.id });
    const ann = await open(site.world.ann, seen.key);
    const news = ann.page.getByRole('region', { name: 'Messages' }).locator('.toast-news');
    const bob = await site.clientOf(site.world.bob);

    await own.tickets.update({ ticketId: held.id, patch: { category: 'BILLING' } });
    await bob.tickets.update({ ticketId: foreign.id, patch: { status: 'REVIEW' } });
    await bob.tickets.update({ ticketId: held.id, patch: { status: 'REVIEW' } });
    await news.getByText(`Bob Agent moved ${held.key} from Open to Review`).waitFor();
    expect(await news.count()).toBe(1);
    await ann.page.getByRole('status').getByText(`Bob Agent moved ${held.key}`).waitFor();
    await bob.tickets.update({ ticketId: seen.id, patch: { priority: 'HIGH' } });
    await bob.tickets.update({ ticketId: seen.id, patch: { status: 'REVIEW' } });

    await news.getByText(`Bob Agent made 2 changes to ${seen.key}`).waitFor();
    await ann.screenshot('news');
    expect(await news.getByText(foreign.key).count()).toBe(0);
  });

  it('says that the session has ended, and goes on at the same place after signing in again', async () => {
    const { key } = await newTicket('Signed out in the middle');
    const bob = await open(site.world.bob, key);
    await (await site.clientOf(site.world.bob)).logout({ everywhere: true });

    await bob.page.getByRole('alert').getByText('Your session has ended.').waitFor();
    await bob.screenshot('session-ended');
    await bob.page.getByLabel('Email').fill(site.world.bob.email);
    await bob.page.getByLabel('Password').fill(PASSWORD);
    await bob.page.getByRole('button', { name: 'Sign in' }).click();

    await bob.panel.getByRole('heading', { name: 'Signed out in the middle' }).waitFor();
  });
});

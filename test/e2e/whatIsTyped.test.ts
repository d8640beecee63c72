import { expect, it } from 'vitest';
import type { Person } from '../support/world.js';
import type { BoardWindow } from './boardWindow.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('what somebody types', emptyBoard, (site) => {
  const newTicket = async (title: string) =>
    (await site.clientOf(site.world.ann)).tickets.create({ projectId: site.world.project.id, title });
  const openAt = async (person: Person, key: string) => {
    const window = await site.open(person, `#/${site.world.project.key}/${key}`);
    await window.panel.getByRole('heading', { level: 2 }).waitFor();
    return window;
  };
  const comment = ({ panel }: BoardWindow) => panel.getByLabel('New comment');

  it('as a comment is there again when the ticket is opened again, and an internal one still is internal', async () => {
    const [{ key }, { key: other }] = [await newTicket('Half answered'), await newTicket('Another')];
    const window = await openAt(site.world.ann, key);

    await window.panel.getByLabel('Internal, for the team only').check();
    await comment(window).fill('They have not paid');
    await window.press('Escape');
    await window.panel.waitFor({ state: 'detached' });
    await window.cardIn('Open', other).click();
    await comment(window).waitFor();
    expect(await comment(window).inputValue()).toBe('');
    await window.cardIn('Open', key).click();

    await expect.poll(() => comment(window).inputValue()).toBe('They have not paid');
    await window.panel.getByRole('button', { name: 'Add note' }).click();
    await window.comments.getByText('They have not paid').waitFor();
    await expect.poll(() => comment(window).inputValue()).toBe('');
    expect(await window.panel.getByLabel('Internal, for the team only').isChecked()).toBe(false);
  });

  it('as a message waits in its conversation and its thread, and is in no other', async () => {
    const { world, clientOf } = site;
    const client = await clientOf(world.ann);
    const channel = { kind: 'CHANNEL', projectId: world.project.id } as const;
    const { id } = await client.conversations.create({ ...channel, name: 'first' });
    await client.conversations.create({ ...channel, name: 'second' });
    for (const content of ['One', 'Two']) {
      const { id: parentId } = await client.messages.post({ conversationId: id, content });
      await client.messages.post({ conversationId: id, content: `Answer to ${content}`, parentId });
    }
    const { page } = await site.open(world.ann, `#/${world.project.key}/talk/${id}`);
    const field = (name: string) => page.getByRole('textbox', { name });
    const thread = (nth: number) => page.getByRole('button', { name: '1 answer' }).nth(nth).click();

    await field('Write a message').fill('To the first');
    await thread(0);
    await field('Answer').fill('To one');
    await thread(1);
    await expect.poll(() => field('Answer').inputValue()).toBe('');
    await page.getByRole('link', { name: /^second/ }).click();
    await page.getByRole('heading', { name: 'second' }).waitFor();
    expect(await field('Write a message').inputValue()).toBe('');
    await page.getByRole('link', { name: /^first/ }).click();

    await expect.poll(() => field('Write a message').inputValue()).toBe('To the first');
    await thread(0);
    await expect.poll(() => field('Answer').inputValue()).toBe('To one');
  });

  it('as a title is kept by an Enter, but not by one that ends a word of an input method', async () => {
    const { key, id } = await newTicket('Before');
    const window = await openAt(site.world.ann, key);
    const field = window.panel.getByLabel('Title');

    await window.panel.getByRole('button', { name: 'Edit title' }).click();
    await field.fill('にほん');
    for (const name of ['Enter', 'Escape'])
      await field.evaluate((input, pressed) => {
        const how = { key: pressed, isComposing: true, bubbles: true, cancelable: true };
        input.dispatchEvent(new KeyboardEvent('keydown', how));
      }, name);
    await field.pressSequentially('語');
    await field.press('Enter');

    await window.panel.getByRole('heading', { name: 'にほん語' }).waitFor();
    const { version } = await (await site.clientOf(site.world.ann)).tickets.get({ ticketId: id });
    expect(version).toBe(2);
  });

  it('from right to left is read so, with its full stop at the left', async () => {
    const { key, id } = await newTicket('مرحبا بالعالم.');
    await (await site.clientOf(site.world.ann)).comments.create({ ticketId: id, content: 'שלום עולם.' });
    const window = await openAt(site.world.ann, key);
    const said = window.comments.getByText('שלום עולם.');
    await said.waitFor();

    for (const text of [said, window.panel.getByRole('heading', { level: 2 })]) {
      const [first, stop] = await text.evaluate((element) => {
        const letters = element.firstChild as Text;
        return [0, letters.length - 1].map((at) => {
          const range = document.createRange();
          range.setStart(letters, at);
          range.setEnd(letters, at + 1);
          return range.getBoundingClientRect().left;
        });
      });
      expect(stop).toBeLessThan(first ?? 0);
    }
  });

  it('into a new ticket is not lost to a click beside the dialog', async () => {
    const window = await site.open(site.world.ann, `#/${site.world.project.key}`);
    await window.page.getByRole('button', { name: 'New ticket' }).click();
    const dialog = window.page.getByRole('dialog', { name: 'New ticket' });

    await dialog.getByLabel('Title').fill('A long story');
    await window.page.mouse.click(5, 450);
    expect(await dialog.getByLabel('Title').inputValue()).toBe('A long story');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await window.page.getByRole('button', { name: 'New ticket' }).click();
    await window.page.mouse.click(5, 450);

    await dialog.waitFor({ state: 'detached' });
  });

  it('at the sign-in can be put right at once after a wrong password', async () => {
    const window = await site.open(site.world.ann, '', { storageState: { cookies: [], origins: [] } });

    await window.page.getByLabel('Email').fill(site.world.ann.email);
    await window.page.getByLabel('Password').fill('wrong');
    await window.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await window.page.getByRole('alert').filter({ hasText: 'do not fit' }).waitFor();

    await expect
      .poll(() => window.page.getByLabel('Password').evaluate((field) => field === document.activeElement))
      .toBe(true);
  });
});

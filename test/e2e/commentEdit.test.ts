import { expect, it } from 'vitest';
import { aProxy } from '../sdk/realServer.js';
import type { Person } from '../support/world.js';
import type { BoardWindow } from './boardWindow.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

/** What is not told at once is never told: long enough for a machine that runs other tests at the same time. */
const AT_ONCE_MS = 10_000;

describeBoard('a comment that is edited', emptyBoard, (site) => {
  /** A ticket with a comment of Ann's. */
  async function aComment(title: string, content: string, visibility: 'PUBLIC' | 'INTERNAL' = 'PUBLIC') {
    const client = await site.clientOf(site.world.ann);
    const { key, id: ticketId } = await client.tickets.create({ projectId: site.world.project.id, title });
    const { id: commentId } = await client.comments.create({ ticketId, content, visibility });
    const read = async () => (await client.comments.list({ ticketId })).items.find(({ id }) => id === commentId)!;
    return { key, ticketId, commentId, content, read };
  }
  const openAt = async (person: Person, { key, content }: { key: string; content: string }, way = {}) => {
    const window = await site.open(person, `#/${site.world.project.key}/${key}`, way);
    await window.comments.getByText(content).waitFor();
    return window;
  };
  const editButton = (window: BoardWindow, content: string) =>
    window.comments.getByRole('button', { name: `Edit: ${content}` });
  const field = (window: BoardWindow) => window.panel.getByLabel(/^Edit the (comment|note)$/);
  const problem = (window: BoardWindow) => window.comments.getByRole('alert');
  const hasFocus = (window: BoardWindow, name: string) =>
    expect
      .poll(() => window.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), { message: name })
      .toBe(name);

  it('is changed where it stands, by the keyboard alone, for everybody at once, and says so', async () => {
    const comment = await aComment('Mail bounces', 'The relay refuses it');
    const [ann, bob] = [await openAt(site.world.ann, comment), await openAt(site.world.bob, comment)];

    await editButton(ann, comment.content).focus();
    await ann.press('Enter');
    await hasFocus(ann, 'Edit the comment');
    await ann.page.keyboard.type(', since nine');
    await ann.screenshot('a comment being edited');
    await ann.press('Control+Enter');

    await bob.comments.getByText('The relay refuses it, since nine').waitFor({ timeout: AT_ONCE_MS });
    await bob.comments.getByText('edited', { exact: true }).waitFor();
    await field(ann).waitFor({ state: 'detached' });
    await hasFocus(ann, 'Edit: The relay refuses it, since nine');
    await ann.screenshot('a comment that was edited');
    expect(await ann.comments.locator('.comment').count()).toBe(1);
    expect(await comment.read()).toMatchObject({ content: 'The relay refuses it, since nine', version: 2 });
    expect(await bob.comments.getByRole('button', { name: /^Edit:/ }).count()).toBe(0);
  });

  it('is left as it was by Escape, which does not close the ticket, and by saving it as it is', async () => {
    const comment = await aComment('Printer jams', 'It is the paper');
    const ann = await openAt(site.world.ann, comment);
    const edit = editButton(ann, comment.content);

    await edit.click();
    await field(ann).fill('Nonsense');
    await ann.press('Escape');
    await ann.comments.getByText('It is the paper').waitFor();
    await hasFocus(ann, 'Edit: It is the paper');
    await edit.click();
    expect(await field(ann).inputValue()).toBe('It is the paper');
    await ann.panel.getByRole('button', { name: 'Save' }).click();

    await field(ann).waitFor({ state: 'detached' });
    expect(await comment.read()).toMatchObject({ content: 'It is the paper', version: 1 });
  });

  it('is not saved without words, nor with what the server will not take, and says why with nothing lost', async () => {
    const comment = await aComment('VPN drops', 'Every half hour', 'INTERNAL');
    const ann = await openAt(site.world.ann, comment);
    await editButton(ann, comment.content).click();

    await field(ann).fill(' \n ');
    await ann.panel.getByRole('button', { name: 'Save' }).click();
    await problem(ann).getByText('A comment needs some words.').waitFor();
    expect(await field(ann).getAttribute('aria-invalid')).toBe('true');
    await hasFocus(ann, 'Edit the note');
    await field(ann).fill('\u200b');
    await expect.poll(() => problem(ann).count()).toBe(0);
    await ann.press('Control+Enter');

    await problem(ann).getByText('has no visible character').waitFor();
    expect(await field(ann).inputValue()).toBe('\u200b');
    expect((await comment.read()).version).toBe(1);
  });

  it('by two shows what the other wrote before it is written over', async () => {
    const comment = await aComment('Backup is slow', 'It takes an hour');
    const [ann, lead] = [await openAt(site.world.ann, comment), await openAt(site.world.lead, comment)];
    for (const window of [ann, lead]) await editButton(window, comment.content).click();

    await field(lead).fill('It takes two hours');
    await lead.press('Control+Enter');
    await field(lead).waitFor({ state: 'detached' });
    await field(ann).fill('It takes three hours');
    await ann.press('Control+Enter');
    await problem(ann).getByText('Somebody else changed this comment meanwhile').waitFor();
    await ann.comments.getByRole('region', { name: 'What it says now' }).getByText('It takes two hours').waitFor();
    await ann.screenshot('a comment that two people edit');
    expect(await field(ann).inputValue()).toBe('It takes three hours');
    await hasFocus(ann, 'Edit the comment');
    expect((await comment.read()).content).toBe('It takes two hours');
    expect(await ann.page.getByRole('region', { name: 'Changes that were not saved' }).count()).toBe(0);
    await ann.press('Control+Enter');

    await lead.comments.getByText('It takes three hours').waitFor({ timeout: AT_ONCE_MS });
    expect(await comment.read()).toMatchObject({ content: 'It takes three hours', version: 3 });
  });

  it('without a network is saved later, and asks whoever has left the ticket where somebody else was faster', async () => {
    const comment = await aComment('On the train', 'No signal');
    const proxy = await aProxy(Number(new URL(site.url).port));
    const ann = await openAt(site.world.ann, comment, { url: `http://127.0.0.1:${proxy.port}` });
    await ann.connection('Live').waitFor();
    await editButton(ann, comment.content).click();
    const unsaved = ann.page.getByRole('region', { name: 'Changes that were not saved' });

    proxy.down(true);
    await field(ann).fill('No signal in the tunnel');
    await ann.press('Control+Enter');
    await ann.connection('1 change waits to be sent').waitFor();
    await ann.panel.getByRole('button', { name: 'Close ticket' }).click();
    const { commentId } = comment;
    await (await site.clientOf(site.world.lead)).comments.update({ commentId, patch: { content: 'Solved.' } });
    proxy.down(false);
    await unsaved.getByText('A comment: somebody else changed what you changed').waitFor({ timeout: 30_000 });
    await unsaved.getByText('Solved.').waitFor();
    await unsaved.getByRole('button', { name: 'Use mine' }).click();

    await expect.poll(async () => (await comment.read()).content).toBe('No signal in the tunnel');
    await unsaved.waitFor({ state: 'detached' });
  });

  it('without a network takes the focus from nobody who has gone on meanwhile', async () => {
    const comment = await aComment('In the lift', 'Stuck');
    const proxy = await aProxy(Number(new URL(site.url).port));
    const ann = await openAt(site.world.ann, comment, { url: `http://127.0.0.1:${proxy.port}` });
    await ann.connection('Live').waitFor();
    await editButton(ann, comment.content).click();

    proxy.down(true);
    await field(ann).fill('Stuck between two floors');
    await ann.press('Control+Enter');
    await ann.connection('1 change waits to be sent').waitFor();
    await ann.panel.getByLabel('New comment').focus();
    proxy.down(false);

    await field(ann).waitFor({ state: 'detached', timeout: 30_000 });
    await ann.comments.getByText('Stuck between two floors').waitFor();
    await hasFocus(ann, 'New comment');
  });

  it('and not saved is gone on with when the ticket is opened again, on what stood there then', async () => {
    const comment = await aComment('Login fails', 'Which browser?');
    const ann = await openAt(site.world.ann, comment);
    await editButton(ann, comment.content).click();
    await field(ann).fill('Which browser, and since when?');
    await ann.panel.getByRole('button', { name: 'Close ticket' }).click();
    await ann.panel.waitFor({ state: 'detached' });
    const { commentId } = comment;
    await (await site.clientOf(site.world.lead)).comments.update({ commentId, patch: { content: 'Solved.' } });

    await ann.cardIn('Open', comment.key).click();
    await expect.poll(() => field(ann).inputValue()).toBe('Which browser, and since when?');
    expect(await field(ann).evaluate((area) => area === document.activeElement)).toBe(false);
    await field(ann).press('Control+Enter');
    await ann.comments.getByRole('region', { name: 'What it says now' }).getByText('Solved.').waitFor();
    await ann.panel.getByRole('button', { name: 'Cancel' }).click();
    await ann.press('Escape');
    await ann.panel.waitFor({ state: 'detached' });
    await ann.cardIn('Open', comment.key).click();

    await ann.comments.getByText('Solved.').waitFor();
    expect(await field(ann).count()).toBe(0);
  });
});

import { expect, it } from 'vitest';
import type { Person } from '../support/world.js';
import type { BoardWindow } from './boardWindow.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

/** What is not told at once is never told: long enough for a machine that runs other tests at the same time. */
const AT_ONCE_MS = 10_000;

describeBoard('conversations', emptyBoard, (site) => {
  const openTalk = async (person: Person, conversationId = '') => {
    const window = await site.open(person, `#/${site.world.project.key}/talk/${conversationId}`);
    await window.page.getByRole('heading', { name: 'Conversations' }).waitFor({ state: 'attached' });
    return window;
  };
  const newChannel = async (name: string, more: { isPrivate?: boolean; memberIds?: string[] } = {}) =>
    (await site.clientOf(site.world.ann)).conversations.create({
      kind: 'CHANNEL',
      projectId: site.world.project.id,
      name,
      ...more,
    });
  const messages = ({ page }: BoardWindow) => page.getByRole('list', { name: 'Messages' });
  const write = async ({ page }: BoardWindow, text: string, label = 'Write a message') => {
    await page.getByRole('textbox', { name: label }).fill(text);
    await page.keyboard.press('Enter');
  };

  it('are begun as channels, private ones with their people, which only those see', async () => {
    const { ann, bob, cyd } = site.world;
    const [first, second, third] = [await openTalk(ann), await openTalk(bob), await openTalk(cyd)];
    const channels = ({ page }: BoardWindow) => page.getByRole('list', { name: 'Channels' });

    await first.page.getByRole('button', { name: 'New channel' }).click();
    const dialog = first.page.getByRole('dialog', { name: 'New channel' });
    await dialog.getByLabel('Name').fill('incident-7');
    await dialog.getByLabel(/^Private/).check();
    await dialog.getByLabel('Bob Agent').check();
    await dialog.getByRole('button', { name: 'Create channel' }).click();
    await first.page.getByRole('heading', { name: 'incident-7' }).waitFor();
    await channels(second)
      .getByRole('link', { name: /^incident-7.*private$/ })
      .click({ timeout: AT_ONCE_MS });
    await write(first, 'It began at nine.');

    await messages(second).getByText('It began at nine.').waitFor({ timeout: AT_ONCE_MS });
    expect(await channels(third).getByText('incident-7').count()).toBe(0);
  });

  it('are live: what is said, edited, deleted and answered, and who types', async () => {
    const { ann, bob } = site.world;
    const { id } = await newChannel('support');
    const [first, second] = [await openTalk(ann, id), await openTalk(bob, id)];

    await first.page.getByRole('textbox', { name: 'Write a message' }).pressSequentially('Who has the key');
    await second.page.getByRole('status').getByText('Ann Agent is typing…').waitFor({ timeout: AT_ONCE_MS });
    await first.press('Enter');
    const theirs = messages(second).getByRole('listitem').filter({ hasText: 'Who has the key' });
    await theirs.waitFor({ timeout: AT_ONCE_MS });
    const mine = messages(first).getByRole('listitem').filter({ hasText: 'Who has the key' });
    await mine.hover();
    await mine.getByRole('button', { name: 'Edit' }).click();
    await first.page.getByLabel('Edit the message').fill('Who has the key to the archive?');
    await first.press('Enter');
    await messages(second).getByText('Who has the key to the archive?').waitFor({ timeout: AT_ONCE_MS });
    expect(await theirs.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    await theirs.hover();
    await theirs.getByRole('button', { name: 'Answer in a thread' }).click();
    await write(second, 'I have it.', 'Answer');
    await messages(first).getByRole('button', { name: '1 answer' }).click({ timeout: AT_ONCE_MS });
    await first.page.getByRole('list', { name: 'Answers' }).getByText('I have it.').waitFor();
    await first.screenshot('a thread');
    expect(await messages(first).getByText('I have it.').count()).toBe(0);
    await first.press('Escape');
    await write(first, 'Said by mistake');
    const mistake = messages(first).getByRole('listitem').filter({ hasText: 'Said by mistake' });
    await messages(second).getByText('Said by mistake').waitFor({ timeout: AT_ONCE_MS });
    await mistake.hover();
    await mistake.getByRole('button', { name: 'Delete' }).click();

    await expect.poll(() => messages(second).getByText('Said by mistake').count()).toBe(0);
  });

  it('keep what is written without a connection, also over a reload, and send it once', async () => {
    const { id } = await newChannel('offline');
    const [ann, bob] = [await openTalk(site.world.ann, id), await openTalk(site.world.bob, id)];
    await messages(ann).waitFor({ state: 'attached' });
    await ann.connection('Live').waitFor();
    await ann.page.context().setOffline(true);

    await write(ann, 'Written in the tunnel');
    await messages(ann).getByText('being sent…').waitFor();
    await ann.screenshot('written offline');
    await ann.page.context().setOffline(false);

    await messages(bob).getByText('Written in the tunnel').waitFor({ timeout: 20_000 });
    await expect.poll(() => messages(ann).getByText('being sent…').count()).toBe(0);
    expect(await messages(bob).getByText('Written in the tunnel').count()).toBe(1);
  });

  it('are direct between people, and become tickets', async () => {
    const { ann, bob } = site.world;
    const [first, second] = [await openTalk(ann), await openTalk(bob)];

    await first.page.getByRole('button', { name: 'Talk to somebody' }).click();
    const dialog = first.page.getByRole('dialog', { name: 'Talk to somebody' });
    await dialog.getByLabel('Bob Agent').check();
    await dialog.getByRole('button', { name: 'Start' }).click();
    await first.page.getByRole('heading', { name: 'Bob Agent' }).waitFor();
    await write(first, 'The printer on the second floor is broken.');
    await second.page
      .getByRole('list', { name: 'Direct' })
      .getByRole('link', { name: 'Ann Agent' })
      .click({ timeout: AT_ONCE_MS });
    await messages(second).getByText('The printer on the second floor is broken.').waitFor();
    await second.page.getByRole('button', { name: 'Open a ticket from this conversation' }).click();
    const form = second.page.getByRole('dialog', { name: 'New ticket' });
    await form.getByLabel('Title').fill('Printer broken');
    await form.getByRole('button', { name: 'Create ticket' }).click();
    await second.panel.getByRole('heading', { name: 'Printer broken' }).waitFor();
    await second.panel.getByRole('button', { name: 'Conversation', exact: true }).click();

    await messages(second).getByText('The printer on the second floor is broken.').waitFor();
    await second.screenshot('the conversation of a ticket');
  });

  it('are archived, read as before, and brought back', async () => {
    const { id } = await newChannel('old-project');
    const [ann, bob] = [await openTalk(site.world.ann, id), await openTalk(site.world.bob, id)];
    const more = (choice: string) =>
      ann.page
        .getByRole('button', { name: 'More for this channel' })
        .click()
        .then(() => ann.page.getByRole('menuitem', { name: choice }).click());

    await write(ann, 'That was it.');
    await messages(ann).getByText('That was it.').waitFor();
    await more('Archive');
    await bob.page.getByText('This conversation is archived.').waitFor({ timeout: AT_ONCE_MS });
    expect(await messages(bob).getByText('That was it.').count()).toBe(1);
    await more('Bring back');

    await bob.page.getByRole('textbox', { name: 'Write a message' }).waitFor({ timeout: AT_ONCE_MS });
  });
});

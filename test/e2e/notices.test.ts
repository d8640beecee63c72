import { expect, it } from 'vitest';
import type { Person } from '../support/world.js';
import type { BoardWindow } from './boardWindow.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('the bell', emptyBoard, (site) => {
  const bell = ({ page }: BoardWindow, unread = 0) =>
    page.getByRole('button', { name: unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`, exact: true });
  const list = ({ page }: BoardWindow) => page.getByRole('list', { name: 'Notifications' });
  const given = async (title: string, to: Person) => {
    const lead = await site.clientOf(site.world.lead);
    return lead.tickets.create({ projectId: site.world.project.id, title, assigneeId: to.userId });
  };

  it('counts what is new as it comes, leads to the ticket, and is read in all windows of the person', async () => {
    const { bob } = site.world;
    const [first, second] = [await site.open(bob, ''), await site.open(bob, '')];
    await bell(first).waitFor();
    await bell(second).waitFor();

    const ticket = await given('The door is stuck', bob);
    await bell(first, 1).waitFor({ timeout: 4_000 });
    const ann = await site.clientOf(site.world.ann);
    await ann.comments.create({
      ticketId: ticket.id,
      content: `@[Bob Agent](${bob.userId}) the smith comes at ten.`,
      visibility: 'INTERNAL',
    });
    await bell(first, 2).click({ timeout: 4_000 });
    await list(first).getByText('Ann Agent mentioned you').waitFor();
    await list(first).getByText('@Bob Agent the smith comes at ten.').waitFor();
    await first.screenshot('notifications');
    await list(first)
      .getByRole('link', { name: /mentioned you/ })
      .click();
    await first.panel.getByRole('heading', { name: 'The door is stuck' }).waitFor();
    await bell(second, 1).click();
    await second.page.getByRole('button', { name: 'Mark all read' }).click();
    await bell(second).waitFor();

    await bell(first).waitFor();
  });

  it('gives the focus back, and marks one as read without leaving', async () => {
    await given('Left for later', site.world.cyd);
    const cyd = await site.open(site.world.cyd, `#/${site.world.project.key}`);
    await bell(cyd, 1).focus();
    await cyd.press('Enter');
    await list(cyd)
      .getByRole('button', { name: /^Mark read/ })
      .click();
    await bell(cyd).waitFor();
    await cyd.press('Escape');

    await list(cyd).waitFor({ state: 'detached' });
    await expect.poll(() => bell(cyd).evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it('is silent about what one does not want to be told of', async () => {
    const { ann } = site.world;
    const window = await site.open(ann, '');
    await bell(window).click();
    await window.page.getByRole('button', { name: 'What I am told of' }).click();
    const choice = window.page.getByRole('checkbox', { name: /^A ticket is given to me: Here/ });
    await choice.uncheck();
    await window.screenshot('what one is told of');
    const client = await site.clientOf(ann);
    const inApp = async () =>
      (await client.notifications.preferences.get()).items.find(({ kind }) => kind === 'ASSIGNED')?.inApp;
    await expect.poll(inApp).toBe(false);

    await given('Not told', ann);
    const mentioned = await given('Told', site.world.bob);
    const lead = await site.clientOf(site.world.lead);
    await lead.comments.create({
      ticketId: mentioned.id,
      content: `@[Ann Agent](${ann.userId}) look`,
      visibility: 'INTERNAL',
    });

    await bell(window, 1).waitFor();
  });

  it('tells somebody who is named by an @ and Tab', async () => {
    const { ann, lead, project } = site.world;
    const { key } = await given('Who knows the code', site.world.bob);
    const bob = await site.open(site.world.bob, `#/${project.key}/${key}`);
    await bob.panel.getByLabel('New comment').pressSequentially('Ask @lea');
    await bob.panel.getByRole('button', { name: 'Name Lea Lead' }).waitFor();
    await bob.press('Tab');
    await bob.panel.getByLabel('New comment').pressSequentially('about it');
    await bob.press('Control+Enter');

    await bob.comments.getByText('Ask @Lea Lead about it').waitFor();
    const told = async (person: Person) => (await (await site.clientOf(person)).notifications.list({})).items;
    await expect.poll(async () => (await told(lead)).map(({ kind }) => kind)).toContain('MENTION');
    expect((await told(ann)).some(({ ticket }) => ticket?.key === key)).toBe(false);
    await bob.screenshot('a mention');
  });
});

import { expect, it } from 'vitest';
import type { Person } from '../support/world.js';
import { describeBoard, emptyBoard } from './describeBoard.js';
import type { BoardWindow } from './boardWindow.js';

/** What is not told at once is never told: long enough for a machine that runs other tests at the same time. */
const AT_ONCE_MS = 10_000;
/** Less than the five seconds after which it is forgotten who typed. */
const FORGOTTEN_MS = 4_500;

describeBoard('a ticket beside its board', emptyBoard, (site) => {
  const newTicket = async (title: string, person: Person = site.world.ann) =>
    (await site.clientOf(person)).tickets.create({ projectId: site.world.project.id, title });
  const openAt = async (person: Person, key: string, title: string) => {
    const window = await site.open(person, `#/${site.world.project.key}/${key}`);
    await window.panel.getByRole('heading', { name: title }).waitFor();
    return window;
  };
  const presence = (window: BoardWindow) => window.panel.getByRole('status', { name: 'Who else is here' });

  it('tells staff who else looks at it and who types, as they come and go, and customers nothing', async () => {
    const { ann, bob, customer } = site.world;
    const { key } = await newTicket('The portal is slow', customer);
    const first = await openAt(ann, key, 'The portal is slow');
    const second = await openAt(bob, key, 'The portal is slow');
    const theirs = await openAt(customer, key, 'The portal is slow');

    await expect
      .poll(() => presence(first).textContent(), { timeout: 8_000 })
      .toContain('Bob Agent and Kim Customer are viewing');
    await second.panel.getByLabel('New comment').pressSequentially('Looking into it');
    await presence(first).getByText('Bob Agent is typing…').waitFor({ timeout: AT_ONCE_MS });
    expect(await presence(theirs).count()).toBe(0);
    expect(await theirs.panel.getByText(/Bob Agent|Ann Agent/).count()).toBe(0);
    await second.panel.getByRole('button', { name: 'Comment', exact: true }).click();
    await presence(first).getByText('Bob Agent and Kim Customer are viewing').waitFor({ timeout: FORGOTTEN_MS });
    await first.screenshot('presence');
    await second.press('Escape');
    await theirs.close();

    await expect.poll(() => presence(first).textContent()).toBe('');
  });

  it('is shown on the board of its own project, whichever the address names', async () => {
    const { admin, project, foreign } = site.world;
    const elsewhere = { projectId: foreign.id, title: 'Elsewhere' };
    const { key } = await (await site.clientOf(admin)).tickets.create(elsewhere);
    const window = await site.open(admin, `#/${project.key}`);
    await window.column('Open').waitFor();

    await window.page.evaluate((path) => (location.hash = path), `#/${project.key}/${key}`);

    await window.page.waitForURL(`**/#/${foreign.key}/${key}`);
    await window.panel.getByRole('heading', { name: 'Elsewhere' }).waitFor();
    await window.cardIn('Open', key).waitFor();
    await window.page.goBack();
    await window.column('Open').waitFor();
    expect(new URL(window.page.url()).hash).toBe(`#/${project.key}`);
    expect(await window.card(key).count()).toBe(0);
  });

  it('has one timeline of what was done and said, kept up by both, and a filter for either', async () => {
    const { ann, bob } = site.world;
    const { key, id } = await newTicket('Mail bounces');
    const [first, second] = [await openAt(ann, key, 'Mail bounces'), await openAt(bob, key, 'Mail bounces')];

    await first.panel.getByRole('combobox', { name: 'Priority' }).selectOption('Urgent');
    await second.comments.getByText('Ann Agent changed the priority from Medium to Urgent').waitFor();
    await (await site.clientOf(bob)).comments.create({ ticketId: id, content: 'The relay refuses it.' });
    await first.comments.getByText('The relay refuses it.').waitFor({ timeout: AT_ONCE_MS });
    await second.panel.getByRole('button', { name: 'Claim', exact: true }).click();
    await first.comments.getByText('Bob Agent took it').waitFor();

    await first.panel.getByRole('button', { name: 'Comments', exact: true }).click();
    await expect.poll(() => first.comments.getByText('Bob Agent took it').count()).toBe(0);
    await first.panel.getByRole('button', { name: 'History', exact: true }).click();
    await first.comments.getByText('Bob Agent took it').waitFor();
    expect(await first.comments.getByText('The relay refuses it.').count()).toBe(0);
  });

  it('brings a long timeline page by page, the latest first', async () => {
    const { ann } = site.world;
    const { key, id } = await newTicket('A long talk');
    const client = await site.clientOf(ann);
    for (let i = 1; i <= 70; i++) await client.comments.create({ ticketId: id, content: `Comment number ${i}.` });
    const window = await openAt(ann, key, 'A long talk');

    await window.comments.getByText('Comment number 70.').waitFor();
    expect(await window.comments.getByText('Comment number 1.', { exact: true }).count()).toBe(0);
    await window.panel.getByRole('button', { name: 'Show earlier' }).click();
    await window.comments.getByText('Comment number 1.', { exact: true }).waitFor();
    await window.panel.getByRole('button', { name: 'Show earlier' }).waitFor({ state: 'detached' });
    expect(await window.comments.locator('.comment').count()).toBe(70);
  });

  it('shows both values when two people change one field, and lets the second choose', async () => {
    const { ann, bob } = site.world;
    const { key, id } = await newTicket('Printer prints');
    const [first, second] = [await openAt(ann, key, 'Printer prints'), await openAt(bob, key, 'Printer prints')];
    const rename = async (window: BoardWindow, title: string) => {
      await window.panel.getByRole('button', { name: 'Edit title' }).click();
      await window.panel.getByLabel('Title', { exact: true }).fill(title);
    };
    const conflict = second.panel.getByRole('alert', { name: 'Changed by two people' });
    const clash = async (theirs: string, mine: string) => {
      await rename(second, mine);
      await rename(first, theirs);
      await first.press('Enter');
      await first.panel.getByRole('heading', { name: theirs }).waitFor();
      await second.press('Enter');
      await conflict.getByText(theirs).waitFor();
      await conflict.getByText(mine).waitFor();
    };

    await clash('Printer prints blank pages', 'Printer prints too much');
    await second.screenshot('choice');
    await conflict.getByRole('button', { name: 'Use mine' }).click();
    await first.panel.getByRole('heading', { name: 'Printer prints too much' }).waitFor({ timeout: AT_ONCE_MS });
    await clash('Printer is fine', 'Printer is broken');
    await conflict.getByRole('button', { name: 'Keep theirs' }).click();

    await conflict.waitFor({ state: 'detached' });
    await second.panel.getByRole('heading', { name: 'Printer is fine' }).waitFor();
    expect((await (await site.clientOf(ann)).tickets.get({ ticketId: id })).title).toBe('Printer is fine');
  });

  it('is changed where it stands: date, points and text, and Escape changes nothing', async () => {
    const { ann } = site.world;
    const { key, id } = await newTicket('Quarterly report');
    const window = await openAt(ann, key, 'Quarterly report');
    const read = async () => (await site.clientOf(ann)).tickets.get({ ticketId: id });

    await window.panel.getByLabel('Due date').fill('2030-05-17');
    await window.press('Enter');
    await window.panel.getByLabel('Story points').fill('8');
    await window.press('Tab');
    await window.panel.getByRole('button', { name: 'Edit description' }).click();
    await window.panel.getByLabel('Description').fill('Numbers of the north.');
    await window.press('Control+Enter');
    await window.panel.getByText('Numbers of the north.').waitFor();
    await window.panel.getByRole('button', { name: 'Edit title' }).click();
    await window.page.keyboard.type('Nonsense');
    await window.press('Escape');

    await window.panel.getByRole('heading', { name: 'Quarterly report' }).waitFor();
    await expect.poll(read).toMatchObject({
      dueDate: '2030-05-17',
      storyPoints: 8,
      description: 'Numbers of the north.',
      title: 'Quarterly report',
    });
  });

  it('keeps its title where that is emptied, and says why', async () => {
    const { ann } = site.world;
    const { key, id } = await newTicket('Never without');
    const window = await openAt(ann, key, 'Never without');
    const field = window.panel.getByLabel('Title', { exact: true });
    const why = window.panel.getByRole('alert').filter({ hasText: 'A ticket needs a title.' });
    const empty = async () => {
      await window.panel.getByRole('button', { name: 'Edit title' }).click();
      await field.fill('  ');
    };

    await empty();
    await window.press('Enter');
    await why.waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('Never');
    await expect.poll(() => why.count()).toBe(0);
    await field.fill('');
    await window.press('Tab');
    await window.panel.getByRole('heading', { name: 'Never without' }).waitFor();
    await why.waitFor();
    await window.screenshot('a title that was emptied');
    await empty();
    expect(await why.count()).toBe(0);
    await window.press('Escape');

    await window.panel.getByRole('heading', { name: 'Never without' }).waitFor();
    expect(await why.count()).toBe(0);
    expect((await (await site.clientOf(ann)).tickets.get({ ticketId: id })).version).toBe(1);
  });

  it('tells how much its holders hold, and who held it when and why it ended', async () => {
    const { admin, ann, bob } = site.world;
    const { key, id } = await newTicket('Handed around');
    const { developers } = await site.clientOf(admin);
    const profile = (await developers.list({})).items.find(({ userId }) => userId === bob.userId);
    await developers.update({ developerId: profile!.id, patch: { capacity: 30, availability: 0.5 } });
    const client = await site.clientOf(ann);
    const { id: assignmentId } = await client.assignments.claim({ ticketId: id });
    await client.reassignTicket({ assignmentId, newAssigneeId: bob.userId, reason: 'Knows the proxy' });
    const window = await openAt(ann, key, 'Handed around');

    await window.panel.getByRole('button', { name: 'Remove Bob Agent' }).waitFor();
    await expect.poll(() => window.panel.locator('.hand').textContent()).toMatch(/\d+ of 15 pt/);
    await window.panel.getByText('Who held it when').click();
    const spans = window.panel.locator('.holder-history li');
    await expect
      .poll(() => spans.allTextContents())
      .toEqual([expect.stringMatching(/Bob Agent.*– now/), expect.stringMatching(/Ann Agent.*Knows the proxy/)]);
    await window.panel.getByRole('button', { name: 'Remove Bob Agent' }).click();
    await window.page
      .getByRole('dialog', { name: `Take ${key} from Bob Agent` })
      .getByLabel('Reason')
      .fill('On leave');
    await window.press('Enter');
    await expect.poll(() => spans.first().textContent()).toMatch(/Bob Agent.*On leave/);
  });
});

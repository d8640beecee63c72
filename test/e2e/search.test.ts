import { expect, it } from 'vitest';
import type { Person } from '../support/world.js';
import type { BoardWindow } from './boardWindow.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('searching everything', emptyBoard, (site) => {
  const field = ({ page }: BoardWindow) => page.getByRole('searchbox', { name: 'Search everything' });
  const hits = ({ page }: BoardWindow) => page.getByRole('list', { name: 'What was found' });
  const newTicket = async (title: string, more: { description?: string; priority?: 'URGENT' } = {}) =>
    (await site.clientOf(site.world.ann)).tickets.create({ projectId: site.world.project.id, title, ...more });

  it('finds tickets and comments, marks the words, narrows, and opens what was found', async () => {
    const { ann } = site.world;
    const first = await newTicket('The lighthouse is dark', { priority: 'URGENT' });
    const second = await newTicket('Order paint', { description: 'For the lighthouse, white and red.' });
    const client = await site.clientOf(ann);
    await client.comments.create({ ticketId: second.id, content: 'The keeper of the lighthouse is away.' });
    const window = await site.open(ann, '#/search/lighthouse');

    await window.page.getByRole('status').getByText('3 found').waitFor();
    expect(await hits(window).locator('mark').allTextContents()).toEqual(['lighthouse', 'lighthouse', 'lighthouse']);
    await window.screenshot('search');
    await window.page.getByRole('button', { name: 'Comments', exact: true }).click();
    await window.page.getByRole('status').getByText('1 found').waitFor();
    await hits(window).getByText('The keeper of the lighthouse is away.').waitFor();
    await window.page.getByRole('button', { name: 'All', exact: true }).click();
    await window.page.getByRole('status').getByText('3 found').waitFor();
    await window.page.getByRole('button', { name: 'priority:urgent' }).click();
    await expect.poll(() => hits(window).getByRole('link').count()).toBe(1);
    expect(decodeURIComponent(window.page.url())).toContain('#/search/lighthouse priority:urgent');
    await hits(window).getByRole('link').click();

    await window.panel.getByRole('heading', { name: 'The lighthouse is dark' }).waitFor();
    expect(window.page.url()).toContain(first.key);
    await window.page.goBack();
    await expect.poll(() => field(window).inputValue()).toBe('lighthouse priority:urgent');
  });

  it('says when nothing is found, and what a name cannot have', async () => {
    const window = await site.open(site.world.ann, `#/${site.world.project.key}`);
    await window.connection('Live').waitFor();
    await window.column('Open').waitFor();
    await window.press('f');

    await field(window).fill('nothing-is-called-that');
    await window.page.getByText('Nothing was found.').waitFor();
    await field(window).fill('status:lost');

    await window.page.getByRole('alert').getByText('"status:lost" cannot be').waitFor();
  });

  it('says that its script did not come, and asks for it again', async () => {
    const ann = await site.open(site.world.ann, '');
    await ann.page.getByRole('heading', { name: 'Projects' }).waitFor();
    await ann.page.route('**/assets/SearchPage*', (route) => route.abort());
    await ann.page.getByRole('link', { name: 'Search everything' }).click();
    await ann.page.getByText('This part of the board could not be loaded.').waitFor();

    await ann.page.unroute('**/assets/SearchPage*');
    await ann.page.getByRole('button', { name: 'Try again' }).click();

    await field(ann).waitFor();
  });

  it('finds nothing that one may not see', async () => {
    await newTicket('The vault is open');
    const customer = await site.open(site.world.customer, '#/search/vault');

    await customer.page.getByText('Nothing was found.').waitFor();
  });
});

describeBoard('saved views', emptyBoard, (site) => {
  const openWith = async (person: Person, search: string) => {
    const window = await site.open(person, `${search}#/${site.world.project.key}`);
    await window.connection('Live').waitFor();
    await window.column('Open').waitFor();
    return window;
  };
  const saved = ({ page }: BoardWindow, name: string) => page.getByRole('button', { name, exact: true });

  it('are kept by the server, shared with the team, and forgotten', async () => {
    const { ann, bob } = site.world;
    const first = await openWith(ann, '?priority=URGENT&assignee=me');
    await first.page.getByRole('button', { name: 'Save filter' }).click();
    await first.page.getByLabel('Name').fill('My fires');
    await first.page.getByLabel('Share it with the team').check();
    await first.page.getByRole('button', { name: 'Save', exact: true }).click();
    await saved(first, 'My fires').waitFor();
    const elsewhere = await openWith(ann, '');
    await saved(elsewhere, 'My fires').click();
    expect(new URL(elsewhere.page.url()).search).toBe('?priority=URGENT&assignee=me');
    const second = await openWith(bob, '');
    await saved(second, 'My fires · Ann Agent').click();
    expect(new URL(second.page.url()).searchParams.get('assignee')).toBe(ann.userId);
    await second.screenshot('a shared view');
    expect(await second.page.getByRole('button', { name: 'Forget the filter My fires' }).count()).toBe(0);
    await first.page.getByRole('button', { name: 'Share My fires with the team' }).click();
    await expect
      .poll(async () => (await (await site.clientOf(bob)).views.list({ projectId: site.world.project.id })).items)
      .toEqual([]);
    await first.page.getByRole('button', { name: 'Forget the filter My fires' }).click();

    await expect.poll(() => saved(first, 'My fires').count()).toBe(0);
  });

  it('take over what this browser has kept, but for what is counted from today', async () => {
    const { bob, project } = site.world;
    const first = await openWith(bob, '');
    await first.page.evaluate(
      ([key]) =>
        localStorage.setItem(
          key!,
          JSON.stringify([
            { name: 'Urgent ones', search: '?priority=URGENT' },
            { name: 'Late', search: '?due=overdue' },
          ]),
        ),
      [`baton.filters.${bob.userId}.${project.id}`],
    );
    await first.page.reload();
    await first.page.getByRole('button', { name: 'Keep the filter on the server' }).click();

    await expect
      .poll(async () => {
        const { items } = await (await site.clientOf(bob)).views.list({ projectId: project.id });
        return items.map(({ name, filter }) => ({ name, filter }));
      })
      .toEqual([{ name: 'Urgent ones', filter: { priority: ['URGENT'] } }]);
    await saved(first, 'Urgent ones').waitFor();
    await saved(first, 'Late').waitFor();
    await expect.poll(() => first.page.getByRole('button', { name: /on the server$/ }).count()).toBe(0);
  });
});

import { expect, it } from 'vitest';
import type { Person } from '../support/world.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('what lies around a ticket', emptyBoard, (site) => {
  const newTicket = async (title: string, person: Person = site.world.ann) =>
    (await site.clientOf(person)).tickets.create({ projectId: site.world.project.id, title });
  const openAt = async (person: Person, key: string, title: string) => {
    const window = await site.open(person, `#/${site.world.project.key}/${key}`);
    await window.panel.getByRole('heading', { name: title, level: 2 }).waitFor();
    return window;
  };

  it('has tags that are typed and removed, on its card and as a filter, in every window at once', async () => {
    const { ann, bob } = site.world;
    const { key } = await newTicket('Tagged');
    const [first, second] = [await openAt(ann, key, 'Tagged'), await openAt(bob, key, 'Tagged')];
    const theirs = second.panel.getByRole('list', { name: 'Tags' });

    await first.panel.getByLabel('Add a tag').fill('billing, VIP');
    await first.press('Enter');
    await theirs.getByText('billing').waitFor();
    await theirs.getByText('VIP').waitFor();
    await second.panel.getByRole('button', { name: 'Remove the tag VIP' }).click();
    await expect.poll(() => first.panel.getByRole('list', { name: 'Tags' }).getByText('VIP').count()).toBe(0);
    await first.screenshot('tags');
    await first.press('Escape', 'Escape');
    await first.card(key).getByRole('list', { name: 'Tags' }).getByText('billing').waitFor();
    const { key: other } = await newTicket('Not tagged');
    await first.card(other).waitFor();
    await first.page.getByRole('button', { name: 'Filter by tag' }).click();
    await first.page.getByRole('menuitem', { name: 'billing' }).click();

    await expect.poll(() => first.card(other).count()).toBe(0);
    await first.card(key).waitFor();
    expect(new URL(first.page.url()).searchParams.get('tag')).toBe('billing');
  });

  it('shows a tag as long as it may be within its width, with the button that removes it', async () => {
    const { key } = await newTicket('Long tag');
    const window = await openAt(site.world.ann, key, 'Long tag');
    await window.page.setViewportSize({ width: 390, height: 844 });
    const tag = 'w'.repeat(50);

    await window.panel.getByLabel('Add a tag').fill(tag);
    await window.press('Enter');
    const remove = window.panel.getByRole('button', { name: `Remove the tag ${tag}` });
    await remove.waitFor();
    const endOf = (element: Element) => element.getBoundingClientRect().right;
    const width = await window.panel.getByRole('list', { name: 'Tags' }).evaluate(endOf);
    expect(await remove.evaluate(endOf)).toBeLessThanOrEqual(width);
    await remove.click();

    await expect.poll(() => window.panel.getByText(tag).count()).toBe(0);
  });

  it('is watched and no longer watched, in all windows of the person', async () => {
    const { ann } = site.world;
    const { key, id } = await newTicket('Watched', site.world.bob);
    const [first, second] = [await openAt(ann, key, 'Watched'), await openAt(ann, key, 'Watched')];
    const watch = (window: typeof first) => window.panel.getByRole('button', { name: 'Watch', exact: true });

    await watch(first).click();
    await expect.poll(() => watch(first).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => watch(second).getAttribute('aria-pressed')).toBe('true');
    const bob = await site.clientOf(site.world.bob);
    expect((await bob.tickets.watchers({ ticketId: id })).items.map(({ name }) => name)).toEqual(['Ann Agent']);
    await watch(second).click();

    await expect.poll(() => watch(first).getAttribute('aria-pressed')).toBe('false');
  });

  it('has links to other tickets with their status, seen from both ends as they change', async () => {
    const { ann, bob } = site.world;
    const [blocked, cause] = [await newTicket('Cannot log in'), await newTicket('The directory is down')];
    const first = await openAt(ann, blocked.key, 'Cannot log in');
    const second = await openAt(bob, cause.key, 'The directory is down');
    const blockedBy = first.panel.getByRole('list', { name: 'Is blocked by' });

    await first.panel.getByRole('button', { name: 'Link a ticket' }).click();
    await first.panel.getByLabel('How it is linked').selectOption('Is blocked by');
    await first.panel.getByLabel('The other ticket').fill(cause.key.toLowerCase());
    await first.press('Enter');
    await blockedBy.getByRole('link', { name: `${cause.key}: The directory is down, Open` }).waitFor();
    await second.panel.getByRole('list', { name: 'Blocks' }).getByText('Cannot log in').waitFor();
    await (await site.clientOf(bob)).tickets.update({ ticketId: cause.id, patch: { status: 'RESOLVED' } });
    await blockedBy.getByRole('link', { name: /Resolved$/ }).waitFor();
    await first.screenshot('links');
    await second.panel.getByRole('button', { name: `Remove the link to ${blocked.key}, Open` }).click();

    await expect.poll(() => blockedBy.count()).toBe(0);
  });

  it('says why a link is refused', async () => {
    const { key } = await newTicket('Linked to itself');
    const ann = await openAt(site.world.ann, key, 'Linked to itself');
    await ann.panel.getByRole('button', { name: 'Link a ticket' }).click();
    await ann.panel.getByLabel('The other ticket').fill('NOPE-1');
    await ann.press('Enter');
    await ann.alert.getByText(`${key} is no longer there`).or(ann.alert.getByText('There is no such ticket')).waitFor();

    await ann.press('Escape');

    await ann.panel.getByRole('button', { name: 'Link a ticket' }).waitFor();
  });

  it('is merged into another one, says so, and is taken out again', async () => {
    const { ann } = site.world;
    const [twice, once] = [await newTicket('Reported twice'), await newTicket('Reported once')];
    const window = await openAt(ann, twice.key, 'Reported twice');

    await window.panel.getByRole('button', { name: `More for ${twice.key}` }).click();
    await window.page.getByRole('menuitem', { name: 'Merge into…' }).click();
    const dialog = window.page.getByRole('dialog', { name: `Merge ${twice.key}` });
    await dialog.getByLabel('Into').fill(once.key);
    await dialog.getByRole('button', { name: 'Merge' }).click();
    const note = window.page.getByText(/^This ticket is part of/);
    await note.getByRole('link', { name: once.key }).waitFor();
    await window.screenshot('merged');
    await window.page.getByRole('button', { name: 'Take it out again' }).click();

    await note.waitFor({ state: 'detached' });
    await window.cardIn('Open', twice.key).waitFor();
  });

  it('is split, with the comments that are chosen', async () => {
    const { key, id } = await newTicket('Two things');
    const client = await site.clientOf(site.world.ann);
    await client.comments.create({ ticketId: id, content: 'The first thing' });
    await client.comments.create({ ticketId: id, content: 'The second thing' });
    const ann = await openAt(site.world.ann, key, 'Two things');

    await ann.panel.getByRole('button', { name: `More for ${key}` }).click();
    await ann.page.getByRole('menuitem', { name: 'Split…' }).click();
    const dialog = ann.page.getByRole('dialog', { name: `Split ${key}` });
    await dialog.getByLabel('Title of the new ticket').fill('The other one');
    await dialog.getByLabel(/The second thing/).check();
    await ann.screenshot('split');
    await dialog.getByRole('button', { name: 'Split off' }).click();

    await ann.panel.getByRole('heading', { name: 'The other one' }).waitFor();
    await ann.comments.getByText('The second thing').waitFor();
    expect(await ann.comments.getByText('The first thing').count()).toBe(0);
    await ann.panel.getByRole('list', { name: 'Was split off' }).getByText('Two things').waitFor();
  });

  it('has a parent and sub-tickets', async () => {
    const { key } = await newTicket('Move to the new office');
    const ann = await openAt(site.world.ann, key, 'Move to the new office');

    await ann.panel.getByRole('button', { name: 'Sub-ticket', exact: true }).click();
    await ann.panel.getByLabel('Title of the sub-ticket').fill('Order the desks');
    await ann.press('Enter');
    const below = ann.panel.getByRole('list', { name: 'Sub-tickets' });
    await below.getByRole('link', { name: /Order the desks, Open$/ }).click();
    await ann.panel.getByRole('list', { name: 'Parent' }).getByText('Move to the new office').waitFor();
    await ann.screenshot('parent');
    await ann.panel.getByRole('button', { name: `No longer below ${key}` }).click();

    await ann.panel.getByRole('button', { name: 'Set the parent' }).waitFor();
  });

  it('has the fields of its project, whose values the server judges', async () => {
    const { lead, ann, bob, project } = site.world;
    const fields = (await site.clientOf(lead)).projects.fields;
    const own = { projectId: project.id };
    await fields.create({ ...own, key: 'contract', kind: 'TEXT', label: 'Contract' });
    await fields.create({ ...own, key: 'seats', kind: 'NUMBER', label: 'Seats' });
    await fields.create({ ...own, key: 'region', kind: 'SELECT', label: 'Region', options: ['North', 'South'] });
    await fields.create({ ...own, key: 'onSite', kind: 'BOOLEAN', label: 'On site' });
    const { key, id } = await newTicket('With fields');
    const [first, second] = [await openAt(ann, key, 'With fields'), await openAt(bob, key, 'With fields')];

    await first.panel.getByLabel('Contract').fill('C-1');
    await first.press('Enter');
    await first.panel.getByLabel('Region').selectOption('South');
    await first.panel.getByLabel('On site').selectOption('Yes');
    await first.panel.getByLabel('Seats').fill('2.5');
    await first.press('Enter');
    const values = async () => (await (await site.clientOf(ann)).tickets.get({ ticketId: id })).customFields;
    await expect.poll(values).toEqual({ contract: 'C-1', region: 'South', onSite: true, seats: 2.5 });
    await expect.poll(() => second.panel.getByLabel('Contract').inputValue()).toBe('C-1');
    await second.screenshot('custom fields');
    await first.panel.getByRole('heading', { level: 2 }).focus();
    await first.press('Control+z');

    await expect.poll(values).toEqual({ contract: 'C-1', region: 'South', onSite: true });
  });
});

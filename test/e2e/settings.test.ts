import { expect, it } from 'vitest';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('the settings of a project', emptyBoard, (site) => {
  it('gives a project fields of its own, and says why one cannot be removed', async () => {
    const { world } = site;
    const lead = await site.open(world.lead, `#/${world.project.key}`);
    await lead.page.getByRole('link', { name: 'Settings', exact: true }).click();
    const section = lead.page.getByRole('region', { name: 'Custom fields', exact: true });
    await section.getByText('There are none yet.').waitFor();

    await section.getByLabel('Label of the new field').fill('Contract no.');
    await section.getByRole('button', { name: 'Add' }).click();
    await section.getByRole('row', { name: /^Contract no\. contractNo Text/ }).waitFor();
    const ann = await site.clientOf(world.ann);
    const customFields = { contractNo: 'C-1' };
    await ann.tickets.create({ projectId: world.project.id, title: 'With a contract', customFields });
    await section.getByRole('button', { name: 'Remove Contract no.' }).click();
    await section.getByRole('alert').getByText('Tickets have a value of contractNo.').waitFor();
    await section.getByRole('checkbox', { name: 'Contract no. is in use' }).click();
    const isActive = async () =>
      (await ann.projects.fields.list({ projectId: world.project.id })).items.map(({ active }) => active);

    await expect.poll(isActive).toEqual([false]);
    await lead.screenshot('custom fields of a project');
  });

  it('makes a rule that can be read as a sentence, shows what it did, and turns it off', async () => {
    const { world } = site;
    const lead = await site.open(world.lead, `#/${world.project.key}/settings/rules`);
    const section = lead.page.getByRole('region', { name: 'Rules', exact: true });

    await section.getByLabel('Name of the new rule').fill('Fire brigade');
    await section.getByLabel('The priority is').selectOption('URGENT');
    await section.getByLabel('Then', { exact: true }).selectOption('tag it');
    await section.getByLabel('In these words').fill('fire');
    await section.getByRole('button', { name: 'Add' }).click();
    const rule = section.getByRole('row', {
      name: /^Fire brigade When a ticket is created and the priority is Urgent/,
    });
    await rule.waitFor();
    const ann = await site.clientOf(world.ann);
    const { id } = await ann.tickets.create({ projectId: world.project.id, title: 'It burns', priority: 'URGENT' });
    await expect
      .poll(async () => (await ann.tickets.get({ ticketId: id })).tags, { timeout: 10_000 })
      .toEqual(['fire']);
    await section.getByRole('button', { name: 'Refresh Rules' }).click();
    await section.getByRole('list', { name: 'What rules did last' }).getByText('Fire brigade on').waitFor();

    await rule.getByRole('checkbox').click();
    const isActive = async () => (await ann.rules.list({ projectId: world.project.id })).items.map((one) => one.active);
    await expect.poll(isActive).toEqual([false]);
  });

  it('goes from part to part, by the palette too, and is not there for those who do not lead', async () => {
    const { world } = site;
    const lead = await site.open(world.lead, `#/${world.project.key}`);
    await lead.connection('Live').waitFor();
    await lead.column('Open').waitFor();
    await lead.press('Control+k');
    await lead.page.getByRole('combobox', { name: /^Find a command/ }).fill('settings rules');
    await lead.press('Enter');
    await lead.page.getByRole('heading', { name: 'Rules' }).waitFor();
    const parts = lead.page.getByRole('navigation', { name: 'Settings' });
    expect(await parts.locator('[aria-current="page"]').textContent()).toBe('Rules');
    await parts.getByRole('link', { name: 'Custom fields' }).click();
    await lead.page.getByRole('heading', { name: 'Custom fields' }).waitFor();
    await lead.goTo(`#/${world.project.key}/settings/nothing`);
    await lead.page.getByRole('alert').getByText('There are no such settings.').waitFor();

    const ann = await site.open(world.ann, `#/${world.project.key}/settings/rules`);
    await ann.page.getByRole('alert').getByText('Only those who lead this project').waitFor();
    await ann.page.getByRole('link', { name: 'To the board' }).click();
    await ann.column('Open').waitFor();
    expect(await ann.page.getByRole('link', { name: 'Settings', exact: true }).count()).toBe(0);
  });
});

import { expect, it } from 'vitest';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('the administration page', emptyBoard, (site) => {
  it('shows an administrator how the server does, who follows what, and what becomes of the tickets, anew by itself', async () => {
    const { world } = site;
    const ann = await site.clientOf(world.ann);
    const { id } = await ann.tickets.create({ projectId: world.project.id, title: 'Counted', priority: 'URGENT' });
    const admin = await site.open(world.admin, '#/');
    await admin.page.getByRole('link', { name: 'Administration' }).click();
    const section = (name: string) => admin.page.getByRole('region', { name, exact: true });

    await section('Health').getByText('all done').waitFor();
    await section('Health').getByText('memory, up').waitFor();
    const stream = ann.live.project({ projectId: world.project.id });
    await section('Subscriptions')
      .getByRole('row', { name: /Ann Agent Project/ })
      .waitFor();
    await admin.page.getByRole('combobox', { name: 'Project', exact: true }).selectOption(world.project.id);
    const byStatus = section('Statistics').getByRole('table', { name: 'By status' });
    await byStatus.getByRole('row', { name: 'Open 1' }).waitFor();
    await section('Statistics').getByRole('row', { name: 'Urgent 1' }).waitFor();
    await section('Statistics')
      .getByRole('img', { name: /^1 created and 0 done/ })
      .waitFor();
    await ann.tickets.update({ ticketId: id, patch: { status: 'RESOLVED' } });
    await section('Statistics').getByRole('button', { name: 'Refresh Statistics' }).click();

    await byStatus.getByRole('row', { name: 'Resolved 1' }).waitFor();
    await section('Statistics')
      .getByRole('img', { name: /^1 created and 1 done/ })
      .waitFor();
    await admin.screenshot('admin');
    stream.stop();
  });

  it('shows who changed what, by what and by whom', async () => {
    const client = await site.clientOf(site.world.admin);
    const { id: skillId } = await client.skills.create({ name: 'Latin', aliases: [] });
    await client.skills.update({ skillId, patch: { name: 'Greek' } });
    const admin = await site.open(site.world.admin, '#/admin');
    const audit = admin.page.getByRole('region', { name: 'Audit', exact: true });
    await audit.getByRole('combobox', { name: 'What' }).selectOption('SKILL');

    await audit.getByRole('row', { name: /Skill, updated name: Latin → Greek/ }).waitFor();
    await audit.getByRole('row', { name: /Skill, created name: Latin/ }).waitFor();
    await audit.getByRole('combobox', { name: 'Deed' }).selectOption('UPDATED');
    await audit.getByRole('row', { name: /created/ }).waitFor({ state: 'detached' });
    await audit.getByRole('row', { name: /Greek/ }).getByRole('button').click();
    await audit.getByRole('button', { name: 'Everybody' }).waitFor();
    expect(await audit.getByRole('row').count()).toBe(2);
    await audit.getByLabel('To').fill('2020-01-01');
    await audit.getByText('Nothing was changed that fits.').waitFor();
  });

  it('says what could not be read and keeps what was, and is not there for others', async () => {
    const admin = await site.open(site.world.admin, '#/admin');
    const health = admin.page.getByRole('region', { name: 'Health', exact: true });
    await health.getByText('all done').waitFor();
    await admin.page.route('**/trpc/**', (route) => route.abort());
    await health.getByRole('alert').getByText('What stands below was read earlier.').waitFor({ timeout: 60_000 });
    expect(await health.getByText('all done').count()).toBe(1);

    const lead = await site.open(site.world.lead, '#/admin');
    await lead.page.getByText('There is no project admin.').waitFor();
    expect(await lead.page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
  });
});

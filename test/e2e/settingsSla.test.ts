import { expect, it } from 'vitest';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('SLA policies on the board', emptyBoard, (site) => {
  it('are promised in a form, shown on the tickets that they are for, changed, turned off and deleted', async () => {
    const { world } = site;
    const settings = `#/${world.project.key}/settings/sla`;
    const lead = await site.open(world.lead, settings);
    const client = await site.clientOf(world.lead);
    const listed = async () => (await client.sla.list({ projectId: world.project.id })).items;
    const { page } = lead;
    await page.getByText('Nothing is promised yet.').waitFor();
    await page.getByRole('button', { name: 'New policy…' }).click();
    await page.getByLabel('Name').fill('Fires');
    await page.getByLabel('Urgent').check();
    expect(await page.getByRole('button', { name: 'Create' }).isDisabled()).toBe(true);
    await page.getByLabel('Solution, minutes').fill('300');
    await page.getByLabel('Time zone').fill('Nowhere/Land');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('is not an IANA time zone').waitFor();
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByRole('button', { name: 'Create' }).click();
    const row = page.getByRole('row', { name: /^Fires Urgent – 5 h 80 % Round the clock, Europe\/Berlin/ });
    await row.waitFor();
    await lead.screenshot('a policy');

    await client.tickets.create({ projectId: world.project.id, title: 'It burns', priority: 'URGENT' });
    await client.tickets.create({ projectId: world.project.id, title: 'It smells', priority: 'LOW' });
    const board = await site.open(world.ann, `#/${world.project.key}`);
    const badge = (title: string) => board.page.locator('.card', { hasText: title }).locator('[data-sla]');
    await badge('It burns').waitFor();
    expect(await badge('It burns').textContent()).toMatch(/^Solution: (4 h 59 min|5 h) left$/);
    expect(await badge('It smells').count()).toBe(0);

    await row.getByRole('button', { name: 'Change Fires…' }).click();
    await page.getByLabel('First response, minutes').fill('45');
    await page.getByLabel('Solution, minutes').fill('1440');
    await page.getByLabel('In working hours').check();
    await page.getByLabel('Fri', { exact: true }).uncheck();
    await page.getByRole('button', { name: 'More hours' }).click();
    const more = page.getByRole('group', { name: 'Hours 2' });
    for (const day of ['Mon', 'Tue', 'Wed', 'Thu']) await more.getByLabel(day).uncheck();
    await more.getByLabel('To').fill('12:30');
    await page.getByLabel('Holidays').fill('2031-12-25; 2032-01-01');
    await lead.screenshot('the form of a policy');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Mon–Thu 09:00–17:00, Fri 09:00–12:30, Europe\/Berlin, 2 holidays/ }).waitFor();
    expect(await listed()).toMatchObject([
      { firstResponseMinutes: 45, resolveMinutes: 1_440, calendar: { holidays: ['2031-12-25', '2032-01-01'] } },
    ]);
    await page.getByRole('checkbox', { name: 'Fires is on' }).click();
    await expect.poll(async () => (await listed()).map(({ active }) => active)).toEqual([false]);
    await page.getByRole('button', { name: 'Delete Fires…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing is promised yet.').waitFor();
    expect(await listed()).toEqual([]);
  });
});

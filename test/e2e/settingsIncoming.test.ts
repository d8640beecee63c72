import { expect, it } from 'vitest';
import { asIssue, examplesOf, tell } from '../features/webhooks/github.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

const [opened] = examplesOf('issues').filter(({ action }) => action === 'opened');

describeBoard('repositories of GitHub on the board', emptyBoard, (site) => {
  it('are entered there with what is shown once; their issues become tickets, and what came is listed', async () => {
    const { world } = site;
    const window = await site.open(world.lead, `#/${world.project.key}/settings/incoming`);
    const { page } = window;
    await page.getByText('There are none yet.').waitFor();
    await page.getByRole('button', { name: 'New repository…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Our repository');
    await page.getByRole('button', { name: 'Create' }).click();
    const dialog = page.getByRole('dialog', { name: 'The secret' });
    const [address, secret] = [
      await dialog.getByRole('textbox', { name: 'Address' }).inputValue(),
      await dialog.getByRole('textbox', { name: 'Secret' }).inputValue(),
    ];
    await window.screenshot('a new repository');
    await dialog.getByRole('button', { name: 'I have it' }).click();

    const issue = asIssue(opened!, 7);
    expect((await tell(address, secret, 'issues', issue)).reply.outcome).toBe('CREATED');
    expect((await tell(address, 'another', 'issues', issue)).status).toBe(401);

    const repository = page.getByRole('list', { name: 'Repositories' }).getByRole('listitem');
    await repository.getByRole('button', { name: 'Deliveries' }).click();
    const row = repository.getByRole('row', { name: /issues opened \S+-1 Ticket made/ });
    await row.waitFor();
    expect(await repository.getByRole('row').count()).toBe(2);
    await repository.getByRole('button', { name: 'Turn off' }).click();
    await repository.getByText('Somebody turned it off.').waitFor();
    await window.screenshot('what came from a repository');
    expect((await tell(address, secret, 'issues', asIssue(opened!, 8))).reply.outcome).toBe('IGNORED');
    await repository.getByRole('button', { name: 'Turn on' }).click();

    await repository.getByRole('button', { name: 'New secret…' }).click();
    await page.getByRole('button', { name: 'Give a new secret' }).click();
    await dialog.getByText('The one before is taken beside it for a day.').waitFor();
    const renewed = await dialog.getByRole('textbox', { name: 'Secret' }).inputValue();
    expect(renewed).not.toBe(secret);
    await dialog.getByRole('button', { name: 'I have it' }).click();
    expect((await tell(address, renewed, 'issues', asIssue(opened!, 9))).reply.outcome).toBe('CREATED');
    await row.getByRole('link').click();
    await window.panel.getByRole('heading', { name: opened!.issue.title }).waitFor();
  });

  it('are called otherwise and deleted; their tickets stay', async () => {
    const { world } = site;
    const lead = await site.clientOf(world.lead);
    const { items } = await lead.webhooks.incoming.list({ projectId: world.project.id });
    const window = await site.open(world.lead, `#/${world.project.key}/settings/incoming`);
    const { page } = window;
    const repository = page.getByRole('list', { name: 'Repositories' }).getByRole('listitem');
    await repository.getByRole('button', { name: 'Change…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('The other one');
    await page.getByRole('button', { name: 'Save' }).click();
    await repository.getByRole('heading', { name: 'The other one' }).waitFor();
    await repository.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There are none yet.').waitFor();

    expect(items).toHaveLength(1);
    expect((await lead.webhooks.incoming.list({ projectId: world.project.id })).items).toEqual([]);
    expect((await lead.tickets.list({ projectId: world.project.id })).items).toHaveLength(2);
  });
});

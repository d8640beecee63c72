import { expect, it } from 'vitest';
import { describeBoard, emptyBoard } from './describeBoard.js';

describeBoard('validations on the board', emptyBoard, (site) => {
  it('show to those who work there what did not match, with its ticket, and are decided on', async () => {
    const { world } = site;
    const bob = await site.clientOf(world.bob);
    const { sessions, results, discrepancies, behavioralTests } = bob.validations;
    const { id: sessionId } = await sessions.create({
      name: 'Helpdesk, last night',
      sourceTechnology: 'Helpdesk',
      targetTechnology: 'Baton',
      projectId: world.project.id,
    });
    await sessions.setStatus({ sessionId, status: 'RUNNING', progress: 40 });
    await results.add({ sessionId, kind: 'DATA', compared: 10_000, matched: 9_999 });
    await results.add({ sessionId, kind: 'COUNT', compared: 4, matched: 4 });
    const at = (path: string) => ({ type: 'VALUE' as const, sourcePath: path, targetPath: path });
    const { discrepancyIds } = await discrepancies.add({
      sessionId,
      discrepancies: [
        { ...at('ticket 7 / title'), severity: 'HIGH', expected: 'It burns', actual: 'It burn' },
        { ...at('ticket 8 / tags'), severity: 'LOW', expected: ['a', 'b'], actual: ['a'] },
        { ...at('ticket 9 / due'), severity: 'LOW', expected: '2026-01-01', actual: null },
      ],
    });
    await behavioralTests.add({
      sessionId,
      tests: [
        ...Array.from({ length: 30 }, (_, nth) => ({ scenario: `Question ${nth + 1}`, durationMs: nth })),
        { scenario: 'A search for café', expected: { found: 3 }, actual: { found: 2 }, durationMs: 12 },
      ],
    });
    const { opened } = await discrepancies.open({ sessionId, discrepancyIds: [discrepancyIds[0]!] });
    const ann = await site.open(world.ann, `#/${world.project.key}/settings`);
    const { page } = ann;

    const session = page.getByRole('row', {
      name: /^Helpdesk, last night Running, 40 % 99\.99 % 1 high, 2 low 30 of 31 Helpdesk → Baton/,
    });
    await session.waitFor();
    expect(await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allTextContents()).toEqual([
      'Validations',
    ]);
    await page.getByRole('combobox', { name: 'Status' }).selectOption('COMPLETED');
    await page.getByText('There are none of that status.').waitFor();
    await page.getByRole('combobox', { name: 'Status' }).selectOption('');
    await session.getByRole('link').click();
    await page
      .getByRole('table', { name: 'Results' })
      .getByRole('row', { name: /^Data Failed 9999 10000 99\.99 %/ })
      .waitFor();
    const found = page.getByRole('table', { name: 'Discrepancies' });
    const row = (path: string) => found.getByRole('row').filter({ hasText: path });
    const key = opened[0]!.key;
    await row('ticket 7').getByText(`Has a ticket: ${key}`).waitFor();
    expect(await row('ticket 7').getByRole('button').count()).toBe(0);
    await ann.screenshot('a validation');

    const tests = page.getByRole('table', { name: 'Behavioural tests' });
    await tests.getByRole('row', { name: 'Question 1 Passed null null 0 ms' }).waitFor();
    expect(await tests.getByRole('row').count()).toBe(1 + 25);
    await page.getByRole('region', { name: 'Behavioural tests' }).getByRole('button', { name: 'Further' }).click();
    await tests.getByRole('row', { name: 'A search for café' }).waitFor();
    expect(await tests.getByRole('row').count()).toBe(1 + 6);
    await page.getByRole('combobox', { name: 'Result of the tests' }).selectOption('Failed');
    await expect
      .poll(() => tests.getByRole('row').allInnerTexts())
      .toEqual([expect.anything(), 'A search for café\tFailed\t{"found":3}\t{"found":2}\t12 ms']);

    await row('ticket 8').getByRole('button', { name: 'Resolve ticket 8 / tags…' }).click();
    await page.getByLabel(/^Reason/).fill('Tagged by hand');
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await row('ticket 8').getByText('Resolved').waitFor();
    await row('ticket 9')
      .getByRole('button', { name: /^Waive/ })
      .click();
    await page.getByLabel(/^Reason/).fill('Nobody needs it');
    await page.getByRole('dialog').getByRole('button', { name: 'Waive' }).click();
    await row('ticket 9').getByText('Waived Nobody needs it').waitFor();
    const statuses = async () => (await discrepancies.list({ sessionId })).items.map((one) => [one.status, one.reason]);
    expect(await statuses()).toEqual([
      ['TICKETED', null],
      ['RESOLVED', 'Tagged by hand'],
      ['WAIVED', 'Nobody needs it'],
    ]);
    expect(await page.getByRole('button', { name: 'Make tickets of those open' }).count()).toBe(0);

    await row('ticket 7').getByRole('link', { name: key }).click();
    await ann.panel.getByRole('heading', { level: 2 }).waitFor();
    await bob.tickets.update({ ticketId: opened[0]!.ticketId, patch: { status: 'RESOLVED' } });
    await page.goBack();
    await row('ticket 7').getByText(`Resolved: ${key}`).waitFor();
  });

  it('make tickets of all that is open, and say what is no longer there', async () => {
    const { world } = site;
    const lead = await site.clientOf(world.lead);
    const { sessions, discrepancies } = lead.validations;
    const technologies = { sourceTechnology: 'A', targetTechnology: 'B', projectId: world.project.id };
    const { id: sessionId } = await sessions.create({ name: 'Two of two', ...technologies });
    await discrepancies.add({
      sessionId,
      discrepancies: ['x', 'y'].map((sourcePath) => ({ type: 'MISSING', sourcePath })),
    });
    const window = await site.open(world.lead, `#/${world.project.key}/settings/validations/${sessionId}`);
    const { page } = window;

    await page.getByRole('button', { name: 'Make tickets of those open' }).click();
    await page
      .getByRole('cell', { name: /^Has a ticket: / })
      .nth(1)
      .waitFor();
    expect(await page.getByRole('table', { name: 'Discrepancies' }).getByRole('link').count()).toBe(2);
    await sessions.delete({ sessionId });
    await window.goTo(`#/${world.project.key}/settings/validations/${sessionId}`);
    await page.getByText('Validation is no longer there.').waitFor();
    await page.getByRole('link', { name: 'All validations' }).click();
    await page.getByRole('heading', { name: 'Validations' }).waitFor();
    await page.getByRole('combobox', { name: 'Status' }).waitFor();

    const customer = await site.open(world.customer, `#/${world.project.key}/settings/validations`);
    await customer.page.getByRole('alert').getByText('Only those who lead').waitFor();
  });
});

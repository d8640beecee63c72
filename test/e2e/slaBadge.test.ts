import { expect, it } from 'vitest';
import { aTicket } from '../support/ticketWorld.js';
import { promise, type SlaWorld } from '../features/sla/slaWorld.js';
import { describeBoard } from './describeBoard.js';

const AT_ONCE_MS = 10_000;
const TEN_MINUTES = 600_000;

describeBoard(
  'what was promised',
  async (world) => {
    await promise(world as SlaWorld, { resolveMinutes: 300 });
    await promise(world as SlaWorld, { resolveMinutes: 1, priorities: ['URGENT'] });
    await aTicket(world, { title: 'The kettle leaks' });
    world.clock.advance(-TEN_MINUTES);
    await aTicket(world, { title: 'The kettle burns', priority: 'URGENT' });
    world.clock.advance(TEN_MINUTES);
  },
  (site) => {
    it('shows on the card how much time is left, ticks, and follows what is done', async () => {
      const { project, lead } = site.world;
      const client = await site.clientOf(lead);
      const { items } = await client.tickets.list({ projectId: project.id });
      const [leaking, burning] = ['leaks', 'burns'].map((word) => items.find(({ title }) => title.endsWith(word))!);
      const window = await site.open(lead, `#/${project.key}`);
      const { page } = window;
      const mark = (title: string) => page.locator('.card', { hasText: title }).locator('[data-sla]');

      await mark('leaks').waitFor();
      expect(await mark('leaks').textContent()).toMatch(/^Solution: 4 h 5\d min left$/);
      expect(await mark('burns').textContent()).toMatch(/^Solution: \d+ min late$/);
      await expect
        .poll(async () => (await client.tickets.get({ ticketId: burning!.id })).sla?.RESOLVE?.breachedAt ?? null, {
          timeout: AT_ONCE_MS,
        })
        .not.toBeNull();
      await window.screenshot('promises');

      await page.getByRole('button', { name: 'Filter by promise' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Late' }).click();
      await mark('leaks').waitFor({ state: 'detached', timeout: AT_ONCE_MS });
      await mark('burns').waitFor();
      expect(page.url()).toContain('sla=BREACHED');
      await window.screenshot('promises-late');
      await page.getByRole('menuitemcheckbox', { name: 'Late' }).click();
      await page.keyboard.press('Escape');
      await mark('leaks').waitFor({ timeout: AT_ONCE_MS });

      await client.tickets.update({ ticketId: leaking!.id, patch: { waitingOn: 'CUSTOMER' } });
      await mark('leaks').getByText('Paused, 4 h').waitFor({ timeout: AT_ONCE_MS });
      await client.tickets.update({ ticketId: leaking!.id, patch: { waitingOn: null } });
      await page.clock.install();
      await page.clock.fastForward('04:30:00');
      await page.locator('.card[data-ticket] [data-sla="soon"]').waitFor({ timeout: AT_ONCE_MS });
      expect(await mark('leaks').textContent()).toMatch(/^Solution: \d\d min left$/);

      await page.getByRole('link', { name: /The kettle leaks/ }).click();
      await page.getByText('Solution promised').waitFor({ timeout: AT_ONCE_MS });
      await client.tickets.update({ ticketId: leaking!.id, patch: { status: 'RESOLVED' } });
      await page.getByText('In time').waitFor({ timeout: AT_ONCE_MS });
    });
  },
);

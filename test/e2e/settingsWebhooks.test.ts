import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startReceiver, withStatus, type Receiver } from '../features/webhooks/receiver.js';
import { describeBoard, emptyBoard } from './describeBoard.js';

/** What is due is looked for each second. */
const SENT_MS = 20_000;

describeBoard(
  'webhooks on the board',
  emptyBoard,
  (site) => {
    let receiver: Receiver;
    beforeAll(async () => void (receiver = await startReceiver()));
    afterAll(() => receiver?.down());

    it('are made with a secret that is shown once, tell a receiver, and tell it again', async () => {
      const { world } = site;
      const window = await site.open(world.lead, `#/${world.project.key}/settings/webhooks`);
      const { page } = window;
      await page.getByText('There are none yet.').waitFor();
      await page.getByRole('button', { name: 'New webhook…' }).click();
      await page.getByLabel('Address').fill('https://127.0.0.2/hook');
      await page.getByRole('button', { name: 'Create' }).click();
      await page
        .getByRole('dialog')
        .getByRole('alert')
        .getByText(/127\.0\.0\.2|address/)
        .waitFor();
      await page.getByLabel('Address').fill(receiver.url);
      await page.getByLabel('What it is for').fill('The wall in the corridor');
      await page.getByLabel('Only some of it').check();
      expect(await page.getByRole('button', { name: 'Create' }).isDisabled()).toBe(true);
      await page.getByRole('group', { name: 'Tickets' }).getByLabel('created', { exact: true }).check();
      await window.screenshot('a new webhook');
      await page.getByRole('button', { name: 'Create' }).click();

      const dialog = page.getByRole('dialog', { name: 'The secret' });
      const secret = await dialog.getByRole('textbox', { name: 'Secret' }).inputValue();
      await window.screenshot('the secret of a webhook');
      await dialog.getByRole('button', { name: 'I have it' }).click();
      const hook = page.getByRole('list', { name: 'Webhooks' }).getByRole('listitem');
      await hook.getByText('ticket.created').waitFor();
      const ann = await site.clientOf(world.ann);
      const { key } = await ann.tickets.create({ projectId: world.project.id, title: 'Told outside' });
      await hook.getByRole('button', { name: 'Deliveries' }).click();
      const row = hook.getByRole('row', { name: new RegExp(`ticket\\.created ${key} Delivered 200 in \\d+ ms 1`) });
      await row.waitFor({ timeout: SENT_MS });
      expect(receiver.received).toHaveLength(1);
      const [first] = receiver.received;
      const [t, v1] = String(first!.headers['baton-signature']).split(',');
      const signed = createHmac('sha256', secret)
        .update(`${t!.slice(2)}.${first!.body}`)
        .digest('hex');
      expect(v1).toBe(`v1=${signed}`);

      await row.getByRole('button', { name: `Show ticket.created of ${key}` }).click();
      const exchange = page.getByRole('dialog', { name: 'ticket.created' });
      await exchange.getByLabel('What is sent').getByText('"title": "Told outside"').waitFor();
      await exchange.getByText(/^200 in \d+ ms$/).waitFor();
      await window.screenshot('one delivery');
      await exchange.getByRole('button', { name: 'Close' }).click();

      await row.getByRole('button', { name: `Redeliver ticket.created of ${key}` }).click();
      await expect.poll(() => receiver.received.length, { timeout: SENT_MS }).toBe(2);
      expect(receiver.received[1]).toMatchObject({ id: first!.id, body: first!.body });
      await window.screenshot('deliveries of a webhook');
    });

    it('say why the system turned them off, and are turned on again, changed and deleted', async () => {
      const { world } = site;
      const lead = await site.clientOf(world.lead);
      const listed = async () => (await lead.webhooks.list({ projectId: world.project.id })).items;
      for (const { id: webhookId } of await listed()) await lead.webhooks.delete({ webhookId });
      receiver.answer(withStatus(410));
      const { id } = await lead.webhooks.create({ projectId: world.project.id, url: receiver.url });
      await lead.tickets.create({ projectId: world.project.id, title: 'Too late' });
      await expect.poll(async () => (await listed())[0]?.disabledReason, { timeout: SENT_MS }).toBe('GONE');
      receiver.answer(withStatus(200));
      const window = await site.open(world.lead, '');
      const { page } = window;
      await page.getByRole('button', { name: 'Notifications, 1 unread' }).click();
      const told = page
        .getByRole('list', { name: 'Notifications' })
        .getByRole('link', { name: /webhook was turned off/ });
      await told.getByText(new URL(receiver.url).host).waitFor();
      await told.click();
      const hook = page.getByRole('list', { name: 'Webhooks' }).getByRole('listitem');

      await hook.getByText('Baton turned it off: the receiver answered 410').waitFor();
      await hook.getByRole('button', { name: 'Deliveries' }).click();
      expect(await hook.getByRole('button', { name: 'Redeliver' }).first().isDisabled()).toBe(true);
      await window.screenshot('a webhook that was turned off');
      await hook.getByRole('button', { name: 'Turn on' }).click();
      await hook.getByText('On', { exact: true }).waitFor();
      await hook.getByRole('button', { name: 'Change…' }).click();
      await page.getByLabel('What it is for').fill('The other wall');
      await page.getByRole('button', { name: 'Save' }).click();
      await hook.getByText('The other wall').waitFor();
      await hook.getByRole('button', { name: 'New secret…' }).click();
      await page.getByRole('button', { name: 'Give a new secret' }).click();
      await page.getByRole('dialog', { name: 'The secret' }).getByText('stays good beside it for a day').waitFor();
      await page.getByRole('button', { name: 'I have it' }).click();
      expect(await listed()).toMatchObject([{ id, active: true, description: 'The other wall', secretVersion: 2 }]);
      await hook.getByRole('button', { name: 'Turn off' }).click();
      await hook.getByText('Somebody turned it off.').waitFor();
      await hook.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('There are none yet.').waitFor();
      expect(await listed()).toEqual([]);
    });
  },
  { WEBHOOK_ALLOWED_HOSTS: '127.0.0.1', WEBHOOK_ALLOW_HTTP: 'true' },
);

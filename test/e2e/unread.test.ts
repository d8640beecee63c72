import { expect, it } from 'vitest';
import { describeBoard, emptyBoard } from './describeBoard.js';

const AT_ONCE_MS = 4_000;

describeBoard('what was said elsewhere', emptyBoard, (site) => {
  it('is counted at its conversation until it was seen, told by the bell, and found', async () => {
    const { project, ann, bob } = site.world;
    const [anns, bobs] = [await site.clientOf(ann), await site.clientOf(bob)];
    const channel = { kind: 'CHANNEL', projectId: project.id } as const;
    const [here, there] = [
      await anns.conversations.create({ ...channel, name: 'here' }),
      await anns.conversations.create({ ...channel, name: 'there' }),
    ];
    const window = await site.open(bob, `#/${project.key}/talk/${here.id}`);
    const link = window.page.getByRole('list', { name: 'Channels' }).getByRole('link', { name: /^there/ });
    await link.waitFor();

    await anns.messages.post({ conversationId: there.id, content: `The kettle whistles, @[Bob Agent](${bob.userId})` });
    await link.getByText('1', { exact: true }).waitFor({ timeout: AT_ONCE_MS });
    await window.page.getByRole('button', { name: /^Notifications, 1 unread/ }).click({ timeout: AT_ONCE_MS });
    const notice = window.page.getByRole('dialog', { name: 'Notifications' }).getByRole('link');
    expect(await notice.textContent()).toMatch(/Ann Agent.*mentioned you.*#there.*The kettle whistles/);
    await window.screenshot('told of a message');
    await notice.click();

    await window.page.getByRole('heading', { name: 'there', exact: true }).waitFor();
    const reading = () => bobs.conversations.get({ conversationId: there.id });
    await expect.poll(async () => (await reading()).unreadCount, { timeout: AT_ONCE_MS }).toBe(0);
    await anns.messages.post({ conversationId: here.id, content: 'And one more' });
    await window.page
      .getByRole('list', { name: 'Channels' })
      .getByRole('link', { name: /^here.*1 unread/ })
      .waitFor({ timeout: AT_ONCE_MS });

    await window.page.getByRole('link', { name: 'Search everything' }).click();
    await window.page.getByRole('searchbox', { name: 'Search everything' }).fill('kettle');
    const hit = window.page.getByRole('list', { name: 'What was found' }).getByRole('link', { name: /there.*kettle/ });
    await hit.click();
    await window.page.getByRole('heading', { name: 'there', exact: true }).waitFor();
  });
});

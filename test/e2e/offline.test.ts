import { expect, it } from 'vitest';
import { aProxy } from '../sdk/realServer.js';
import { axeFindings } from './axeFindings.js';
import { describeBoard, emptyBoard } from './describeBoard.js';
import type { BoardWindow } from './boardWindow.js';

describeBoard('the board without a network', emptyBoard, (site) => {
  /** Ann at the board behind a network that fails on demand, Bob at the server, and a ticket. */
  async function aScene(title: string) {
    const { world, clientOf } = site;
    const proxy = await aProxy(Number(new URL(site.url).port));
    const bob = await clientOf(world.bob);
    const { id: ticketId, key } = await bob.tickets.create({ projectId: world.project.id, title });
    const way = { url: `http://127.0.0.1:${proxy.port}` };
    const ann = await site.open(world.ann, `#/${world.project.key}/`, way);
    await ann.connection('Live').waitFor();
    await ann.cardIn('Open', key).waitFor();
    const truth = async () => {
      const { status, storyPoints } = await bob.tickets.get({ ticketId });
      return { status, storyPoints };
    };
    return { proxy, bob, ann, ticketId, key, truth };
  }
  const unsaved = ({ page }: BoardWindow) => page.getByRole('region', { name: 'Changes that were not saved' });
  const moveTo = async (window: BoardWindow, key: string, nth: string) => {
    // While a card flies, there are two of it.
    await expect.poll(() => window.card(key).count()).toBe(1);
    await window.focus(key);
    await window.press('s', nth);
  };

  it('takes changes one upon the other, counts them, and does each when there is one, beside those of others', async () => {
    const { proxy, bob, ann, ticketId, key, truth } = await aScene('Changed on the train');

    proxy.down(true);
    await moveTo(ann, key, '3');
    await ann.cardIn('Review', key).waitFor();
    await moveTo(ann, key, '4');
    await ann.cardIn('Resolved', key).waitFor();
    await ann.connection('2 changes wait to be sent').waitFor();
    await bob.tickets.update({ ticketId, patch: { storyPoints: 5 } });
    proxy.down(false);

    await expect.poll(truth, { timeout: 30_000 }).toEqual({ status: 'RESOLVED', storyPoints: 5 });
    await ann.cardIn('Resolved', key).waitFor();
    await ann.connection('Live').waitFor();
    const { items } = await bob.tickets.history({ ticketId });
    expect(items.filter(({ field }) => field === 'status').map(({ newValue }) => newValue)).toEqual(
      expect.arrayContaining(['REVIEW', 'RESOLVED']),
    );
    expect(await unsaved(ann).count()).toBe(0);
  });

  it('moves a card back that was moved a moment ago, by dragging too', async () => {
    const { proxy, ann, key, truth } = await aScene('There and back');
    const drag = async (name: string) => {
      await expect.poll(() => ann.card(key).count()).toBe(1);
      await ann.card(key).dragTo(ann.column(name));
      await ann.cardIn(name, key).waitFor();
    };

    proxy.down(true);
    await drag('Review');
    await drag('Open');
    proxy.down(false);
    await ann.connection('Live').waitFor({ timeout: 30_000 });

    await expect.poll(truth, { timeout: 30_000 }).toMatchObject({ status: 'OPEN' });
    await ann.cardIn('Open', key).waitFor();
  });

  it('asks whose is to stand where somebody else changed the same', async () => {
    const { proxy, bob, ann, ticketId, key, truth } = await aScene('Wanted by two');

    proxy.down(true);
    await moveTo(ann, key, '3');
    await ann.cardIn('Review', key).waitFor();
    await bob.tickets.update({ ticketId, patch: { status: 'CLOSED' } });
    proxy.down(false);
    await unsaved(ann).getByText('Your status: Review. Theirs: Closed.').waitFor({ timeout: 30_000 });
    await ann.cardIn('Closed', key).waitFor();
    await unsaved(ann).getByRole('button', { name: 'Keep theirs' }).click();
    await unsaved(ann).waitFor({ state: 'detached' });

    expect(await truth()).toMatchObject({ status: 'CLOSED' });
  });

  it('keeps what was done before a reload, and asks after it', async () => {
    const { bob, ann, ticketId, key, truth } = await aScene('Reloaded in between');
    const { page } = ann;

    await page.route('**/trpc/**', (route) => route.abort());
    await moveTo(ann, key, '3');
    await ann.cardIn('Review', key).waitFor();
    await page.reload();
    await bob.tickets.update({ ticketId, patch: { status: 'RESOLVED' } });
    await page.unroute('**/trpc/**');
    await unsaved(ann).getByText('Your status: Review. Theirs: Resolved.').waitFor({ timeout: 30_000 });
    await unsaved(ann)
      .getByRole('link', { name: `${key} Reloaded in between` })
      .waitFor();
    await ann.screenshot('unsaved');
    expect(await axeFindings(ann)).toEqual([]);
    await unsaved(ann).getByRole('button', { name: 'Use mine' }).click();

    await expect.poll(truth, { timeout: 30_000 }).toMatchObject({ status: 'REVIEW' });
    await unsaved(ann).waitFor({ state: 'detached' });
    await ann.cardIn('Review', key).waitFor();
  });
});

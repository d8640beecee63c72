import { describe, expect, it, vi } from 'vitest';
import {
  isBatonError,
  memoryQueue,
  memoryStorage,
  type BatonClient,
  type ClientOptions,
  type TicketList,
} from '../../../client-sdk/src/index.js';
import { PASSWORD } from '../../support/world.js';
import { aClient, aProxy, aSite, aSiteToKill, signedIn, type Site } from '../realServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
const titles = ({ getSnapshot }: TicketList) => getSnapshot().items.map(({ title }) => title);
const followed = (client: BatonClient, projectId: string) => {
  const list = client.tickets.live({ projectId, sort: { by: 'createdAt', dir: 'asc' } });
  list.subscribe(() => undefined);
  return list;
};
const waiting = (client: BatonClient) => client.queue.get().waiting.length;
const quietly = (call: Promise<unknown>) => void call.catch(() => undefined);

/** A page of somebody whose browser keeps what is to be kept. */
function aBrowser(port: number): { open(): BatonClient; options: ClientOptions } {
  const options = { storage: memoryStorage(), queue: memoryQueue() };
  return { options, open: () => aClient(port, options) };
}

async function aPage({ people }: Site, port: number) {
  const browser = aBrowser(port);
  const client = browser.open();
  await client.login({ email: people.agent.email, password: PASSWORD });
  return { ...browser, client };
}

/** Each value that was written, by the ticket's history. */
async function written(client: BatonClient, ticketId: string): Promise<string[]> {
  const { items } = await client.tickets.history({ ticketId, limit: 200 });
  return items.filter(({ field }) => field !== null).map(({ field, newValue }) => `${field}=${newValue}`);
}

describe('what is done while the server is away', () => {
  it('is kept over a reload, shown meanwhile, and done once each, in order, when it is back', async () => {
    const site = await aSiteToKill();
    const { port, projectId } = site;
    const { client, open, options } = await aPage(site, port);
    const tickets = await Promise.all(['A', 'B', 'C', 'D'].map((title) => client.tickets.create({ projectId, title })));
    await until(() => expect(waiting(client)).toBe(0));
    const list = followed(client, projectId);
    await until(() => expect(titles(list)).toHaveLength(4));

    const headBefore = await head(client, projectId);

    await site.kill();
    for (let nth = 0; nth < 4; nth++)
      for (const { id } of tickets)
        quietly(client.tickets.update({ ticketId: id, patch: { title: `Title ${nth}`, storyPoints: nth } }));
    quietly(client.tickets.create({ projectId, title: 'Made offline' }));
    const ticketId = list.getSnapshot().items.find(({ title }) => title === 'Made offline')!.id;
    quietly(client.tickets.update({ ticketId, patch: { priority: 'URGENT' } }));
    quietly(client.comments.create({ ticketId, content: 'Said offline' }));
    quietly(client.assignments.claim({ ticketId }));
    const atOnce = titles(list);
    await until(async () => expect(await options.queue!.load()).toHaveLength(20));
    client.close();

    const reloaded = open();
    await until(() => expect(waiting(reloaded)).toBe(20));
    await site.start();
    const after = followed(reloaded, projectId);
    await until(() => expect(waiting(reloaded)).toBe(0));
    await until(() => expect(after.getSnapshot().pendingIds.size).toBe(0));

    expect(atOnce).toEqual(['Title 3', 'Title 3', 'Title 3', 'Title 3', 'Made offline']);
    expect(reloaded.queue.get()).toEqual({ waiting: [], conflicts: [], refused: [] });
    expect(await options.queue!.load()).toEqual([]);
    expect(titles(after)).toEqual(atOnce);
    const other = await signedIn(port, site.people.other);
    for (const { id } of tickets) {
      const each = [0, 1, 2, 3].flatMap((nth) => [`title=Title ${nth}`, `storyPoints=${nth}`]);
      expect((await written(other, id)).toSorted()).toEqual(each.toSorted());
      expect((await other.tickets.get({ ticketId: id })).version).toBe(5);
    }
    expect((await written(other, ticketId)).filter((line) => line.startsWith('priority'))).toEqual(['priority=URGENT']);
    expect((await other.comments.list({ ticketId })).items.map(({ content }) => content)).toEqual(['Said offline']);
    expect((await other.assignments.history({ ticketId })).items).toHaveLength(1);
    expect((await head(other, projectId)) - headBefore).toBe(20);
  }, 90_000);

  it('is done once though replies are lost and the page is reloaded in mid-flight', async () => {
    const site = await aSite();
    const { projectId } = site;
    const proxy = await aProxy(site.port);
    const { client, open } = await aPage(site, proxy.port);
    const { id } = await client.tickets.create({ projectId, title: 'Start' });

    proxy.loseReplies('tickets.update', 1_000_000);
    for (let nth = 0; nth < 5; nth++) quietly(client.tickets.update({ ticketId: id, patch: { storyPoints: nth } }));
    await until(() => expect(proxy.lost()).toBeGreaterThan(2));
    client.close();
    const reloaded = open();
    await until(() => expect(waiting(reloaded)).toBe(5));
    const lost = proxy.lost();
    await until(() => expect(proxy.lost()).toBeGreaterThan(lost));
    proxy.loseReplies('', 0);
    await until(() => expect(waiting(reloaded)).toBe(0));

    expect((await written(reloaded, id)).toSorted()).toEqual([0, 1, 2, 3, 4].map((nth) => `storyPoints=${nth}`));
    expect((await reloaded.tickets.get({ ticketId: id })).version).toBe(6);
  });

  it('answers its caller when the server has', async () => {
    const site = await aSite();
    const proxy = await aProxy(site.port);
    const { client } = await aPage(site, proxy.port);

    proxy.down(true);
    const creating = client.tickets.create({ projectId: site.projectId, title: 'Later' });
    await until(() => expect(waiting(client)).toBe(1));
    proxy.down(false);

    expect(await creating).toMatchObject({ title: 'Later', version: 1 });
  });

  it('may be called off', async () => {
    const site = await aSite();
    const proxy = await aProxy(site.port);
    const { client, options } = await aPage(site, proxy.port);
    const list = followed(client, site.projectId);
    await until(() => expect(list.status).toBe('live'));

    proxy.down(true);
    const controller = new AbortController();
    const creating = client.tickets.create(
      { projectId: site.projectId, title: 'Never mind' },
      { signal: controller.signal },
    );
    const before = titles(list);
    await until(async () => expect(await options.queue!.load()).toHaveLength(1));
    controller.abort(new Error('thought better'));

    await expect(creating).rejects.toThrow('thought better');
    expect([before, titles(list), waiting(client)]).toEqual([['Never mind'], [], 0]);
    await until(async () => expect(await options.queue!.load()).toEqual([]));
    await expect(
      client.tickets.create({ projectId: site.projectId, title: 'No' }, { signal: controller.signal }),
    ).rejects.toThrow('thought better');
  });

  it('is nobody else’s: the next person neither sees nor sends it, and it goes on when its maker is back', async () => {
    const site = await aSite();
    const { people, port, projectId } = site;
    const proxy = await aProxy(port);
    const { client, options } = await aPage(site, proxy.port);
    const { id } = await client.tickets.create({ projectId, title: 'Old' });
    const list = followed(client, projectId);
    await until(() => expect(titles(list)).toEqual(['Old']));

    proxy.down(true);
    quietly(client.tickets.update({ ticketId: id, patch: { title: 'By Ann' } }));
    await until(async () => expect(await options.queue!.load()).toHaveLength(1));
    void client.logout();
    proxy.down(false);
    await client.login({ email: people.other.email, password: PASSWORD });
    await until(() => expect(titles(list)).toEqual(['Old']));
    await client.tickets.update({ ticketId: id, patch: { storyPoints: 3 } });
    const between = [client.queue.get().waiting, (await options.queue!.load()).length];
    await client.logout();
    await client.login({ email: people.agent.email, password: PASSWORD });
    await until(() => expect(titles(list)).toEqual(['By Ann']));
    await until(() => expect(waiting(client)).toBe(0));

    expect(between).toEqual([[], 1]);
    const { items } = await client.tickets.history({ ticketId: id });
    const byWhom = items.map(({ field, changedBy }) => [field, changedBy]);
    expect(byWhom).toContainEqual(['title', people.agent.userId]);
    expect(byWhom).toContainEqual(['storyPoints', people.other.userId]);
  });
});

describe('a call that is refused', () => {
  it('rejects, is told of until it is dismissed, also after a reload, and holds up nothing', async () => {
    const site = await aSite();
    const { projectId, people } = site;
    const proxy = await aProxy(site.port);
    const { client, open } = await aPage(site, proxy.port);
    const { id } = await client.tickets.create({ projectId, title: 'Old' });

    proxy.down(true);
    const refused = client.assignments.assign({ ticketId: id, assigneeId: people.customer.userId });
    const missing = client.comments.delete({ commentId: id });
    const fine = client.tickets.update({ ticketId: id, patch: { title: 'New' } });
    const outcome = Promise.allSettled([refused, missing, fine]);
    proxy.down(false);
    const [first, second, third] = await outcome;
    client.close();
    const reloaded = open();
    await until(() => expect(reloaded.queue.get().refused).toHaveLength(2));
    const told = reloaded.queue.get().refused.map(({ path, error }) => [path, error.code, isBatonError(error)]);
    for (const { id: callId } of reloaded.queue.get().refused) reloaded.queue.dismiss(callId);

    expect(third).toMatchObject({ status: 'fulfilled', value: { title: 'New' } });
    expect([first, second]).toMatchObject([{ reason: { code: 'BAD_INPUT' } }, { reason: { code: 'NOT_FOUND' } }]);
    expect(told).toEqual([
      ['assignments.assign', 'BAD_INPUT', true],
      ['comments.delete', 'NOT_FOUND', true],
    ]);
    expect(reloaded.queue.get().refused).toEqual([]);
  });
});

/** The number of the project's last event: they have no gaps. */
async function head(client: BatonClient, projectId: string): Promise<number> {
  for await (const item of client.live.project({ projectId })) if (item.kind === 'ready') return item.seq;
  throw new Error('The stream ended.');
}

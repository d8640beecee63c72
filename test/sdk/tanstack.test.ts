import { QueryClient, QueryObserver, MutationObserver } from '@tanstack/react-query';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TicketListState } from '../../client-sdk/src/index.js';
import { batonOptions } from '../../client-sdk/src/tanstack/index.js';
import { aSite, signedIn } from './realServer.js';

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

/** An agent with a cache, and a colleague. */
async function aCache() {
  const site = await aSite();
  const { agent, other, admin } = site.people;
  const [client, colleague, head] = [
    await signedIn(site.port, agent),
    await signedIn(site.port, other),
    await signedIn(site.port, admin),
  ];
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  onTestFinished(() => cache.clear());
  const baton = batonOptions(client);
  const followed = async () =>
    (await head.admin.subscriptions({ userId: agent.userId ?? '' })).items.filter(({ kind }) => kind === 'query')
      .length;
  return { projectId: site.projectId, cache, client, colleague, baton, followed };
}

const titles = (state: TicketListState | undefined) => state?.items.map(({ title }) => title);

describe('options of calls', () => {
  it('ask the server, and are kept under what was asked', async () => {
    const { projectId, cache, client, baton } = await aCache();
    await client.tickets.create({ projectId, title: 'First' });
    const options = baton.tickets.list.queryOptions({ projectId });

    const { items } = await cache.fetchQuery(options);

    expect(items.map(({ title }) => title)).toEqual(['First']);
    expect(cache.getQueryData(baton.tickets.list.queryKey({ projectId }))?.items).toEqual(items);
    expect(options.queryKey).toEqual([['tickets', 'list'], { input: { projectId }, type: 'query' }]);
    expect(await cache.fetchQuery(baton.auth.me.queryOptions())).toMatchObject({ user: { name: 'Ben Agent' } });
  });

  it('fail with what the client fails with', async () => {
    const { cache, baton } = await aCache();
    const options = baton.tickets.get.queryOptions({ ticketId: '01900000-0000-7000-8000-000000000001' });

    await expect(cache.fetchQuery(options)).rejects.toMatchObject({ name: 'BatonError', code: 'NOT_FOUND' });
  });

  it('are made void by place, a noun for all of its verbs', async () => {
    const { projectId, cache, baton } = await aCache();
    const [list, counts, me] = [
      baton.tickets.list.queryOptions({ projectId }),
      baton.tickets.counts.queryOptions({ projectId }),
      baton.auth.me.queryOptions(),
    ];
    await Promise.all([cache.fetchQuery(list), cache.fetchQuery(counts), cache.fetchQuery(me)]);
    const isVoid = ({ queryKey }: { queryKey: readonly unknown[] }) => cache.getQueryState(queryKey)?.isInvalidated;

    await cache.invalidateQueries({ queryKey: baton.tickets.list.pathKey() });
    const byVerb = [isVoid(list), isVoid(counts), isVoid(me)];
    await cache.invalidateQueries({ queryKey: baton.tickets.pathKey() });

    expect(byVerb).toEqual([true, false, false]);
    expect([isVoid(list), isVoid(counts), isVoid(me)]).toEqual([true, true, false]);
  });

  it('abort a query that nobody waits for any more', async () => {
    const { projectId, cache, baton } = await aCache();
    const options = baton.tickets.list.queryOptions({ projectId });
    const end = new QueryObserver(cache, options).subscribe(() => undefined);
    const before = cache.getQueryState(options.queryKey)?.fetchStatus;

    end();

    expect(before).toBe('fetching');
    await until(() =>
      expect(cache.getQueryState(options.queryKey)).toMatchObject({ fetchStatus: 'idle', data: undefined }),
    );
  });

  it('mutate, and what is mutated is shown by live lists at once', async () => {
    const { projectId, cache, client, baton } = await aCache();
    const { id: ticketId } = await client.tickets.create({ projectId, title: 'Old' });
    const list = baton.tickets.live.queryOptions({ projectId });
    const observer = new QueryObserver(cache, list);
    onTestFinished(observer.subscribe(() => undefined));
    await until(() => expect(titles(cache.getQueryData(list.queryKey))).toEqual(['Old']));
    const mutation = new MutationObserver(cache, baton.tickets.update.mutationOptions());

    const reply = mutation.mutate({ ticketId, patch: { title: 'New' } });
    await Promise.resolve();

    expect(titles(cache.getQueryData(list.queryKey))).toEqual(['New']);
    expect(await reply).toMatchObject({ title: 'New', version: 2 });
  });
});

describe('a live list in a cache', () => {
  it('stays true while it is observed, and is followed once', async () => {
    const { projectId, cache, colleague, baton, followed } = await aCache();
    const options = baton.tickets.live.queryOptions({ projectId });
    const [one, two] = [new QueryObserver(cache, options), new QueryObserver(cache, options)];
    const ends = [one.subscribe(() => undefined), two.subscribe(() => undefined)];
    await until(() => expect(one.getCurrentResult().data?.status).toBe('live'));

    await colleague.tickets.create({ projectId, title: 'Theirs' });
    await until(() => expect(titles(two.getCurrentResult().data)).toEqual(['Theirs']));
    const before = await followed();
    for (const end of ends) end();

    expect(before).toBe(1);
    expect(one.getCurrentResult().fetchStatus).toBe('idle');
    await until(async () => expect(await followed()).toBe(0));
    expect(cache.getQueryData(options.queryKey)).toMatchObject({ status: 'stale', items: [{ title: 'Theirs' }] });
  });

  it('is followed again by whoever comes back', async () => {
    const { projectId, cache, colleague, baton, followed } = await aCache();
    const options = baton.tickets.live.queryOptions({ projectId });
    const observer = new QueryObserver(cache, options);
    const end = observer.subscribe(() => undefined);
    await until(() => expect(observer.getCurrentResult().data?.status).toBe('live'));
    end();
    await until(async () => expect(await followed()).toBe(0));
    await colleague.tickets.create({ projectId, title: 'Meanwhile' });

    onTestFinished(observer.subscribe(() => undefined));

    expect(observer.getCurrentResult().data?.status).toBe('stale');
    await until(() => expect(titles(observer.getCurrentResult().data)).toEqual(['Meanwhile']));
    expect(observer.getCurrentResult().data?.status).toBe('live');
  });

  it('can be fetched without being observed, and is then not followed for longer', async () => {
    const { projectId, cache, client, baton, followed } = await aCache();
    await client.tickets.create({ projectId, title: 'First' });

    const state = await cache.fetchQuery(baton.tickets.live.queryOptions({ projectId }));

    expect(titles(state)).toEqual(['First']);
    await until(async () => expect(await followed()).toBe(0));
  });

  it('is empty as soon as somebody signs out', async () => {
    const { projectId, cache, client, baton } = await aCache();
    await client.tickets.create({ projectId, title: 'First' });
    const observer = new QueryObserver(cache, baton.tickets.live.queryOptions({ projectId }));
    onTestFinished(observer.subscribe(() => undefined));
    await until(() => expect(titles(observer.getCurrentResult().data)).toEqual(['First']));

    await client.logout();

    expect(observer.getCurrentResult().data).toMatchObject({
      items: [],
      status: 'error',
      error: { code: 'UNAUTHENTICATED' },
    });
  });
});

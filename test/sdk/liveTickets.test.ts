import { describe, expect, it, vi } from 'vitest';
import type { LiveTickets } from '../../client-sdk/src/index.js';
import { aProxy, aSite, signedIn } from './realServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

describe('a live query of the client', () => {
  it('hands over the whole list after each change, through cut connections', async () => {
    const { port, people, projectId } = await aSite();
    const proxy = await aProxy(port);
    const [reader, writer] = [await signedIn(proxy.port, people.agent), await signedIn(port, people.other)];
    const lists: LiveTickets[] = [];
    const ends: string[] = [];
    const stream = reader.live.tickets(
      { projectId, status: ['OPEN'], sort: { by: 'createdAt', dir: 'asc' }, limit: 500 },
      { onChange: (list) => lists.push(list), onEnd: () => ends.push('end') },
    );
    await until(() => expect(lists).toHaveLength(1));
    const cutting = setInterval(() => proxy.cut(), 150);

    const titles = Array.from({ length: 40 }, (_, nth) => `Ticket ${nth}`);
    for (const title of titles) await writer.tickets.create({ projectId, title });
    clearInterval(cutting);
    await until(() => expect(stream.tickets?.counts.total).toBe(40));
    const [first] = stream.tickets!.items;
    await writer.tickets.update({ ticketId: first!.id, patch: { status: 'REVIEW' } });
    await until(() => expect(stream.tickets?.counts.total).toBe(39));
    stream.stop();

    expect(lists[0]).toMatchObject({ items: [], counts: { total: 0 } });
    expect(stream.tickets?.items.map(({ title }) => title)).toEqual(titles.slice(1));
    expect(lists.at(-1)).toBe(stream.tickets);
    expect(ends).toEqual(['end']);
  }, 60_000);

  it('is read in a loop', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const totals: number[] = [];

    for await (const { items, counts } of client.live.tickets({ projectId })) {
      totals.push(counts.total);
      if (items.length === 2) break;
      await client.tickets.create({ projectId, title: 'One more' });
    }

    expect(totals).toEqual([0, 1, 2]);
  });

  it('tells why it ended', async () => {
    const { port, people } = await aSite();
    const client = await signedIn(port, people.customer);
    const errors: string[] = [];

    client.live.tickets(
      { projectId: '00000000-0000-7000-8000-000000000000' },
      { onError: ({ code }) => errors.push(code) },
    );

    await until(() => expect(errors).toEqual(['NOT_FOUND']));
  });
});

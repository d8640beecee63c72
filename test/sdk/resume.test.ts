import { describe, expect, it, vi } from 'vitest';
import type { BatonClient, LiveEvent, ProjectEvent } from '../../client-sdk/src/index.js';
import { aProxy, aSite, aSiteToKill, signedIn } from './realServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 30_000, interval: 20 });
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Follows a project and keeps all that it is told. */
function follow(client: BatonClient, projectId: string, lastEventId?: string) {
  const events: LiveEvent<ProjectEvent>[] = [];
  const others: string[] = [];
  const stream = client.live.project(
    { projectId, lastEventId },
    {
      onEvent: (event) => events.push(event),
      onReady: () => others.push('ready'),
      onResync: ({ reason }) => others.push(reason),
      onError: ({ code }) => others.push(code),
      onEnd: () => others.push('end'),
    },
  );
  return { stream, events, others, seqs: () => events.map(({ seq }) => seq) };
}

const ready = (followed: { others: string[] }) => until(() => expect(followed.others).toContain('ready'));

/** Writes `count` tickets one after the other; every seq that a reply gave. */
async function write(client: BatonClient, projectId: string, count: number): Promise<number[]> {
  const seqs: number[] = [];
  for (let number = 1; number <= count; number += 1) {
    const { seq } = await client.tickets.create({ projectId, title: `Ticket ${number}` });
    seqs.push(seq);
  }
  return seqs;
}

describe('following a project', () => {
  it('tells each event once and in order while its connections are cut again and again', async () => {
    const { port, people, projectId } = await aSite();
    const proxy = await aProxy(port);
    const followed = follow(await signedIn(proxy.port, people.agent), projectId);
    await ready(followed);
    const cutting = setInterval(() => proxy.cut(), 120);

    const written = await write(await signedIn(port, people.other), projectId, 100);
    await rest(500);
    clearInterval(cutting);

    await until(() => expect(followed.seqs()).toEqual(written));
    expect(new Set(followed.others)).toEqual(new Set(['ready']));
  }, 60_000);

  it('goes on in the next process from the cursor that the last one kept', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const first = follow(client, projectId);
    await ready(first);
    const written = await write(client, projectId, 3);
    await until(() => expect(first.events).toHaveLength(3));
    first.stream.stop();
    written.push(...(await write(client, projectId, 2)));

    const second = follow(await signedIn(port, people.agent), projectId, first.events[1]?.cursor);

    await until(() => expect(second.seqs()).toEqual(written.slice(2)));
  });

  it('says when a cursor is of no use', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);

    const followed = follow(client, projectId, 'rubbish');
    await until(() => expect(followed.others).toContain('UNKNOWN_CURSOR'));
    const written = await write(client, projectId, 2);

    await until(() => expect(followed.seqs()).toEqual(written));
  });

  it('shows a customer only what is theirs', async () => {
    const { port, people, projectId } = await aSite();
    const [customer, agent] = [await signedIn(port, people.customer), await signedIn(port, people.agent)];
    const followed = follow(customer, projectId);
    await ready(followed);

    await write(agent, projectId, 2);
    const [own] = await write(customer, projectId, 1);
    await write(agent, projectId, 2);
    const [last] = await write(customer, projectId, 1);

    await until(() => expect(followed.seqs()).toEqual([own, last]));
  });

  it('ends with the membership, and leaves the other streams alone', async () => {
    const { port, people, projectId } = await aSite();
    const [admin, client] = [await signedIn(port, people.admin), await signedIn(port, people.agent)];
    const followed = follow(client, projectId);
    const told: string[] = [];
    client.live.me({}, { onEvent: ({ type }) => told.push(type) });
    await ready(followed);

    await admin.projects.members.remove({ projectId, userId: people.agent.userId });

    await until(() => expect(followed.others).toEqual(['ready', 'FORBIDDEN', 'end']));
    await until(() => expect(told).toEqual(['member.removed']));
    expect(client.connection.get().state).toBe('online');
  });

  it('follows one ticket among others', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const [one, two] = [
      await client.tickets.create({ projectId, title: 'One' }),
      await client.tickets.create({ projectId, title: 'Two' }),
    ];
    const told: string[] = [];
    const stream = client.live.ticket({ ticketId: one.id, presence: false });
    const reading = (async () => {
      for await (const item of stream) told.push(item.kind === 'event' ? item.type : item.kind);
    })();
    await until(() => expect(told).toEqual(['ready']));

    await client.tickets.update({ ticketId: two.id, patch: { priority: 'HIGH' } });
    await client.tickets.update({ ticketId: one.id, patch: { priority: 'URGENT' } });
    await client.comments.create({ ticketId: one.id, content: 'On it' });
    await until(() => expect(told).toContain('comment.created'));
    stream.stop();
    await reading;

    expect(told.filter((type) => type !== 'ready')[0]).toBe('ticket.updated');
    expect(told).not.toContain('ticket.created');
  });
});

describe('a server that is killed', () => {
  it('costs nothing: writes are done once, and every event arrives once', async () => {
    const site = await aSiteToKill();
    const followed = follow(await signedIn(site.port, site.people.agent), site.projectId);
    const writer = await signedIn(site.port, site.people.other);
    await ready(followed);

    const writing = Promise.all([1, 2, 3].map(() => write(writer, site.projectId, 30)));
    writing.catch(() => undefined);
    for (let round = 0; round < 2; round += 1) {
      await rest(300);
      await site.kill();
      await rest(200);
      await site.start();
    }
    const written = (await writing).flat().toSorted((a, b) => a - b);

    await until(() => expect(followed.seqs()).toEqual(written));
    const page = await writer.tickets.list({ projectId: site.projectId, limit: 200 });
    expect(page.items).toHaveLength(90);
    expect(new Set(followed.others)).toEqual(new Set(['ready']));
  }, 240_000);
});

import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createClient,
  isBatonError,
  limits,
  type TicketList,
  type TicketListState,
} from '../../../client-sdk/src/index.js';
import { PASSWORD } from '../../support/world.js';
import { aProxy, aSite, signedIn } from '../realServer.js';
import { wireServer } from '../wireServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 15_000, interval: 5 });
const anyProject = '01900000-0000-7000-8000-000000000001';

/** Follows the list, and keeps all that it showed. */
function watched(list: TicketList): TicketListState[] {
  const states = [list.getSnapshot()];
  list.subscribe(() => states.push(list.getSnapshot()));
  return states;
}
const titles = ({ getSnapshot }: TicketList) => getSnapshot().items.map(({ title }) => title);

describe('a list that stays true', () => {
  it('shows an edit before the server has answered, and nothing else until its event', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const { id } = await client.tickets.create({ projectId, title: 'Old' });
    const list = client.tickets.live({ projectId });
    const states = watched(list);
    await until(() => expect(titles(list)).toEqual(['Old']));

    const reply = client.tickets.update({ ticketId: id, patch: { title: 'New' } });
    const atOnce = list.getSnapshot();
    const { seq } = await reply;
    await until(() => expect(list.getSnapshot().items[0]?.lastSeq).toBe(seq));

    expect(atOnce.items[0]?.title).toBe('New');
    expect([...atOnce.pendingIds]).toEqual([id]);
    expect(list.getSnapshot().pendingIds.size).toBe(0);
    const shown = states.map(({ items }) => items[0]?.title).filter((title, nth, all) => title !== all[nth - 1]);
    expect(shown).toEqual(['Old', 'New']);
  });

  it('takes back what was refused', async () => {
    const { port, people, projectId } = await aSite();
    const [client, other] = [await signedIn(port, people.agent), await signedIn(port, people.other)];
    const { id, version } = await client.tickets.create({ projectId, title: 'First' });
    await other.tickets.update({ ticketId: id, patch: { title: 'Theirs' } });
    const list = client.tickets.live({ projectId });
    watched(list);
    await until(() => expect(titles(list)).toEqual(['Theirs']));

    const refused = client.tickets.update({ ticketId: id, patch: { title: 'Mine' }, expectedVersion: version });
    const meanwhile = titles(list);
    const error = await refused.catch((thrown: unknown) => thrown);

    expect(meanwhile).toEqual(['Mine']);
    expect(isBatonError(error, 'CONFLICT')).toBe(true);
    expect(titles(list)).toEqual(['Theirs']);
  });

  it('lets a ticket go that will not match, counts it out, and does not guess when told not to', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const { id } = await client.tickets.create({ projectId, title: 'One' });
    const { id: second } = await client.tickets.create({ projectId, title: 'Two' });
    const list = client.tickets.live({ projectId, status: ['OPEN'], sort: { by: 'createdAt', dir: 'asc' } });
    watched(list);
    await until(() => expect(titles(list)).toEqual(['One', 'Two']));

    const closing = client.tickets.update({ ticketId: id, patch: { status: 'CLOSED' } });
    const claiming = client.assignments.claim({ ticketId: second });
    const { items, counts } = list.getSnapshot();
    await Promise.all([closing, claiming]);
    await until(() => expect(list.getSnapshot().pendingIds.size).toBe(0));
    const quiet = client.tickets.update({ ticketId: second, patch: { title: 'Three' } }, { optimistic: false });
    const untouched = titles(list);
    await quiet;

    expect(items.map(({ title, assigneeId }) => [title, assigneeId])).toEqual([['Two', people.agent.userId]]);
    expect(counts).toMatchObject({
      total: 1,
      byStatus: { OPEN: 1, CLOSED: 0 },
      byAssignee: { [people.agent.userId]: 1 },
    });
    expect(untouched).toEqual(['Two']);
    await until(() => expect(titles(list)).toEqual(['Three']));
  });

  it('says how true it is, and goes on by itself after a cut', async () => {
    const { port, people, projectId } = await aSite();
    const proxy = await aProxy(port);
    const [client, other] = [await signedIn(proxy.port, people.agent), await signedIn(port, people.other)];
    const list = client.tickets.live({ projectId });
    const states = watched(list);
    await until(() => expect(list.status).toBe('live'));

    proxy.cut();
    await other.tickets.create({ projectId, title: 'Meanwhile' });
    await until(() => expect(titles(list)).toEqual(['Meanwhile']));

    const statuses = states.map(({ status }) => status).filter((status, nth, all) => status !== all[nth - 1]);
    expect(statuses).toEqual(['loading', 'live', 'stale', 'live']);
  });

  it('is empty, and says why, as soon as the person is let out', async () => {
    const { port, people, projectId } = await aSite();
    const [client, admin] = [await signedIn(port, people.agent), await signedIn(port, people.admin)];
    await client.tickets.create({ projectId, title: 'Ours' });
    const list = client.tickets.live({ projectId });
    watched(list);
    await until(() => expect(titles(list)).toEqual(['Ours']));

    await admin.projects.members.remove({ projectId, userId: people.agent.userId });

    await until(() => expect(list.status).toBe('error'));
    expect(list.error?.code).toBe('FORBIDDEN');
    expect(titles(list)).toEqual([]);
  });
});

describe('a list of somebody who signs out', () => {
  it('that was asked for before anybody signed in comes when somebody has', async () => {
    const { port, people, projectId } = await aSite();
    await (await signedIn(port, people.other)).tickets.create({ projectId, title: 'There' });
    const client = createClient({ url: `http://127.0.0.1:${port}`, WebSocket });
    const list = client.tickets.live({ projectId });
    watched(list);
    await until(() => expect(list.status).toBe('error'));

    await client.login({ email: people.agent.email, password: PASSWORD });

    await until(() => expect(titles(list)).toEqual(['There']));
    expect(list.error).toBeNull();
  });

  it('is empty at once, and later shows nothing but what the next person may see', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    await client.tickets.create({ projectId, title: 'For staff' });
    const list = client.tickets.live();
    await client.tickets.create({ projectId, title: 'For staff too' });
    const states = watched(list);
    await until(() => expect(titles(list)).toHaveLength(2));

    await client.logout();
    const after = list.getSnapshot();
    states.length = 0;
    await client.login({ email: people.customer.email, password: PASSWORD });
    await until(() => expect(list.status).toBe('live'));

    expect([after.status, after.error?.code, after.items]).toEqual(['error', 'UNAUTHENTICATED', []]);
    expect(states.flatMap(({ items }) => items)).toEqual([]);
  });
});

describe('the lists of a client', () => {
  it('are followed once for all who ask the same, and left when nobody looks any more', async () => {
    const server = await wireServer();
    const client = createClient({ url: server.url, token: 'baton_x', WebSocket });
    const [list, same] = [
      client.tickets.live({ projectId: anyProject, status: ['OPEN'], limit: 10 }),
      client.tickets.live({ limit: 10, status: ['OPEN'], projectId: anyProject }),
    ];
    const ends = [list.subscribe(() => undefined), same.subscribe(() => undefined)];
    const subscription = await server.subscription(1);

    ends[0]!();
    ends[1]!();
    ends[0]!();
    // Whoever comes back soon finds it as it was.
    list.subscribe(() => undefined)();
    const isLeftAtOnce = subscription.left();

    expect(same).toBe(list);
    expect(isLeftAtOnce).toBe(false);
    await until(() => expect(subscription.left()).toBe(true));
    expect(server.subscriptions).toHaveLength(1);
    expect(list.getSnapshot().status).toBe('loading');
    client.close();
  });

  it('are as many as one connection carries, and say so', async () => {
    const server = await wireServer();
    const client = createClient({ url: server.url, token: 'baton_x', WebSocket });
    const lists = Array.from({ length: limits.subscriptionsPerSocket + 1 }, (_, nth) =>
      client.tickets.live({ projectId: anyProject, limit: nth + 1 }),
    );

    for (const list of lists) list.subscribe(() => undefined);

    expect(lists.at(-2)?.status).not.toBe('error');
    expect(lists.at(-1)?.error?.code).toBe('TOO_MANY_REQUESTS');
    client.close();
  });

  it('are other ones when the order of values differs, or the question', async () => {
    const client = createClient({ url: 'http://127.0.0.1:9', WebSocket });
    const list = client.tickets.live({ status: ['OPEN', 'REVIEW'] });

    expect(client.tickets.live({ status: ['OPEN', 'REVIEW'] })).toBe(list);
    expect(client.tickets.live({ status: ['OPEN'] })).not.toBe(list);
    expect(client.tickets.live()).not.toBe(list);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { isBatonError, type TicketList, type TicketListState } from '../../../client-sdk/src/index.js';
import { creationOf } from '../../../client-sdk/src/lists/creations.js';
import { newId } from '../../../client-sdk/src/randoms.js';
import { priorities, ticketStatuses, ticketTypes, categories } from '../../../contract/enums.js';
import { randomFrom } from '../../../seeders/support/random.js';
import { aProxy, aSite, signedIn } from '../realServer.js';

const until = <Value>(check: () => Value) => vi.waitFor(check, { timeout: 15_000, interval: 5 });

function watched(list: TicketList): TicketListState[] {
  const states = [list.getSnapshot()];
  list.subscribe(() => states.push(list.getSnapshot()));
  return states;
}
const titles = ({ items }: TicketListState) => items.map(({ title }) => title);
const oneAfterTheOther = (states: readonly TicketListState[]) =>
  states.map((state) => titles(state).join()).filter((text, nth, all) => nth === 0 || text !== all[nth - 1]);

describe('a ticket that is made', () => {
  it('is in the list at once where it belongs, and replaced by the real one without a gap or a double', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    await client.tickets.create({ projectId, title: 'High', priority: 'HIGH' });
    await client.tickets.create({ projectId, title: 'Low', priority: 'LOW' });
    const list = client.tickets.live({ projectId, sort: { by: 'priority', dir: 'desc' } });
    const states = watched(list);
    await until(() => expect(titles(list.getSnapshot())).toEqual(['High', 'Low']));

    const reply = client.tickets.create({ projectId, title: 'New' });
    const atOnce = list.getSnapshot();
    const { id, seq, ...made } = await reply;
    const answered = list.getSnapshot();
    await until(() => expect(list.getSnapshot().pendingIds.size).toBe(0));

    expect(titles(atOnce)).toEqual(['High', 'New', 'Low']);
    expect(atOnce.items[1]).toMatchObject({ id, key: '…', status: 'OPEN', createdBy: people.agent.userId });
    expect([...atOnce.pendingIds]).toEqual([id]);
    expect(atOnce.counts).toMatchObject({ total: 3, byStatus: { OPEN: 3 } });
    expect(answered.items[1]).toEqual({ id, ...made });
    expect(list.getSnapshot().items[1]).toEqual({ id, ...made });
    expect(made.lastSeq).toBe(seq);
    expect(oneAfterTheOther(states)).toEqual(['', 'High,Low', 'High,New,Low']);
    expect(states.map(({ counts }) => counts.total).filter((total) => total > 3)).toEqual([]);
  });

  it('may be edited before the server knows it, and is not shown in lists that it does not match', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const [all, urgent] = [
      client.tickets.live({ projectId }),
      client.tickets.live({ projectId, priority: ['URGENT'] }),
    ];
    watched(all);
    watched(urgent);
    await until(() => expect([all.status, urgent.status]).toEqual(['live', 'live']));

    const taskId = newId();
    const creating = client.tasks.create({ projectId, taskId, title: 'Task', assigneeId: people.agent.userId });
    const before = [titles(all.getSnapshot()), titles(urgent.getSnapshot()), all.getSnapshot().counts.byAssignee];
    const editing = client.tasks.update({ taskId, patch: { title: 'Urgent task', priority: 'URGENT' } });
    const after = [titles(all.getSnapshot()), titles(urgent.getSnapshot())];
    await Promise.all([creating, editing]);
    await until(() => expect(urgent.getSnapshot().pendingIds.size + all.getSnapshot().pendingIds.size).toBe(0));

    expect(before).toEqual([['Task'], [], { [people.agent.userId]: 1 }]);
    expect(after).toEqual([['Urgent task'], ['Urgent task']]);
    expect(all.getSnapshot().items).toEqual([await ticketAsListed(client, taskId)]);
    expect(urgent.getSnapshot().items).toEqual(all.getSnapshot().items);
  });

  it('is taken back when it is refused', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const list = client.tickets.live({ projectId });
    watched(list);
    await until(() => expect(list.status).toBe('live'));

    const refused = client.tickets.create({ projectId, title: 'Held', assigneeId: people.customer.userId });
    const atOnce = titles(list.getSnapshot());
    const error = await refused.catch((thrown: unknown) => thrown);

    expect(atOnce).toEqual(['Held']);
    expect(isBatonError(error, 'BAD_INPUT')).toBe(true);
    expect(list.getSnapshot()).toMatchObject({ items: [], counts: { total: 0 }, pendingIds: new Set() });
  });

  it('is there once when its event comes before the answer, and does not come back when it left meanwhile', async () => {
    const { port, people, projectId } = await aSite();
    const proxy = await aProxy(port);
    const [client, other] = [await signedIn(proxy.port, people.agent), await signedIn(port, people.other)];
    const list = client.tickets.live({ projectId, status: ['OPEN'] });
    const states = watched(list);
    await until(() => expect(list.status).toBe('live'));

    proxy.loseReplies('tickets.create', 6);
    const ticketId = newId();
    const reply = client.tickets.create({ projectId, ticketId, title: 'New' });
    await until(() => expect(list.getSnapshot().items[0]?.key).not.toBe('…'));
    await other.tickets.update({ ticketId, patch: { status: 'CLOSED' } });
    await reply;
    await until(() => expect(list.getSnapshot().counts.total).toBe(0));

    expect(proxy.lost()).toBe(6);
    expect(oneAfterTheOther(states)).toEqual(['', 'New', '']);
  }, 30_000);
});

async function ticketAsListed(client: Awaited<ReturnType<typeof signedIn>>, ticketId: string) {
  return (await client.tickets.list({})).items.find(({ id }) => id === ticketId);
}

describe('the guess of a ticket', () => {
  it('is what the server makes of the same call, but for what only the server knows', async () => {
    const { port, people, projectId } = await aSite();
    const client = await signedIn(port, people.agent);
    const admin = await signedIn(port, people.admin);
    await admin.projects.fields.create({ projectId, key: 'a', kind: 'NUMBER', label: 'A' });
    const { user } = await client.me();
    const random = randomFrom(7);
    const maybe = <Value>(value: Value) => (random.chance(0.5) ? value : undefined);

    for (let nth = 0; nth < 60; nth++) {
      const status = maybe(random.pick(ticketStatuses));
      const input = {
        ticketId: newId(),
        projectId,
        title: `Ticket ${nth}`,
        description: maybe('Words'),
        status,
        type: maybe(random.pick(ticketTypes)),
        priority: maybe(random.pick(priorities)),
        category: maybe(random.pick(categories)),
        storyPoints: maybe(random.below(9)),
        dueDate: maybe('2030-01-02'),
        waitingOn: maybe('CUSTOMER' as const),
        aiAssisted: maybe(true),
        estimatedHours: maybe(1.5),
        customFields: maybe({ a: maybe(1) ?? null }),
        reporterId: maybe(people.customer.userId),
        ...(status !== 'CLOSED' && { assigneeId: maybe(random.pick([people.agent.userId, people.other.userId])) }),
      };
      const guess = creationOf('tickets.create', input, user, '2030-01-01T00:00:00.000Z')!;
      const { seq: _, ...made } = await client.tickets.create(input);
      expect({ nth, ...comparable(made) }).toEqual({ nth, ...comparable(guess) });
    }
  }, 60_000);
});

const moments = ['createdAt', 'updatedAt', 'resolvedAt', 'completedAt', 'closedAt'] as const;
const comparable = (ticket: NonNullable<ReturnType<typeof creationOf>>) => ({
  ...ticket,
  number: 0,
  key: '',
  conversationId: '',
  lastSeq: 0,
  ...Object.fromEntries(moments.map((field) => [field, ticket[field] !== null])),
  assignees: ticket.assignees.map(({ userId, isPrimary }) => ({ userId, isPrimary })),
});
